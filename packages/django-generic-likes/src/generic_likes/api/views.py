"""Views of the API."""

from __future__ import annotations

from typing import Any

from django.db import router, transaction
from django.db.models import Q, QuerySet
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from generic_likes.api.errors import PersonalMixin
from generic_likes.api.mixins import answer_like
from generic_likes.api.serializers import LikedObjectSerializer, LikeStateSerializer
from generic_likes.conf import app_settings
from generic_likes.links.openapi import describe, operation
from generic_likes.links.registry import (
    column_for,
    content_type_of,
    home_of,
    registered_models,
    resolve_model,
    resolve_object,
    visible,
)
from generic_likes.links.rest import Pagination
from generic_likes.selectors import get_liked_item_model

OBJECT = {"model": "Name of a registered model: app_label.model.", "key": "Primary key of the object."}


class LikesAccessMixin(PersonalMixin):
    """View mixin that reads the permission classes from the settings for each request."""

    @classmethod
    def as_view(cls, *args: Any, **kwargs: Any) -> Any:
        """Exempt the view from ``ATOMIC_REQUESTS``, because a use case inside a transaction can't be retried."""
        view = super().as_view(*args, **kwargs)  # type: ignore[misc]
        return transaction.non_atomic_requests(using=router.db_for_write(get_liked_item_model()))(view)

    def get_permissions(self) -> list[BasePermission]:
        """Return the permission of ``GENERIC_LIKES["PERMISSION"]``."""
        return [app_settings.PERMISSION()]


@describe(
    get=operation(
        "List what the user likes",
        operation_id="likes_list",
        success={200: LikedObjectSerializer(many=True)},
        errors=(401, 403, 404),
        query={"model": "Only objects of this model: app_label.model."},
    )
)
class LikesView(LikesAccessMixin, ListAPIView[Any]):
    """What the user likes, the latest first; ``?model=app_label.Model`` keeps the objects of one model."""

    serializer_class: Any = LikedObjectSerializer
    pagination_class: Any = Pagination
    filter_backends: Any = ()

    def get_queryset(self) -> QuerySet[Any]:
        """Return the user's likes of visible objects of the registered models."""
        likes: Any = get_liked_item_model().objects.all()
        name = self.request.query_params.get("model")
        models = [resolve_model(name)] if name else [model for model in registered_models() if home_of(model) is model]
        wanted = Q(pk__in=[])
        for model in models:
            one = Q(content_type=content_type_of(model, likes.db))
            if app_settings.VISIBLE or home_of(model) is not model:
                one &= Q(**{f"{column_for(model)}__in": visible(model, self.request.user).values("pk")})
            wanted |= one
        own: QuerySet[Any] = likes.for_user(self.request.user).filter(wanted)
        return own.select_related("content_type").order_by("-created_at", "-pk")


class LikeView(LikesAccessMixin, GenericAPIView[Any]):
    """How many users like one object, and whether the user of the request does."""

    serializer_class: Any = LikeStateSerializer
    pagination_class: Any = None
    filter_backends: Any = ()

    def get_permissions(self) -> list[BasePermission]:
        """Return ``READ_PERMISSION`` for reading and ``PERMISSION`` for liking."""
        if self.request.method in SAFE_METHODS:
            return [app_settings.READ_PERMISSION()]
        return super().get_permissions()

    def get_object(self) -> Any:
        """Return the object in the URL."""
        return resolve_object(self.kwargs["model"], self.kwargs["key"], self.request.user)

    @operation(
        "Read how many users like an object",
        operation_id="likes_object_retrieve",
        success={200: LikeStateSerializer},
        errors=(404,),
        path=OBJECT,
    )
    def get(self, request: Request, model: str, key: str) -> Response:
        """Read the state."""
        return answer_like(request, self.get_object())

    @operation(
        "Like an object",
        operation_id="likes_object_like",
        success={200: LikeStateSerializer},
        errors=(401, 403, 404, 503),
        path=OBJECT,
        request=None,
    )
    def put(self, request: Request, model: str, key: str) -> Response:
        """Like the object; once or twice makes no difference."""
        return answer_like(request, self.get_object())

    @operation(
        "Take a like back",
        operation_id="likes_object_unlike",
        success={200: LikeStateSerializer},
        errors=(401, 403, 404, 503),
        path=OBJECT,
    )
    def delete(self, request: Request, model: str, key: str) -> Response:
        """Take the like back; once or twice makes no difference."""
        return answer_like(request, self.get_object())
