"""Conditional requests: ETags, ``If-None-Match`` and ``If-Match``, and responses that must not be cached."""

from __future__ import annotations

import hashlib
import time
from typing import Any, Final

from django.db.models import Model, QuerySet, Subquery
from django.http import HttpResponseNotModified
from django.utils.cache import (
    add_never_cache_headers,
    get_conditional_response,
    patch_cache_control,
)
from django.utils.http import parse_etags, quote_etag
from rest_framework import mixins, status
from rest_framework.generics import GenericAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from storefront_store.api.permissions import is_staff
from storefront_store.conf import app_settings
from storefront_store.exceptions import PreconditionFailed
from storefront_store.models import CatalogueVersion

VARY = ("Accept", "Accept-Language", "Authorization", "Cookie")
STRONGER: Final = ("HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")  # conditions that are examined before If-None-Match
CONDITIONS: Final = (*STRONGER, "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")


class NoStoreMixin(APIView):
    """Mixin for personal responses, which must not be cached."""

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Add ``Cache-Control: no-store`` to the response."""
        response = super().finalize_response(request, response, *args, **kwargs)
        add_never_cache_headers(response)
        return response


def etag_of(row: Model) -> str:
    """Return the ETag of a row, which depends on all its columns except those derived from other rows."""
    kept = getattr(row, "SUMMARIES", ())
    values = [
        (field.attname, field.value_to_string(row))
        for field in row._meta.concrete_fields
        if field.name not in kept and not field.generated
    ]
    return quote_etag(hashlib.sha256(JSONRenderer().render(values)).hexdigest()[:32])


class PreconditionMixin(GenericAPIView[Any]):
    """Mixin that refuses writes if ``If-Match`` does not match the current version."""

    def check_precondition(self, row: Any) -> None:
        """Compare ``If-Match`` with the current row; must be called under its lock.

        Args:
            row: The row to change, as read under the lock.

        Raises:
            PreconditionFailed: If ``If-Match`` does not match.
        """
        header = self.request.headers.get("If-Match")
        if header is None or header.strip() == "*":
            return
        if etag_of(row) not in parse_etags(header):
            raise PreconditionFailed


class ConditionalMixin(mixins.RetrieveModelMixin, mixins.ListModelMixin, GenericAPIView[Any]):
    """Mixin that adds ETags: a strong one of the content for one object, a weak one of the version for a list.

    The responses for signed-in users may differ, so only anonymous responses can be cached by shared caches. Staff
    also get an ETag of a single object, to send it back in ``If-Match``.
    """

    catalogue_version: int | None = None
    found: Any = None

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the list, or 304 if it has not changed."""
        if request.user and request.user.is_authenticated:
            return _private(super().list(request, *args, **kwargs))
        if request.headers.get("If-None-Match", "*") != "*":  # the parent checks whether the list exists
            self.catalogue_version = CatalogueVersion.objects.current()
            etag = list_etag(request, self.catalogue_version)
            if is_known(request, etag):
                self.add_vary()
                unchanged: Any = HttpResponseNotModified(headers={"ETag": etag, "Cache-Control": "no-cache"})
                return unchanged
        response = super().list(request, *args, **kwargs)
        if self.catalogue_version is None:
            self.catalogue_version = CatalogueVersion.objects.current()
        _public(response, list_etag(request, self.catalogue_version))
        self.add_vary()
        return response

    def add_vary(self) -> None:
        """Add :data:`VARY` to the headers of the view, which ``finalize_response()`` adds to the response once."""
        given = self.headers.get("Vary")
        self.headers["Vary"] = ", ".join(dict.fromkeys([*(given.split(", ") if given else ()), *VARY]))

    def paginate_queryset(self, queryset: Any) -> Any:
        """Read the version in the same statement as the page, so that it can't be newer than the rows."""
        page = super().paginate_queryset(with_version(queryset) if isinstance(queryset, QuerySet) else queryset)
        if page and self.catalogue_version is None:
            self.catalogue_version = page[0].catalogue_version or 0
        return page

    def represent(self, plan: Any, rows: Any, database: str) -> Any:
        """Keep the version that was read with the rows."""
        if rows and self.catalogue_version is None:
            self.catalogue_version = getattr(rows[0], "catalogue_version", None)
        return super().represent(plan, rows, database)  # type: ignore[misc]

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return one object, or 304 if it has not changed."""
        response = super().retrieve(request, *args, **kwargs)
        if is_staff(request):
            return _private(response, etag_of(self.found))
        if request.user and request.user.is_authenticated:
            return _private(response)
        self.add_vary()
        response.add_post_render_callback(lambda rendered: _validated(request, rendered))
        return response

    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Update one object; the response for staff has its new ETag."""
        response: Response = super().update(request, *args, **kwargs)  # type: ignore[misc]
        if not is_staff(request):
            return response
        self.found.refresh_from_db()  # with values as rounded by the database
        return _private(response, etag_of(self.found))

    def get_object(self) -> Any:
        """Return the object named by the URL, and keep it for its ETag."""
        self.found = super().get_object()
        return self.found


def with_version(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """Add ``catalogue_version``, the version of the catalogue, to each row."""
    version = CatalogueVersion.objects.filter(pk=CatalogueVersion.objects.ROW).values("version")
    return queryset.annotate(catalogue_version=Subquery(version))


def list_etag(request: Request, version: int) -> str:
    """Return the weak ETag of a list, derived from the catalogue's version, a time interval and the whole URL.

    The interval limits how long changes that do not raise the version can go unnoticed: changes of stock, and
    promotions that begin.
    """
    seconds = max(int(app_settings.LIST_FRESHNESS_SECONDS), 1)
    meta = request.META
    question = (
        version,
        int(time.time() // seconds),
        request.build_absolute_uri("/"),
        request.path,
        *(meta.get(name, "") for name in ("QUERY_STRING", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE")),
    )
    return f'W/"{hashlib.sha256(repr(question).encode()).hexdigest()[:32]}"'


def is_known(request: Request, etag: str) -> bool:
    """Return whether a reading client has the list with this ETag, so that 304 is the right response."""
    meta = request.META
    if meta["HTTP_IF_NONE_MATCH"] == etag and not any(name in meta for name in STRONGER):
        return True  # as most clients ask: with a single ETag
    unchanged = get_conditional_response(request, etag=etag)
    return unchanged is not None and unchanged.status_code == status.HTTP_304_NOT_MODIFIED


def _validated(request: Request, response: Any) -> Any:
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    _public(response, etag)
    if not any(name in request.META for name in CONDITIONS):
        return response
    answer: Any = get_conditional_response(request, etag=etag, response=response)
    if answer.status_code == status.HTTP_412_PRECONDITION_FAILED:
        answer["Content-Type"] = JSONRenderer.media_type
        error = PreconditionFailed()
        answer.content = JSONRenderer().render({"detail": error.message, "code": error.code})
    return answer


def _public(response: Any, etag: str) -> None:
    response["ETag"] = etag
    patch_cache_control(response, no_cache=True)


def _private(response: Any, etag: str = "") -> Any:
    if etag:
        response["ETag"] = etag
    patch_cache_control(response, private=True, no_cache=True)
    return response
