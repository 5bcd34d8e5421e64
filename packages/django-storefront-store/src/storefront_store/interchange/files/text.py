"""Text files and their encodings."""

from __future__ import annotations

import codecs
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TextIO

from django.utils.translation import gettext as _

from storefront_store.interchange.errors import UnreadableFile
from storefront_store.interchange.wording import option

UTF_8: Final = "utf-8-sig"
CHUNK: Final = 1024 * 1024
SAMPLE: Final = 1024


def encoding_of(path: Path, wanted: str | None) -> str:
    """Return the encoding of a file: the given one, or UTF-16 or UTF-32 as it begins, or UTF-8.

    Raises:
        UnreadableFile: If the encoding is unknown.
    """
    if wanted:
        try:
            return codecs.lookup(wanted).name
        except LookupError as error:
            raise UnreadableFile(
                _("There is no encoding “%(name)s”. Common ones are utf-8, cp1252, latin-1.") % {"name": wanted}
            ) from error
    with path.open("rb") as stream:
        return wide_encoding(stream.read(SAMPLE)) or UTF_8


def wide_encoding(sample: bytes) -> str:
    """Return the encoding of a text in UTF-32 or UTF-16, by its byte order mark or its zeros; empty for others.

    Args:
        sample: The beginning of the file.
    """
    if sample.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if not even and odd * 4 > len(sample):  # more than half of the characters are Latin
        return "utf-16-le"
    return "utf-16-be" if not odd and even * 4 > len(sample) else ""


@contextlib.contextmanager
def open_text(path: Path, encoding: str) -> Iterator[TextIO]:
    """Open a text file without converting line endings.

    Raises:
        UnreadableFile: If it is not in that encoding.
    """
    with path.open(encoding=encoding, newline="") as stream:
        try:
            yield stream
        except UnicodeError as error:
            raise UnreadableFile(_wrong_encoding(path, encoding)) from error


def _wrong_encoding(path: Path, encoding: str) -> str:
    if encoding != UTF_8:
        return _("The file is not %(encoding)s.") % {"encoding": encoding}
    return _(
        "Line %(line)d is not UTF-8. Save the file as UTF-8, or name its encoding, such as %(option)s cp1252; "
        "spreadsheets often write that."
    ) % {"line": first_bad_line(path), "option": option("encoding")}


def first_bad_line(path: Path) -> int:
    """Return the number of the first line that is not UTF-8, with bounded memory for very long lines."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    number = 1
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                return number + chunk.count(b"\n", 0, error.start)
            number += chunk.count(b"\n")
    return number
