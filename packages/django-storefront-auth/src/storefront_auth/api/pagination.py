"""Pagination of the list of users."""

from __future__ import annotations

from typing import Any

from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response


class LinkedPages(PageNumberPagination):
    """Pages of at most 100 items as plain arrays, as in djoser, with a ``Link`` header (RFC 8288)."""

    page_size: int = 100

    def get_paginated_response(self, data: Any) -> Response:
        """Return the response with the array ``data``."""
        links = {"prev": self.get_previous_link(), "next": self.get_next_link()}
        header = ", ".join(f'<{url}>; rel="{name}"' for name, url in links.items() if url)
        return Response(data, headers={"Link": header} if header else None)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the schema of the response, which is that of the array."""
        return schema
