"""Answers that need not be sent twice, and answers that nobody may keep."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from django.db.models import Model, Subquery
from django.utils.cache import (
    add_never_cache_headers,
    get_conditional_response,
    patch_cache_control,
    patch_vary_headers,
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


class NoStoreMixin(APIView):
    """Answers that are somebody's own: not to be kept by any cache."""

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Forbid keeping the answer."""
        response = super().finalize_response(request, response, *args, **kwargs)
        add_never_cache_headers(response)
        return response


def etag_of(row: Model) -> str:
    """Return the validator of a row: it changes with each of its columns but those that follow from other rows."""
    kept = getattr(row, "SUMMARIES", ())
    values = [
        (field.attname, field.value_to_string(row)) for field in row._meta.concrete_fields if field.name not in kept
    ]
    return quote_etag(hashlib.sha256(JSONRenderer().render(values)).hexdigest()[:32])


class PreconditionMixin(GenericAPIView[Any]):
    """Writes that are refused where ``If-Match`` names another version than the present one."""

    def check_precondition(self, row: Any) -> None:
        """Compare ``If-Match`` with the row as it is; to be called under its lock.

        Args:
            row: The row that is about to be changed, as it was read under the lock.

        Raises:
            PreconditionFailed: If the client has named another version.
        """
        header = self.request.headers.get("If-Match")
        if header is None or header.strip() == "*":
            return
        if etag_of(row) not in parse_etags(header):
            raise PreconditionFailed


class ConditionalMixin(mixins.RetrieveModelMixin, mixins.ListModelMixin, GenericAPIView[Any]):
    """Validators: strong by body for one thing, weak by version for a list.

    Whoever is signed in may see something else, so only anonymous answers can be shared. Staff gets a validator of a
    single resource too, to send it back in ``If-Match``.
    """

    catalogue_version: int | None = None
    found: Any = None

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List, or tell that nothing has changed since."""
        if request.user and request.user.is_authenticated:
            return _private(super().list(request, *args, **kwargs))
        if request.headers.get("If-None-Match", "*") != "*":  # which asks whether there is a list at all
            self.catalogue_version = CatalogueVersion.objects.current()
            etag = list_etag(request, self.catalogue_version)
            unchanged = get_conditional_response(request, etag=etag)
            if unchanged is not None and unchanged.status_code == 304:
                return _public(unchanged, etag)
        response = super().list(request, *args, **kwargs)
        if self.catalogue_version is None:
            self.catalogue_version = CatalogueVersion.objects.current()
        return _public(response, list_etag(request, self.catalogue_version))

    def paginate_queryset(self, queryset: Any) -> Any:
        """Read the version with the page, in the same statement: it can't be newer than what it vouches for."""
        version = CatalogueVersion.objects.filter(pk=CatalogueVersion.objects.ROW).values("version")
        page = super().paginate_queryset(queryset.annotate(catalogue_version=Subquery(version)))
        if page and self.catalogue_version is None:
            self.catalogue_version = page[0].catalogue_version or 0
        return page

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one thing, or tell that it is still the same."""
        response = super().retrieve(request, *args, **kwargs)
        if is_staff(request):
            return _private(response, etag_of(self.found))
        if request.user and request.user.is_authenticated:
            return _private(response)
        response.add_post_render_callback(lambda rendered: _validated(request, rendered))
        return response

    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change one thing, and tell its new validator to staff."""
        response: Response = super().update(request, *args, **kwargs)  # type: ignore[misc]
        if not is_staff(request):
            return response
        self.found.refresh_from_db()  # as the database has rounded it
        return _private(response, etag_of(self.found))

    def get_object(self) -> Any:
        """Return the row in the address, and remember it for its validator."""
        self.found = super().get_object()
        return self.found


def list_etag(request: Request, version: int) -> str:
    """The weak validator of a list: the catalogue's version, a short stretch of time, and the whole question.

    The stretch bounds how long changes that raise no version can go unnoticed: stock, and promotions that begin.
    """
    seconds = max(int(app_settings.LIST_FRESHNESS_SECONDS), 1)
    question = "\n".join(
        [
            str(version),
            str(int(time.time() // seconds)),
            request.build_absolute_uri(),
            request.headers.get("Accept", ""),
            request.headers.get("Accept-Language", ""),
        ]
    )
    return "W/" + quote_etag(hashlib.sha256(question.encode("utf-8", "surrogatepass")).hexdigest()[:32])


def _validated(request: Request, response: Any) -> Any:
    etag = quote_etag(hashlib.sha256(response.content).hexdigest()[:32])
    _public(response, etag)
    answer: Any = get_conditional_response(request, etag=etag, response=response)
    if answer.status_code == status.HTTP_412_PRECONDITION_FAILED:
        answer["Content-Type"] = JSONRenderer.media_type
        error = PreconditionFailed()
        answer.content = JSONRenderer().render({"detail": error.message, "code": error.code})
    return answer


def _public(response: Any, etag: str) -> Any:
    response["ETag"] = etag
    patch_cache_control(response, no_cache=True)
    patch_vary_headers(response, VARY)
    return response


def _private(response: Any, etag: str = "") -> Any:
    if etag:
        response["ETag"] = etag
    patch_cache_control(response, private=True, no_cache=True)
    return response
