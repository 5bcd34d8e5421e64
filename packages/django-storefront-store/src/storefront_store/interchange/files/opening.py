"""Opening of catalogue files. The format is detected from the content, regardless of the name."""

from __future__ import annotations

import contextlib
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storefront_store.interchange.errors import UnreadableFile
from storefront_store.interchange.files.base import Source
from storefront_store.interchange.files.csv_file import CsvSource
from storefront_store.interchange.files.json_file import JsonSource
from storefront_store.interchange.files.text import encoding_of, wide_encoding
from storefront_store.interchange.files.xlsx_file import XlsxSource
from storefront_store.interchange.files.xlsx_parts import DAMAGED
from storefront_store.interchange.files.xml_file import XmlSource

SAMPLE: Final = 64 * 1024
STANDARD_INPUT: Final = "-"
KNOWN: Final = gettext_lazy(
    "Catalogues are read from CSV, TSV, JSON, Excel (.xlsx) and product feeds in XML (RSS, Atom)."
)
JSON_START: Final = re.compile(rb"\[\s*(?:[\[{\]\"]|\Z)|\{\s*(?:[\"}]|\Z)")
SQL_START: Final = re.compile(
    rb"(?i)(?:--[^\n]*\n\s*|/\*.*?\*/;?\s*)*(?:insert\s+into|create\s+(?:table|database)|drop\s+table|begin;|set\s+\S+\s*=|"
    rb"lock\s+tables|start\s+transaction|pragma\s)",
    re.DOTALL,
)
HTML_START: Final = re.compile(rb"(?i)<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]|<table[\s>]|<script[\s>]")
MAGIC: Final = {
    b"%PDF": gettext_lazy("a PDF document"),
    b"\x89PNG": gettext_lazy("an image"),
    b"\xff\xd8\xff": gettext_lazy("an image"),
    b"GIF8": gettext_lazy("an image"),
    b"RIFF": gettext_lazy("an image, a sound or a film"),
    b"II*\x00": gettext_lazy("an image"),
    b"MM\x00*": gettext_lazy("an image"),
    b"BM": gettext_lazy("an image"),
    b"SQLite format 3\x00": gettext_lazy("a SQLite database"),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": gettext_lazy(
        "a workbook of an old Excel, or one with a password; save it as .xlsx"
    ),
    b"\x1f\x8b": gettext_lazy("a compressed file; unpack it first"),
    b"BZh": gettext_lazy("a compressed file; unpack it first"),
    b"\xfd7zXZ": gettext_lazy("a compressed file; unpack it first"),
    b"7z\xbc\xaf": gettext_lazy("a compressed file; unpack it first"),
    b"Rar!": gettext_lazy("a compressed file; unpack it first"),
    b"\x28\xb5\x2f\xfd": gettext_lazy("a compressed file; unpack it first"),
    b"\x7fELF": gettext_lazy("a program"),
    b"MZ": gettext_lazy("a program"),
    b"PAR1": gettext_lazy("a Parquet file"),
}


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known about a file beforehand.

    Attributes:
        is_column: A function that returns whether a cell is a known column name.
        header: Whether a table has a header; detected by default.
        list_key: The key of the products in a JSON object; detected by default.
        encoding: The encoding of a text file; by default UTF-8, or UTF-16 if it has a byte order mark.
        is_price: A function that returns whether a column has prices; none has by default.
    """

    is_column: Callable[[str], bool]
    header: bool | None = None
    list_key: str | None = None
    encoding: str | None = None
    is_price: Callable[[str], bool] = lambda column: False


@contextlib.contextmanager
def open_source(path: str, hints: Hints) -> Iterator[Source]:
    """Open a catalogue file.

    Args:
        path: Its path, or ``-`` for the standard input.
        hints: What is known about it.

    Raises:
        UnreadableFile: If the file does not exist or can't be read completely.
    """
    with contextlib.ExitStack() as stack:
        try:
            source = _open(stack.enter_context(_rereadable(path)), hints)
        except OSError as error:
            raise UnreadableFile(
                _("The file can't be read: %(reason)s.") % {"reason": error.strerror or error}
            ) from error
        yield source


def _open(path: Path, hints: Hints) -> Source:
    with path.open("rb") as stream:
        sample = stream.read(SAMPLE)
    start = sample.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise UnreadableFile(_("The file is empty."))
    if sample.startswith(b"PK\x03\x04"):
        _check_workbook(path)
        return XlsxSource(path, hints.header, hints.is_column)
    if not hints.encoding:
        _refuse_foreign(sample, start)
    if start.startswith(b"<"):
        if HTML_START.match(start) or (HTML_START.search(start[:1024]) and not start.startswith(b"<?xml")):
            raise _foreign(gettext_lazy("a web page"))
        if b"urn:schemas-microsoft-com:office:spreadsheet" in sample:
            raise _foreign(gettext_lazy("a workbook in the XML format of an old Excel; save it as .xlsx"))
        return XmlSource(path)
    encoding = encoding_of(path, hints.encoding)
    if path.suffix.lower() == ".json" or JSON_START.match(start):
        return JsonSource(path, encoding, hints.list_key)
    return CsvSource(path, encoding, hints.header, hints.is_column, hints.is_price)


def _foreign(kind: Any) -> UnreadableFile:
    """Return the exception for a file of another kind."""
    said = _("This is %(kind)s: not a format of a catalogue.") % {"kind": kind}
    return UnreadableFile(f"{said} {KNOWN}")


def _refuse_foreign(sample: bytes, start: bytes) -> None:
    for magic, kind in MAGIC.items():
        if sample.startswith(magic) and (
            len(magic) > 2 or b"\x00" in sample
        ):  # a text may begin with these two letters as well
            raise _foreign(kind)
    if sample.count(0) * 3 > len(sample) and not wide_encoding(sample):
        raise _foreign(gettext_lazy("binary data"))
    if SQL_START.match(start):
        raise _foreign(gettext_lazy("an SQL script"))


def _check_workbook(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as package:
            if "xl/workbook.xml" in package.namelist():
                return
            is_document = "content.xml" in package.namelist()
    except DAMAGED as error:
        raise UnreadableFile(_("The workbook is damaged; it can't be read.")) from error
    raise _foreign(
        gettext_lazy("a document of LibreOffice; save it as .xlsx or CSV")
        if is_document
        else gettext_lazy("a ZIP archive")
    )


@contextlib.contextmanager
def _rereadable(path: str) -> Iterator[Path]:
    """Copy input that can be read only once, such as the standard input or a pipe."""
    file = Path(path)
    if path != STANDARD_INPUT and file.is_file():
        yield file
        return
    with contextlib.ExitStack() as stack:
        stream = sys.stdin.buffer if path == STANDARD_INPUT else stack.enter_context(file.open("rb"))
        try:
            copy = stack.enter_context(tempfile.NamedTemporaryFile(suffix=file.suffix))
            shutil.copyfileobj(stream, copy)
            copy.flush()
        except OSError as error:
            reason = error.strerror or error
            raise UnreadableFile(
                _("There is no room to copy the file before it is read: %(reason)s.") % {"reason": reason}
            ) from error
        yield Path(copy.name)
