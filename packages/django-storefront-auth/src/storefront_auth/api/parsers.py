"""Parsers that respond to any invalid body with 400 or 413."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework import parsers
from rest_framework.exceptions import APIException, ParseError
from rest_framework.renderers import JSONRenderer
from rest_framework.utils import json

#: How deep arrays and objects may be nested. Deeper ones exceed the recursion limit of code that reads or copies them.
MAX_DEPTH = 64
_TOO_DEEP = _("The JSON body is nested too deep.")


class BodyTooLarge(APIException):
    """The body is longer than ``DATA_UPLOAD_MAX_MEMORY_SIZE``."""

    status_code = 413
    default_detail: Any = _("The request body is too large.")
    default_code = "body_too_large"


def _read(stream: IO[Any]) -> bytes:
    """Return the whole body, or raise ``BodyTooLarge`` without reading more than the limit."""
    limit: int | None = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if limit is None:
        return stream.read()
    body = stream.read(limit + 1)
    if len(body) > limit:
        raise BodyTooLarge
    return body


def _depth(value: Any) -> int:
    """Return how deep ``value`` is nested, without recursion."""
    depth, level = 0, [value] if isinstance(value, (dict, list)) else []
    while level:
        depth += 1
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, (dict, list))
        ]
    return depth


class JSONParser(parsers.BaseParser):
    """Parses JSON in UTF-8, within limits of size and depth."""

    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the parsed body.

        Raises:
            ParseError: If the body is not valid JSON, or is nested too deeply.
        """
        body = _read(stream)
        try:
            data = json.loads(body.decode())
        except RecursionError:
            raise ParseError(_TOO_DEEP) from None
        except ValueError as error:
            raise ParseError(_("The JSON body could not be read: %(error)s") % {"error": error}) from None
        # Counting brackets is cheap, and most bodies have too few of them to be nested too deeply.
        if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _depth(data) > MAX_DEPTH:
            raise ParseError(_TOO_DEEP)
        return data


class FormParser(parsers.BaseParser):
    """Parses URL-encoded forms of limited size; forms that Django rejects get a JSON error."""

    media_type = "application/x-www-form-urlencoded"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> QueryDict:
        """Return the fields of the form.

        Raises:
            ParseError: If the body is not a valid form, or has too many fields.
        """
        try:
            return QueryDict(_read(stream), encoding="utf-8")
        except (SuspiciousOperation, ValueError):
            raise ParseError(_("The form data could not be read.")) from None


class MultiPartParser(parsers.MultiPartParser):
    """Parses forms with files; forms that Django rejects get a JSON error."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the fields and files of the form.

        Raises:
            BodyTooLarge: If the fields of the form are larger than ``DATA_UPLOAD_MAX_MEMORY_SIZE`` allows.
        """
        try:
            return super().parse(stream, media_type, {**(parser_context or {}), "encoding": "utf-8"})
        except RequestDataTooBig:
            raise BodyTooLarge from None
        except (SuspiciousOperation, ValueError):
            raise ParseError(_("The form data could not be read.")) from None
