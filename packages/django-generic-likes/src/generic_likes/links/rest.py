"""Errors, pages and serializers of the REST API.

Only the ``api`` packages import this module, because Django REST framework is optional.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, serializers, status
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from ..conf import app_settings
from .openapi import typed


class ServiceBusy(exceptions.APIException):
    """503: the database aborted the transaction several times because of other transactions."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail: Any = _("The service is busy. Try again in a moment.")
    default_code = "busy"
    wait = 1  # the default exception handler sends it as the Retry-After header


def add_code(response: Response) -> Response:
    """Add ``code`` beside ``detail`` in the body of an error."""
    data: Any = response.data
    if isinstance(data, dict) and "detail" in data:
        data.setdefault("code", getattr(data["detail"], "code", "error"))
    return response


class Pagination(PageNumberPagination):
    """Pagination with ``PAGE_SIZE`` rows on a page, or ``?page_size=`` up to ``MAX_PAGE_SIZE``."""

    page_size_query_param: Any = "page_size"

    def get_page_size(self, request: Request) -> int | None:
        """Return the size from the request or from the settings."""
        self.page_size: Any = app_settings.PAGE_SIZE
        self.max_page_size: Any = app_settings.MAX_PAGE_SIZE
        return super().get_page_size(request)


class ReadAheadListSerializer(serializers.ListSerializer[Any]):
    """List serializer that evaluates the list first, so that fields can read data for all objects in one query."""

    def to_representation(self, data: Any) -> Any:
        """Serialize the objects."""
        self.instance: Any = list(data.all() if isinstance(data, models.Manager) else data)
        return super().to_representation(self.instance)


class ReadAheadMixin:
    """Makes ``many=True`` use :class:`ReadAheadListSerializer`, unless the serializer sets its own list serializer."""

    Meta: Any

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Set ``Meta.list_serializer_class`` in a new ``Meta`` of the subclass."""
        super().__init_subclass__(**kwargs)
        meta = getattr(cls, "Meta", object)
        if not hasattr(meta, "list_serializer_class"):
            options = {"list_serializer_class": ReadAheadListSerializer}
            cls.Meta = type("Meta", (meta,), options)


def objects_beside(serializer: Any, instance: models.Model) -> list[models.Model]:
    """Return the objects that are serialized together with ``instance``, including itself.

    Args:
        serializer: The serializer of one object, which may be the child of a list.
        instance: The object that it serializes.
    """
    many = getattr(serializer, "parent", None)
    listed = getattr(many, "instance", None) if isinstance(many, serializers.ListSerializer) else None
    if listed is None or isinstance(listed, models.Manager | Iterator):  # an iterator can be read only once
        return [instance]
    objects = list(listed)
    return objects if any(obj is instance for obj in objects) else [instance]


class ObjectReferenceSerializer(serializers.Serializer[Any]):
    """The object of a link."""

    model: ClassVar[serializers.SerializerMethodField] = serializers.SerializerMethodField(
        help_text=_("Name of the model, as in URLs.")
    )
    id: ClassVar[serializers.SerializerMethodField] = serializers.SerializerMethodField(
        help_text=_("Primary key of the object: a number, or text.")
    )

    def get_model(self, link: Any) -> str:
        """Return the name of the model, as in URLs."""
        return f"{link.content_type.app_label}.{link.content_type.model}"

    @typed({"oneOf": [{"type": "integer"}, {"type": "string"}]})
    def get_id(self, link: Any) -> int | str:
        """Return an integer key as a number and any other key as text."""
        key = link.object_id
        return key if isinstance(key, int) else str(key)
