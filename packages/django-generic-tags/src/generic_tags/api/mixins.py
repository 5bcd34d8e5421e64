"""Mixins for a project's own viewsets."""

from __future__ import annotations

from typing import Any

from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from generic_tags.api.errors import as_api_error
from generic_tags.api.serializers import ObjectTagsSerializer
from generic_tags.conf import app_settings
from generic_tags.exceptions import TagsError
from generic_tags.links.openapi import operation
from generic_tags.selectors import labels_for_many
from generic_tags.services import set_tags


class TagsViewSetMixin:
    """Add ``{id}/tags/`` to a viewset of a registered model.

    GET needs the permissions of the viewset, PUT needs ``GENERIC_TAGS["WRITE_PERMISSION"]``, by default staff. Put the
    mixin before the viewset class, because it overrides ``get_permissions()``.
    """

    def get_permissions(self) -> list[BasePermission]:
        """Return ``GENERIC_TAGS["WRITE_PERMISSION"]`` for writing tags, and the viewset's permissions otherwise."""
        if getattr(self, "action", None) == "tags" and self.request.method == "PUT":  # type: ignore[attr-defined]
            return [app_settings.WRITE_PERMISSION()]
        permissions: list[BasePermission] = super().get_permissions()  # type: ignore[misc]
        return permissions

    @operation("Read the tags of an object", {200: ObjectTagsSerializer}, errors=(404,), methods=["GET"])
    @operation(
        "Replace the tags of an object",
        {200: ObjectTagsSerializer},
        errors=(400, 401, 403, 404, 503),
        methods=["PUT"],
        request=ObjectTagsSerializer,
    )
    @action(
        detail=True,
        methods=["get", "put"],
        url_path="tags",
        url_name="tags",
        serializer_class=ObjectTagsSerializer,
        pagination_class=None,
        filter_backends=[],
    )
    def tags(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Read or replace the tags of one object."""
        return object_tags(request, self.get_object())  # type: ignore[attr-defined]


def object_tags(request: Request, obj: Any) -> Response:
    """Return a response with the tags of an object, after replacing them if the request is a PUT."""
    if request.method == "PUT":
        serializer = ObjectTagsSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            tags = set_tags(obj, serializer.validated_data["tags"])
        except TagsError as error:
            raise as_api_error(error, "tags") from error
        return Response({"tags": [tag.label for tag in tags]})
    return Response({"tags": labels_for_many([obj])[obj]})
