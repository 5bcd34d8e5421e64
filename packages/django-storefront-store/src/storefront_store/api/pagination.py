"""Paginations: by page number, by cursor, or as a plain array with links in the header."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any, Final

from django.core.exceptions import EmptyResultSet, ValidationError
from django.db.models import Count, QuerySet, Window
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from storefront_store.api.keysets import QuerySetRows, value_of
from storefront_store.api.page_controls import neighbour_controls, number_controls
from storefront_store.conf import app_settings
from storefront_store.counts import LARGE, cached, remember
from storefront_store.querysets.relevance import is_searched

COUNT_SECONDS: Final = 60
MAX_PAGE: Final = 10**9
MAX_CURSOR_LENGTH: Final = 2_000


class SizedPagination(BasePagination):
    """Base class of the paginations, with a bounded ``page_size`` parameter and one row read ahead."""

    page_query_param = "page"
    page_size_query_param = "page_size"
    count: int
    by_cursor: bool
    display_page_controls: bool
    next_url: str | None
    previous_url: str | None
    keys_only = False  # whether to read only the primary key and the columns of the ordering
    # Whether ``paginate_queryset()`` accepts rows of prepared statements as well. A subclass that overrides one of the
    # methods that read them has to repeat it.
    reads_prepared = True

    def rows_of(self, queryset: Any) -> Any:
        """Return the rows of a queryset; the rows of prepared statements are returned unchanged."""
        return QuerySetRows(queryset, keys_only=self.keys_only) if isinstance(queryset, QuerySet) else queryset

    def default_page_size(self) -> int:
        """Return the number of rows per page without ``page_size``."""
        return app_settings.PAGE_SIZE

    def get_page_size(self, request: Request) -> int:
        """Return the requested page size, within bounds; the default if it is not a positive number."""
        wish = request.query_params.get(self.page_size_query_param, "")
        size = int(wish.lstrip("0")[:10] or 0) if wish.isascii() and wish.isdigit() else 0
        return min(size, app_settings.MAX_PAGE_SIZE) if size else self.default_page_size()

    def get_page_number(self, request: Request) -> int:
        """Return the requested page number.

        Raises:
            NotFound: If it is not a positive number.
        """
        wish = request.query_params.get(self.page_query_param, "1")
        number = int(wish) if wish.isascii() and wish.isdigit() and len(wish) <= len(str(MAX_PAGE)) else 0
        if not 1 <= number <= MAX_PAGE:
            raise NotFound(_("Invalid page."))
        return number

    def read_page(self, queryset: Any, request: Request) -> list[Any]:
        """Return the rows of a numbered page, and set the URLs of its neighbours.

        Raises:
            NotFound: If there is no such page.
        """
        self.request = request
        number, size = self.get_page_number(request), self.get_page_size(request)
        start = (number - 1) * size
        rows = self.rows_of(queryset).slice(start, start + size + 1)
        if number > 1 and not rows:
            raise NotFound(_("Invalid page."))
        url = request.build_absolute_uri()
        self.next_url = self.with_page(url, number + 1) if len(rows) > size else None
        self.previous_url = None
        if number == 2:
            self.previous_url = remove_query_param(url, self.page_query_param)
        elif number > 2:
            self.previous_url = self.with_page(url, number - 1)
        self.display_page_controls = bool(self.next_url or self.previous_url)
        return rows[:size]

    def with_page(self, url: str, number: int) -> str:
        """Return the URL of another page."""
        if "?" not in url:
            return f"{url}?{self.page_query_param}={number}"
        return replace_query_param(url, self.page_query_param, number)

    def to_html(self) -> str:
        """Return the page controls of the browsable API."""
        return neighbour_controls(self.previous_url, self.next_url)

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Return the query parameters for OpenAPI."""
        return [
            _parameter(self.page_query_param, _("A page number, from 1."), "integer"),
            _parameter(self.page_size_query_param, _("Rows a page."), "integer"),
        ]


class CataloguePagination(SizedPagination):
    """``{count, next, previous, results}`` by ``?page=``; ``?pagination=cursor`` gives keyset pages without a count."""

    reads_prepared = True
    mode_query_param = "pagination"
    cursor_query_param = "cursor"

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """Return the rows of the requested page."""
        self.by_cursor = request.query_params.get(self.mode_query_param) == "cursor"
        if self.by_cursor:
            return self._read_keyset(self.rows_of(queryset), request)
        # All results of a search are read to sort them, so they can be counted by the same statement.
        is_counted = getattr(queryset, "is_counted", False)
        if self.keys_only and isinstance(queryset, QuerySet) and is_searched(queryset):
            queryset, is_counted = queryset.annotate(found=Window(Count("*"))), True
        rows = self.read_page(queryset, request)
        if self.next_url is None:
            self.count = (self.get_page_number(request) - 1) * self.get_page_size(request) + len(rows)
            return rows
        if is_counted:
            self.count = rows[0].found
            return rows
        self.count = self.get_count(queryset, version=getattr(rows[0], "catalogue_version", None))
        return rows

    def get_count(self, queryset: Any, *, version: int | None = None) -> int:
        """Return the number of rows, from the cache if possible.

        Args:
            queryset: All rows of the list.
            version: The version of the catalogue of the list, if known. A count for the same version is used for
                ``LIST_FRESHNESS_SECONDS``; one above :data:`LARGE` is used for :data:`COUNT_SECONDS` with any version,
                unless ``EXACT_COUNTS`` is on.
        """
        rows = self.rows_of(queryset)
        if app_settings.EXACT_COUNTS:
            return int(rows.count())
        try:
            key = f"storefront_store:count:{rows.digest()}"
        except EmptyResultSet:
            return 0
        known = cached(key)
        if known is not None and (known[1] > LARGE or (version is not None and known[0] == version)):
            return int(known[1])
        number: int = rows.count()
        if number > LARGE:
            remember(key, (version, number), COUNT_SECONDS)
        elif version is not None:
            remember(key, (version, number), max(int(app_settings.LIST_FRESHNESS_SECONDS), 1))
        return number

    def to_html(self) -> str:
        """Return the page controls of the browsable API, with page numbers if the rows are counted."""
        if self.by_cursor:
            return super().to_html()
        last = -(-self.count // self.get_page_size(self.request))
        current = self.get_page_number(self.request)
        return number_controls(self.request, self.page_query_param, current=current, last=last)

    def get_paginated_response(self, data: Any) -> Response:
        """Return the response with the page."""
        body = {"next": self.next_url, "previous": self.previous_url, "results": data}
        return Response(body if self.by_cursor else {"count": self.count, **body})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the schema of the response for OpenAPI."""
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"count": {"type": "integer"}, "next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Return the query parameters for OpenAPI."""
        return [
            *super().get_schema_operation_parameters(view),
            _parameter(self.mode_query_param, _("“cursor” for pages that need no count and never shift."), "string"),
            _parameter(self.cursor_query_param, _("Where a page begins, as given by next and previous."), "string"),
        ]

    def _read_keyset(self, rows: Any, request: Request) -> list[Any]:
        """Return the rows after (or before) a position, in their own order."""
        size = self.get_page_size(request)
        backwards, position = self._position(request, rows)
        found = rows.after(position, size + 1, backwards=backwards)
        more, found = len(found) > size, found[:size]
        if backwards:
            found.reverse()
        has_next, has_previous = (bool(found), more) if backwards else (more, bool(position))
        url = request.build_absolute_uri()
        self.next_url = self._link(url, rows, found[-1], backwards=False) if has_next and found else None
        self.previous_url = self._link(url, rows, found[0], backwards=True) if has_previous and found else None
        self.display_page_controls = bool(self.next_url or self.previous_url)
        return found

    def _link(self, url: str, rows: Any, row: Any, *, backwards: bool) -> str:
        values = [rows.text_of(row, name.lstrip("-")) for name in rows.order]
        token = json.dumps([int(backwards), rows.order, values], separators=(",", ":")).encode()
        return replace_query_param(url, self.cursor_query_param, base64.urlsafe_b64encode(token).decode())

    def _position(self, request: Request, rows: Any) -> tuple[bool, list[Any] | None]:
        """Decode the cursor: its direction and the values of the row at its position."""
        token = request.query_params.get(self.cursor_query_param)
        if not token:
            return False, None
        try:
            if len(token) > MAX_CURSOR_LENGTH:
                raise ValueError("too long")
            backwards, order, values = json.loads(base64.urlsafe_b64decode(token.encode("ascii")))
            if order != rows.order or len(values) != len(order) or not all(isinstance(v, str) for v in values):
                raise ValueError("another order")
            fields = [rows.field_of(name.lstrip("-")) for name in order]
            position = [value_of(field, text, rows.db) for field, text in zip(fields, values, strict=True)]
        except (ValueError, TypeError, ArithmeticError, binascii.Error, ValidationError, RecursionError) as error:
            raise NotFound(_("Invalid cursor.")) from error
        return bool(backwards), position


class LinkPagination(SizedPagination):
    """Pagination that returns a plain array and links to other pages in the ``Link`` header (RFC 8288)."""

    reads_prepared = True

    def default_page_size(self) -> int:
        """Return ``MAX_PAGE_SIZE``, because few clients read the header."""
        return app_settings.MAX_PAGE_SIZE

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """Return the rows of the requested page."""
        return self.read_page(queryset, request)

    def get_paginated_response(self, data: Any) -> Response:
        """Return the response with the array and the links."""
        links = [("next", self.next_url), ("prev", self.previous_url)]
        header = ", ".join(f'<{url}>; rel="{name}"' for name, url in links if url)
        return Response(data, headers={"Link": header} if header else None)


class NumberedPagination(CataloguePagination):
    """Pagination by page numbers only."""

    reads_prepared = True

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """Return the rows of the requested page."""
        self.by_cursor = False
        rows = self.read_page(queryset, request)
        self.count = self.rows_of(queryset).count()
        return rows

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Return the query parameters for OpenAPI."""
        return SizedPagination.get_schema_operation_parameters(self, view)


def _parameter(name: str, description: Any, kind: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": str(description),
        "schema": {"type": kind},
    }
