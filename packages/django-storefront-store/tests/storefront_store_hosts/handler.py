"""A host's own way of telling errors."""

from __future__ import annotations

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler


def enveloped(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return REST framework's answer in an envelope."""
    response = exception_handler(error, context)
    if response is not None:
        response.data = {"error": response.data}
    return response
