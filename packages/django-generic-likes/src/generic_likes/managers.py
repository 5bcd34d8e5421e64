"""Querysets for the models of a project: ``objects = LikeableQuerySet.as_manager()``."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models

from generic_likes.selectors import most_liked, only_liked_by, with_likes

M = TypeVar("M", bound=models.Model)


class LikeableQuerySetMixin:
    """Methods for a queryset of a registered model: ``class PhotoQuerySet(LikeableQuerySetMixin, QuerySet)``."""

    def with_likes(self, user: Any = None) -> Any:
        """Annotate ``likes_count`` and ``is_liked``; see :func:`generic_likes.selectors.with_likes`."""
        return with_likes(self, user)  # type: ignore[arg-type]

    def most_liked(self, user: Any = None) -> Any:
        """Order by the number of likes; see :func:`generic_likes.selectors.most_liked`."""
        return most_liked(self, user)  # type: ignore[arg-type]

    def liked_by(self, user: Any) -> Any:
        """Return the objects that the user likes; see :func:`generic_likes.selectors.only_liked_by`."""
        return only_liked_by(self, user)  # type: ignore[arg-type]


class LikeableQuerySet(LikeableQuerySetMixin, models.QuerySet[M]):
    """Queryset for models without a custom queryset: ``objects = LikeableQuerySet.as_manager()``."""
