"""Views of the API."""

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

from generic_tags.api.errors import ErrorHandlingMixin
from generic_tags.api.mixins import object_tags
from generic_tags.api.serializers import ObjectTagsSerializer, TaggedObjectSerializer, TagSerializer
from generic_tags.conf import app_settings
from generic_tags.exceptions import NotFound
from generic_tags.labels import MAX_LENGTH
from generic_tags.links.openapi import describe, operation
from generic_tags.links.registry import (
    column_for,
    content_type_of,
    home_of,
    registered_models,
    resolve_model,
    resolve_object,
    visible,
)
from generic_tags.links.rest import Pagination
from generic_tags.selectors import get_tag_model, get_tagged_item_model
from generic_tags.services import delete_tags

ORDERINGS = {
    "label": ["label_key"],
    "-label": ["-label_key"],
    "items_count": ["items_count", "label_key"],
    "-items_count": ["-items_count", "label_key"],
}
SLUG = {"slug": "Slug of the tag."}
MODEL = {"model": "Name of a registered model: app_label.model."}
OBJECT = {**MODEL, "key": "Primary key of the object."}


class TagsAccessMixin(ErrorHandlingMixin):
    """View mixin that reads the permission classes from the settings for each request."""

    @classmethod
    def as_view(cls, *args: Any, **kwargs: Any) -> Any:
        """Exempt the view from ``ATOMIC_REQUESTS``, because a use case inside a transaction can't be retried."""
        view = super().as_view(*args, **kwargs)  # type: ignore[misc]
        return transaction.non_atomic_requests(using=router.db_for_write(get_tag_model()))(view)

    def get_permissions(self) -> list[BasePermission]:
        """Return the permission of ``GENERIC_TAGS["WRITE_PERMISSION"]``."""
        return [app_settings.WRITE_PERMISSION()]


@describe(
    list=operation(
        "List tags",
        operation_id="tags_list",
        success={200: TagSerializer(many=True)},
        errors=(400, 404),
        query={
            "search": "Text that the label contains, in any case.",
            "model": "Only tags on objects of this model: app_label.model.",
            "ordering": "label, -label, items_count or -items_count.",
        },
    ),
    create=operation(
        "Create a tag",
        operation_id="tags_create",
        success={201: TagSerializer},
        errors=(400, 401, 403, 503),
        request=TagSerializer,
    ),
    retrieve=operation(
        "Read a tag", operation_id="tags_retrieve", success={200: TagSerializer}, errors=(404,), path=SLUG
    ),
    update=operation(
        "Rename a tag",
        operation_id="tags_replace",
        success={200: TagSerializer},
        errors=(400, 401, 403, 404, 503),
        path=SLUG,
        request=TagSerializer,
    ),
    partial_update=operation(
        "Rename a tag",
        operation_id="tags_update",
        success={200: TagSerializer},
        errors=(400, 401, 403, 404, 503),
        path=SLUG,
        request=TagSerializer,
    ),
    destroy=operation(
        "Delete a tag", operation_id="tags_delete", success={204: None}, errors=(401, 403, 404, 503), path=SLUG
    ),
)
class TagViewSet(TagsAccessMixin, ModelViewSet[Any]):
    """The tags: list with search and counts, create, rename, delete."""

    serializer_class: Any = TagSerializer
    pagination_class: Any = Pagination
    filter_backends: Any = ()
    lookup_field = "slug"
    label_field = "label"

    def get_queryset(self) -> QuerySet[Any]:
        """Return the tags that match the request."""
        params = self.request.query_params
        tags: Any = get_tag_model().objects.all()
        if model := params.get("model"):
            shown = visible(resolve_model(model), self.request.user) if app_settings.VISIBLE else None
            tags = tags.with_counts(resolve_model(model), shown).filter(items_count__gt=0)
        else:
            tags = tags.with_counts()
        if text := params.get("search"):
            if len(text) > MAX_LENGTH or "\0" in text:
                raise ValidationError({"search": [_("At most 255 characters.")]})
            tags = tags.search(text)
        ordered: QuerySet[Any] = tags.order_by(*ORDERINGS.get(params.get("ordering", ""), ORDERINGS["label"]))
        return ordered

    def get_object(self) -> Any:
        """Return the tag with the slug in the URL."""
        if "\0" in self.kwargs["slug"]:
            raise NotFound
        return super().get_object()

    def perform_destroy(self, instance: Any) -> None:
        """Delete the tag."""
        delete_tags([instance])


@describe(
    get=operation(
        "List the objects that have a tag",
        operation_id="tags_items_list",
        success={200: TaggedObjectSerializer(many=True)},
        errors=(404,),
        path=SLUG,
        query={"model": "Only objects of this model: app_label.model."},
    )
)
class TaggedItemsView(TagsAccessMixin, ListAPIView[Any]):
    """The objects that have a tag; ``?model=app_label.Model`` keeps those of one model."""

    serializer_class: Any = TaggedObjectSerializer
    pagination_class: Any = Pagination
    filter_backends: Any = ()

    def get_queryset(self) -> QuerySet[Any]:
        """Return the links to visible objects of the registered models."""
        links: Any = get_tagged_item_model().objects.all()
        tag = get_tag_model().objects.filter(slug=self.kwargs["slug"].replace("\0", "")).first()
        if tag is None:
            raise NotFound
        name = self.request.query_params.get("model")
        models = [resolve_model(name)] if name else [model for model in registered_models() if home_of(model) is model]
        wanted = Q(pk__in=[])
        for model in models:
            one = Q(content_type=content_type_of(model, links.db))
            if app_settings.VISIBLE or home_of(model) is not model:
                one &= Q(**{f"{column_for(model)}__in": visible(model, self.request.user).values("pk")})
            wanted |= one
        found: QuerySet[Any] = links.filter(wanted, tag=tag).select_related("content_type").order_by("pk")
        return found


class ObjectTagsView(TagsAccessMixin, GenericAPIView[Any]):
    """The tags of one object of any registered model."""

    serializer_class: Any = ObjectTagsSerializer
    pagination_class: Any = None
    filter_backends: Any = ()

    def get_object(self) -> Any:
        """Return the object in the URL."""
        return resolve_object(self.kwargs["model"], self.kwargs["key"], self.request.user)

    @operation(
        "Read the tags of an object",
        operation_id="tags_object_retrieve",
        success={200: ObjectTagsSerializer},
        errors=(404,),
        path=OBJECT,
    )
    def get(self, request: Request, model: str, key: str) -> Response:
        """Read the tags."""
        return object_tags(request, self.get_object())

    @operation(
        "Replace the tags of an object",
        operation_id="tags_object_replace",
        success={200: ObjectTagsSerializer},
        errors=(400, 401, 403, 404, 503),
        path=OBJECT,
        request=ObjectTagsSerializer,
    )
    def put(self, request: Request, model: str, key: str) -> Response:
        """Replace the tags."""
        return object_tags(request, self.get_object())
