"""Parsers that answer every body with 400 or 413 at worst."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework import parsers
from rest_framework.exceptions import APIException, ParseError

#: How deep arrays and objects may be nested. Deeper ones break what reads, copies or prints them later.
MAX_DEPTH = 64


class BodyTooLarge(APIException):
    """The body is longer than ``DATA_UPLOAD_MAX_MEMORY_SIZE``."""

    status_code = 413
    default_detail = _("The request body is too large.")
    default_code = "body_too_large"


def _read(stream: IO[Any]) -> bytes:
    """Return the whole body, unless it is too large: then no more than the bound is read."""
    limit: int | None = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if limit is None:
        return stream.read()
    body = stream.read(limit + 1)
    if len(body) > limit:
        raise BodyTooLarge
    return body


def _depth(value: Any) -> int:
    """Return how deep ``value`` is nested, without recursion."""
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, (dict, list))
        ]
    return depth


class JSONParser(parsers.JSONParser):
    """DRF's, with bounds on size and depth, and UTF-8 only, as JSON demands."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        body = _read(stream)
        try:
            data = super().parse(BytesIO(body), media_type, {**(parser_context or {}), "encoding": "utf-8"})
        except RecursionError:
            data = None
            too_deep = True
        else:
            # Cheap to say for nearly every body: it has too few brackets to be deep.
            brackets = body.count(b"[") + body.count(b"{")
            too_deep = brackets > MAX_DEPTH and isinstance(data, (dict, list)) and _depth(data) > MAX_DEPTH
        if too_deep:
            raise ParseError(_("The JSON body is nested too deep."))
        return data


class FormParser(parsers.FormParser):
    """DRF's, with a bound on size, and JSON answers to what Django refuses."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> QueryDict:
        try:
            return QueryDict(_read(stream), encoding="utf-8")
        except (SuspiciousOperation, ValueError):
            raise ParseError(_("The form data could not be read.")) from None


class MultiPartParser(parsers.MultiPartParser):
    """DRF's, with JSON answers to what Django refuses."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            return super().parse(stream, media_type, {**(parser_context or {}), "encoding": "utf-8"})
        except RequestDataTooBig:
            raise BodyTooLarge from None
        except (SuspiciousOperation, ValueError):
            raise ParseError(_("The form data could not be read.")) from None
