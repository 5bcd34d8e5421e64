"""The root of the API, and what all of its views share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rest_framework.metadata import SimpleMetadata
from rest_framework.permissions import AllowAny
from rest_framework.routers import APIRootView

from storefront_store.api.errors import exception_handler


class PlainMetadata(SimpleMetadata):
    """Metadata for OPTIONS: name, description and formats. The fields are in the OpenAPI schema."""

    def determine_actions(self, request: Any, view: Any) -> dict[str, Any]:
        """Return nothing, which avoids queries."""
        return {}


class AnswersErrors:
    """Mixin that uses the store's exception handler, regardless of the project's."""

    def get_exception_handler(self) -> Callable[..., Any]:
        """Return the exception handler of the store."""
        return exception_handler


class RootView(AnswersErrors, APIRootView):
    """The URLs of the lists of the store."""

    permission_classes: Any = [AllowAny]
    metadata_class: Any = PlainMetadata
