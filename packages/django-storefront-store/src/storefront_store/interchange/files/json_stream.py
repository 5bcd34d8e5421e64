"""Streaming of the lists of a JSON document, so that memory depends on the largest entry only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TextIO

from django.utils.translation import gettext as _

from storefront_store.interchange.errors import UnreadableFile
from storefront_store.interchange.files.base import LARGEST_ENTRY

CHUNK: Final = 64 * 1024
SPACE: Final = " \t\r\n"
LONGEST_INTEGER: Final = 64  # digits, enough for SKUs; longer integers become decimals, which are faster to parse


def list_entries(stream: TextIO) -> Iterator[tuple[str | None, Any]]:
    """Yield each entry of each list at the top of a document.

    Args:
        stream: A JSON document: a list, or an object with lists in it.

    Yields:
        The key of the list, None for a document that is a list, and the entry. Numbers with a fraction are
        ``Decimal``.

    Raises:
        UnreadableFile: If it is not JSON, or neither a list nor an object.
    """
    scanner = _Scanner(stream)
    start = scanner.peek()
    if start == "[":
        for entry in scanner.entries():
            yield None, entry
    elif start == "{":
        for key in scanner.members():
            if scanner.peek() == "[":
                for entry in scanner.entries():
                    yield key, entry
            else:
                scanner.value()
    else:
        raise UnreadableFile(_("There is neither a list nor an object at the top of this JSON file."))
    if scanner.peek():
        raise scanner.broken(_("something follows after the end of the document"))


def _integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= LONGEST_INTEGER else Decimal(digits)


def _decimal(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:  # an exponent that is too large for Decimal
        return Decimal("NaN")


class _Scanner:
    """A window that moves over the text value by value."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._text = ""
        self._at = 0
        self._line = 1
        self._ended = False
        self._decoder = json.JSONDecoder(parse_float=_decimal, parse_int=_integer, parse_constant=Decimal)

    def peek(self) -> str:
        """Return the next character that is not a space, or an empty string at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in SPACE:
                self._at += 1
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def value(self) -> Any:
        """Decode one complete value."""
        self.peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                offset = error.pos - self._at  # reading moves the window
                if not self._more():
                    raise self.broken(error.msg, self._at + offset) from error
            except RecursionError as error:
                raise self.broken(_("it is nested too deeply")) from error
            else:
                if end < len(self._text) or not self._more():  # otherwise a number may continue
                    self._at = end
                    return value

    def entries(self) -> Iterator[Any]:
        """Yield the decoded entries of a list."""
        self._expect("[")
        if self._found("]"):
            return
        while True:
            yield self.value()
            if self._found("]"):
                return
            self._expect(",")

    def members(self) -> Iterator[str]:
        """Yield the keys of an object, stopping before each value, which the caller reads."""
        self._expect("{")
        if self._found("}"):
            return
        while True:
            if self.peek() != '"':
                raise self.broken(_("expected a name in double quotes") if self.peek() else _("it ends too early"))
            name = self.value()
            self._expect(":")
            yield name
            if self._found("}"):
                return
            self._expect(",")

    def broken(self, reason: str, at: int | None = None) -> UnreadableFile:
        """Return the exception for an error at a position of the window."""
        line = self._line + self._text.count("\n", 0, self._at if at is None else at)
        return UnreadableFile(
            _("The file is not valid JSON at line %(line)d: %(reason)s.") % {"line": line, "reason": reason}
        )

    def _found(self, character: str) -> bool:
        if self.peek() != character:
            return False
        self._at += 1
        return True

    def _expect(self, character: str) -> None:
        if not self._found(character):
            raise self.broken(
                _("expected “%(character)s”") % {"character": character} if self.peek() else _("it ends too early")
            )

    def _more(self) -> bool:
        """Discard processed text and read more; return whether there was any."""
        if self._ended:
            return False
        rest = self._text[self._at :]
        if len(rest) > LARGEST_ENTRY:
            raise self.broken(
                _("an entry is longer than %(limit)d MB, or never ends") % {"limit": LARGEST_ENTRY // 1024**2}
            )
        more = self._stream.read(
            max(CHUNK, len(rest))
        )  # twice as much each time, so that long entries take linear time
        self._line += self._text.count("\n", 0, self._at)
        self._text, self._at = rest + more, 0
        self._ended = not more
        return bool(more)
