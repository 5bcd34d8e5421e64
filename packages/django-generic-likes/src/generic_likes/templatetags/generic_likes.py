"""Template tags: ``{% load generic_likes %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.db import models

from generic_likes.selectors import LikeState, like_state

register: template.Library = template.Library()


@register.simple_tag(takes_context=True)
def likes_for(context: dict[str, Any], obj: models.Model) -> LikeState:
    """Return ``likes_count`` and ``is_liked`` of an object, for the user of the context.

    ``{% likes_for article as likes %}{{ likes.likes_count }}{% if likes.is_liked %} …``. The annotations of
    ``with_likes`` are used if the object has them; otherwise the tag executes one query.
    """
    annotated = obj.__dict__
    if "likes_count" in annotated and "is_liked" in annotated:
        return LikeState(annotated["likes_count"], annotated["is_liked"])
    return like_state(obj, _user(context))


@register.simple_tag(name="likes_count", takes_context=True)
def likes_count_tag(context: dict[str, Any], obj: models.Model) -> int:
    """Return the number of users who like an object: ``{% likes_count article %}``."""
    return likes_for(context, obj).likes_count


@register.simple_tag(name="is_liked", takes_context=True)
def is_liked_tag(context: dict[str, Any], obj: models.Model) -> bool:
    """Return whether the user of the context likes an object: ``{% is_liked article as liked %}``."""
    return likes_for(context, obj).is_liked


def _user(context: dict[str, Any]) -> Any:
    request = context.get("request")
    return context.get("user") or getattr(request, "user", None)
