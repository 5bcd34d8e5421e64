from __future__ import annotations

from typing import Any

from django.db import router, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ModelViewSet

from generic_tags.api.errors import ErrorsMixin
from generic_tags.api.mixins import object_tags
from generic_tags.api.pagination import Pagination
from generic_tags.api.serializers import ObjectTagsSerializer, TaggedObjectSerializer, TagSerializer
from generic_tags.conf import app_settings
from generic_tags.exceptions import ObjectNotFoundError
from generic_tags.labels import MAX_LENGTH
from generic_tags.querysets import content_type_of, get_tag_model, get_tagged_item_model
from generic_tags.registry import column_for, registered_models, resolve_model, resolve_object, visible
from generic_tags.services import delete_tags

ORDERINGS = {
    "label": ["label_key"],
    "-label": ["-label_key"],
    "items_count": ["items_count", "label_key"],
    "-items_count": ["-items_count", "label_key"],
}


class TagsAccessMixin(ErrorsMixin):
    """Who may come in is asked of the setting at every request."""

    @classmethod
    def as_view(cls, *args: Any, **kwargs: Any) -> Any:
        """Leave transactions to the use cases: one around the whole request could be neither repeated nor answered."""
        view = super().as_view(*args, **kwargs)  # type: ignore[misc]
        return transaction.non_atomic_requests(using=router.db_for_write(get_tag_model()))(view)

    def get_permissions(self) -> list[BasePermission]:
        """Return the permission of ``GENERIC_TAGS["WRITE_PERMISSION"]``."""
        return [app_settings.WRITE_PERMISSION()]


class TagViewSet(TagsAccessMixin, ModelViewSet[Any]):
    """The tags: list with search and counts, create, rename, delete."""

    serializer_class = TagSerializer
    pagination_class = Pagination
    filter_backends = ()
    lookup_field = "slug"
    label_field = "label"

    def get_queryset(self) -> QuerySet[Any]:
        params = self.request.query_params
        tags = get_tag_model()._default_manager.all()
        if model := params.get("model"):
            shown = visible(resolve_model(model), self.request.user) if app_settings.VISIBLE else None
            tags = tags.with_counts(resolve_model(model), shown).filter(items_count__gt=0)
        else:
            tags = tags.with_counts()
        if text := params.get("search"):
            if len(text) > MAX_LENGTH or "\0" in text:
                raise ValidationError({"search": [_("At most 255 characters.")]})
            tags = tags.search(text)
        return tags.order_by(*ORDERINGS.get(params.get("ordering", ""), ORDERINGS["label"]))

    def get_object(self) -> Any:
        if "\0" in self.kwargs["slug"]:
            raise ObjectNotFoundError
        return super().get_object()

    def perform_destroy(self, instance: Any) -> None:
        delete_tags([instance])


class TaggedItemsView(TagsAccessMixin, ListAPIView[Any]):
    """The objects that have a tag; ``?model=app_label.Model`` keeps those of one model."""

    serializer_class = TaggedObjectSerializer
    pagination_class = Pagination
    filter_backends = ()

    def get_queryset(self) -> QuerySet[Any]:
        links = get_tagged_item_model()._default_manager
        tag = get_tag_model()._default_manager.filter(slug=self.kwargs["slug"].replace("\0", "")).first()
        if tag is None:
            raise ObjectNotFoundError
        name = self.request.query_params.get("model")
        models = [resolve_model(name)] if name else registered_models()
        wanted = Q(pk__in=[])
        for model in models:
            one = Q(content_type=content_type_of(model))
            if app_settings.VISIBLE:
                one &= Q(**{f"{column_for(model)}__in": visible(model, self.request.user).values("pk")})
            wanted |= one
        return links.filter(wanted, tag=tag).select_related("content_type").order_by("pk")


class ObjectTagsView(TagsAccessMixin, GenericAPIView[Any]):
    """The tags of one object of any registered model."""

    serializer_class = ObjectTagsSerializer
    pagination_class = None
    filter_backends = ()

    def get_object(self) -> Any:
        """Return the object that the address names."""
        return resolve_object(self.kwargs["model"], self.kwargs["key"], self.request.user)

    def get(self, request: Request, model: str, key: str) -> Response:
        """Read the tags."""
        return object_tags(request, self.get_object())

    def put(self, request: Request, model: str, key: str) -> Response:
        """Replace the tags."""
        return object_tags(request, self.get_object())
