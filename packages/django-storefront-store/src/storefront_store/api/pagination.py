"""Paginations: by page number, by cursor, or as a plain array with links in the header."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from functools import partial
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

from storefront_store.api.keysets import (
    column_of,
    in_keyset_order,
    only_keys,
    read_slice,
    reversed_order,
    rows_after,
    text_of,
    value_of,
)
from storefront_store.api.page_controls import neighbour_controls, number_controls
from storefront_store.conf import app_settings
from storefront_store.counts import cached, query_digest, remember
from storefront_store.querysets.relevance import is_searched

LARGE: Final = 10_000  # number of rows from which a count may be cached
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

    def read_page(self, queryset: QuerySet[Any], request: Request) -> list[Any]:
        """Return the rows of a numbered page, and set the URLs of its neighbours.

        Raises:
            NotFound: If there is no such page.
        """
        self.request = request
        number, size = self.get_page_number(request), self.get_page_size(request)
        start = (number - 1) * size
        if self.keys_only:
            rows = list(only_keys(queryset)[start : start + size + 1])
        else:
            rows = read_slice(queryset, start, start + size + 1)
        if number > 1 and not rows:
            raise NotFound(_("Invalid page."))
        url = request.build_absolute_uri()
        self.next_url = replace_query_param(url, self.page_query_param, number + 1) if len(rows) > size else None
        self.previous_url = None
        if number == 2:
            self.previous_url = remove_query_param(url, self.page_query_param)
        elif number > 2:
            self.previous_url = replace_query_param(url, self.page_query_param, number - 1)
        self.display_page_controls = bool(self.next_url or self.previous_url)
        return rows[:size]

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

    mode_query_param = "pagination"
    cursor_query_param = "cursor"

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """Return the rows of the requested page."""
        self.by_cursor = request.query_params.get(self.mode_query_param) == "cursor"
        if self.by_cursor:
            return self._read_keyset(queryset, request)
        # All results of a search are read to sort them, so they can be counted by the same statement.
        is_counted = self.keys_only and is_searched(queryset)
        rows = self.read_page(queryset.annotate(found=Window(Count("*"))) if is_counted else queryset, request)
        uncollapsed = getattr(view, "uncollapsed", None)
        if self.next_url is None:
            self.count = (self.get_page_number(request) - 1) * self.get_page_size(request) + len(rows)
            return rows
        if is_counted:
            self.count = rows[0].found
            return rows
        version = getattr(rows[0], "catalogue_version", None)
        if uncollapsed is None:
            self.count = self.get_count(queryset, version=version)
        else:
            count = partial(uncollapsed.count_collapsed, is_whole=view.is_whole)  # type: ignore[union-attr]
            self.count = self.get_count(uncollapsed, version=version, collapsed=count)
        return rows

    def get_count(
        self, queryset: Any, *, version: int | None = None, collapsed: Callable[[], int] | None = None
    ) -> int:
        """Return the number of rows, from the cache if possible.

        Args:
            queryset: All rows of the list.
            version: The version of the catalogue of the list, if known. A count for the same version is used for
                ``LIST_FRESHNESS_SECONDS``; one above :data:`LARGE` is used for :data:`COUNT_SECONDS` with any version,
                unless ``EXACT_COUNTS`` is on.
            collapsed: A function that counts the products of a group as one; it replaces the default count.
        """
        count = collapsed or queryset.count
        if app_settings.EXACT_COUNTS:
            return int(count())
        try:
            key = f"storefront_store:{'collapsed' if collapsed else 'count'}:{query_digest(queryset)}"
        except EmptyResultSet:
            return 0
        known = cached(key)
        if known is not None and (known[1] > LARGE or (version is not None and known[0] == version)):
            return int(known[1])
        number: int = count()
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

    def _read_keyset(self, queryset: QuerySet[Any], request: Request) -> list[Any]:
        """Return the rows after (or before) a position, in the queryset's own order."""
        size = self.get_page_size(request)
        queryset, order = in_keyset_order(queryset)
        backwards, position = self._position(request, queryset, order)
        page = queryset.order_by(*reversed_order(order)) if backwards else queryset
        if self.keys_only:
            page = only_keys(page)
        if position:
            page = page.filter(rows_after(reversed_order(order) if backwards else order, position))
        rows = list(page[: size + 1])
        more, rows = len(rows) > size, rows[:size]
        if backwards:
            rows.reverse()
        has_next, has_previous = (bool(rows), more) if backwards else (more, bool(position))
        url = request.build_absolute_uri()
        self.next_url = self._link(url, order, rows[-1], backwards=False) if has_next and rows else None
        self.previous_url = self._link(url, order, rows[0], backwards=True) if has_previous and rows else None
        self.display_page_controls = bool(self.next_url or self.previous_url)
        return rows

    def _link(self, url: str, order: list[str], row: Any, *, backwards: bool) -> str:
        values = [text_of(row, name.lstrip("-")) for name in order]
        token = json.dumps([int(backwards), order, values], separators=(",", ":")).encode()
        return replace_query_param(url, self.cursor_query_param, base64.urlsafe_b64encode(token).decode())

    def _position(self, request: Request, queryset: QuerySet[Any], order: list[str]) -> tuple[bool, list[Any] | None]:
        """Decode the cursor: its direction and the values of the row at its position."""
        token = request.query_params.get(self.cursor_query_param)
        if not token:
            return False, None
        try:
            if len(token) > MAX_CURSOR_LENGTH:
                raise ValueError("too long")
            backwards, given_order, values = json.loads(base64.urlsafe_b64decode(token.encode("ascii")))
            if given_order != order or len(values) != len(order) or not all(isinstance(v, str) for v in values):
                raise ValueError("another order")
            fields = [column_of(queryset, name.lstrip("-")) for name in order]
            position = [value_of(field, text, queryset.db) for field, text in zip(fields, values, strict=True)]
        except (ValueError, TypeError, ArithmeticError, binascii.Error, ValidationError, RecursionError) as error:
            raise NotFound(_("Invalid cursor.")) from error
        return bool(backwards), position


class LinkPagination(SizedPagination):
    """Pagination that returns a plain array and links to other pages in the ``Link`` header (RFC 8288)."""

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

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """Return the rows of the requested page."""
        self.by_cursor = False
        rows = self.read_page(queryset, request)
        self.count = queryset.count()
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
