"""Parsers with a limit on the size of the body and strict JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import IO, Any, Final

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, FormParser, JSONParser, MultiPartParser
from rest_framework.renderers import JSONRenderer

from storefront_store.api.errors import PayloadTooLarge
from storefront_store.conf import app_settings

SPARE_FACTOR: Final = 20  # factor by which a form may exceed the largest image and still be read


class StrictJSONParser(BaseParser):
    """Parser for one JSON object in UTF-8, no larger than ``DATA_UPLOAD_MAX_MEMORY_SIZE``.

    NaN, Infinity, lone surrogates, values other than an object, and nesting that is too deep are parse errors.
    Fractions are parsed as Decimal, so that no digit of an amount is lost.
    """

    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return the parsed object.

        Raises:
            ParseError: If the body is not a JSON object.
            PayloadTooLarge: If it is too large.
        """
        try:
            text = read_limited(stream).decode("utf-8")
            data = json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)
            if "\\u" in text:
                json.dumps(data, ensure_ascii=False, default=str).encode("utf-8")
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The body is not valid JSON.")) from error
        if not isinstance(data, dict):
            raise ParseError(_("The body must be a JSON object."))
        return data


class LimitedFormParser(BaseParser):
    """Parser for a URL-encoded form, no larger than ``DATA_UPLOAD_MAX_MEMORY_SIZE``."""

    media_type = "application/x-www-form-urlencoded"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> QueryDict:
        """Return the fields.

        Raises:
            ParseError: If the body is not UTF-8.
            PayloadTooLarge: If it is too large.
        """
        try:
            return QueryDict(read_limited(stream).decode("utf-8"), encoding="utf-8")
        except UnicodeDecodeError as error:
            raise ParseError(_("The body is not valid UTF-8.")) from error


class LimitedMultiPartParser(MultiPartParser):
    """Parser for a form with files. A form far larger than any image is refused before it is read."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the fields and files.

        Raises:
            ParseError: If the body is not such a form.
            PayloadTooLarge: If it is too large.
        """
        check_length(parser_context)
        return super().parse(stream, media_type, parser_context)


def bounded(parser_class: type[BaseParser]) -> type[BaseParser]:
    """Return a parser for the same media type with the limits of the store.

    REST framework's parsers are replaced by those of this module. For custom parsers, the size of the body is checked
    first and, if they read JSON, that it is a JSON object.

    Args:
        parser_class: One of the project's ``DEFAULT_PARSER_CLASSES``.
    """
    if parser_class in REPLACED:
        return REPLACED[parser_class]
    if issubclass(parser_class, (StrictJSONParser, LimitedFormParser, LimitedMultiPartParser)):
        return parser_class
    bounded_class: type[BaseParser] = _bounded(parser_class)  # type: ignore[arg-type]
    return bounded_class


@lru_cache(maxsize=64)
def _bounded(parser_class: Any) -> type[BaseParser]:
    class Bounded(parser_class):
        def parse(
            self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
        ) -> Any:
            if issubclass(parser_class, MultiPartParser):
                check_length(parser_context)
                return super().parse(stream, media_type, parser_context)
            body = read_limited(stream)
            if "json" in parser_class.media_type:
                StrictJSONParser().parse(io.BytesIO(body), media_type, parser_context)
            return super().parse(io.BytesIO(body), media_type, parser_context)

    Bounded.__name__ = Bounded.__qualname__ = f"Bounded{parser_class.__name__}"
    Bounded.__doc__ = parser_class.__doc__
    return Bounded


def check_length(parser_context: Mapping[str, Any] | None) -> None:
    """Refuse a form that is far larger than any image, before it is read.

    Raises:
        PayloadTooLarge: If it is too large.
    """
    length = int((parser_context or {})["request"].META.get("CONTENT_LENGTH") or 0)
    if length > SPARE_FACTOR * app_settings.IMAGE_MAX_BYTES:
        raise PayloadTooLarge


def read_limited(stream: IO[Any]) -> bytes:
    """Return the whole body of a request.

    Raises:
        PayloadTooLarge: If it has more bytes than ``DATA_UPLOAD_MAX_MEMORY_SIZE``.
    """
    limit: int | None = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if limit is None:
        return stream.read()
    body: bytes = stream.read(limit + 1)
    if len(body) > limit:
        raise PayloadTooLarge
    return body


REPLACED: Final[dict[type[BaseParser], type[BaseParser]]] = {
    JSONParser: StrictJSONParser,
    FormParser: LimitedFormParser,
    MultiPartParser: LimitedMultiPartParser,
}


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
