from __future__ import annotations

from typing import Any

from django.db import router, transaction
from django.db.models import Q, QuerySet
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from generic_likes.api.errors import PersonalMixin
from generic_likes.api.mixins import answer_like
from generic_likes.api.pagination import Pagination
from generic_likes.api.serializers import LikedObjectSerializer, LikeStateSerializer
from generic_likes.conf import app_settings
from generic_likes.querysets import content_type_of, get_liked_item_model
from generic_likes.registry import column_for, registered_models, resolve_model, resolve_object, visible


class LikesAccessMixin(PersonalMixin):
    """Who may come in is asked of the setting at every request."""

    @classmethod
    def as_view(cls, *args: Any, **kwargs: Any) -> Any:
        """Leave transactions to the use cases: one around the whole request could be neither repeated nor answered."""
        view = super().as_view(*args, **kwargs)  # type: ignore[misc]
        return transaction.non_atomic_requests(using=router.db_for_write(get_liked_item_model()))(view)

    def get_permissions(self) -> list[BasePermission]:
        """Return the permission of ``GENERIC_LIKES["PERMISSION"]``."""
        return [app_settings.PERMISSION()]


class LikesView(LikesAccessMixin, ListAPIView[Any]):
    """What the user likes, the latest first; ``?model=app_label.Model`` keeps the objects of one model."""

    serializer_class = LikedObjectSerializer
    pagination_class = Pagination
    filter_backends = ()

    def get_queryset(self) -> QuerySet[Any]:
        name = self.request.query_params.get("model")
        models = [resolve_model(name)] if name else registered_models()
        wanted = Q(pk__in=[])
        for model in models:
            one = Q(content_type=content_type_of(model))
            if app_settings.VISIBLE:
                one &= Q(**{f"{column_for(model)}__in": visible(model, self.request.user).values("pk")})
            wanted |= one
        likes = get_liked_item_model()._default_manager.filter(wanted, user=self.request.user.pk)
        return likes.select_related("content_type").order_by("-created_at", "-pk")


class LikeView(LikesAccessMixin, GenericAPIView[Any]):
    """How many like one object, and whether the user does. PUT and DELETE may be repeated at will."""

    serializer_class = LikeStateSerializer
    pagination_class = None
    filter_backends = ()

    def get_object(self) -> Any:
        """Return the object that the address names."""
        return resolve_object(self.kwargs["model"], self.kwargs["key"], self.request.user)

    def get(self, request: Request, model: str, key: str) -> Response:
        """Read the state."""
        return answer_like(request, self.get_object())

    def put(self, request: Request, model: str, key: str) -> Response:
        """Like the object."""
        return answer_like(request, self.get_object())

    def delete(self, request: Request, model: str, key: str) -> Response:
        """Take the like back."""
        return answer_like(request, self.get_object())
