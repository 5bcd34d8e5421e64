"""The parts of Excel workbooks, checked before a library opens them."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from storefront_store.interchange.errors import UnreadableFile
from storefront_store.interchange.files.base import MOST_COLUMNS

CHUNK: Final = 1024 * 1024
LARGEST_PART: Final = 512 * 1024**2  # maximum uncompressed size of a sheet or of the shared strings, in bytes
MOST_CELLS: Final = 6_000_000  # from the first to the last used cell; the library allocates memory for all of them
LONGEST_TAG: Final = 1024
MOST_TEXTS: Final = 2_000_000  # shared strings, each of which takes memory of its own
SHARED_STRINGS: Final = "xl/sharedStrings.xml"
CELL: Final = re.compile(rb'<(?:\w+:)?(?:(row)|c)(?=[\s/>])(?:[^<>]*?\sr="([A-Z]{0,4})([0-9]{1,8})")?')
TEXT: Final = re.compile(rb"<(?:\w+:)?si(?=[\s/>])")
MACROS: Final = re.compile(r"vbaProject|macrosheets/", re.IGNORECASE)
COMPRESSIONS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # that Open Packaging Conventions allow
SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml")
# What reading a package raises: besides BadZipFile the decompressor's error, RuntimeError for encryption, and
# ValueError for a name that is not in its encoding.
DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)
ERROR: Final = re.compile(
    rb'<(?:\w+:)?c(?=\s[^<>]*\bt="e")\s[^<>]*?\br="([A-Z]{1,4})([0-9]{1,8})"[^<>]*>'
    rb"(?:(?!</?(?:\w+:)?c[\s/>]).)*?<(?:\w+:)?v>([^<]{1,20})<",
    re.DOTALL,
)
VALUE: Final = re.compile(rb"<(?:\w+:)?[vt][\s>]")
LONGEST_FORMULA: Final = 10_000
MOST_ERRORS: Final = 200_000
RELATION: Final = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
SHEET_TAG: Final = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
ATTRIBUTE: Final = re.compile(r'([\w:]+)="([^"]*)"')


@dataclass(slots=True)
class Sheet:
    """What is known about a sheet before it is opened.

    Attributes:
        has_values: Whether any cell has a value.
        errors: The errors of formulas by row and column, from 1. The library reads them as empty cells.
    """

    has_values: bool = False
    errors: dict[int, dict[int, str]] = field(default_factory=dict)


def check_package(path: Path) -> dict[str, Sheet]:
    """Check a workbook before opening it, because the library allocates memory for the declared size.

    Returns:
        The sheets by name.

    Raises:
        UnreadableFile: If it has macros, is damaged, or would be too large in memory.
    """
    try:
        with zipfile.ZipFile(path) as package:
            names = package.namelist()
            if any(MACROS.search(name) for name in names):
                raise UnreadableFile(_("This workbook has macros. Save it as a workbook without macros (.xlsx)."))
            if any(part.compress_type not in COMPRESSIONS for part in package.infolist()):
                raise zipfile.BadZipFile("another compression")
            sheets = {}
            for name in names:
                if package.getinfo(name).file_size > LARGEST_PART:
                    raise _too_large(name)
                if SHEET.fullmatch(name):
                    sheets[name] = _check_sheet(package, name)
                elif name == SHARED_STRINGS:
                    _check_texts(package)
            return {name: sheets[part] for name, part in _parts_of_sheets(package) if part in sheets}
    except DAMAGED as error:
        raise UnreadableFile(_("The workbook is damaged or encrypted; it can't be read.")) from error


def _parts_of_sheets(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield the name of each sheet with the name of its part."""
    targets = {}
    for tag in RELATION.findall(_small_part(package, "xl/_rels/workbook.xml.rels")):
        attributes = dict(ATTRIBUTE.findall(tag))
        targets[attributes.get("Id", "")] = attributes.get("Target", "")
    for tag in SHEET_TAG.findall(_small_part(package, "xl/workbook.xml")):
        attributes = dict(ATTRIBUTE.findall(tag))
        target = targets.get(attributes.get("r:id", ""), "")
        yield unescape(attributes.get("name", "")), f"xl/{target.removeprefix('/xl/')}"


def _small_part(package: zipfile.ZipFile, name: str) -> str:
    """Return the text of a part that lists the sheets; empty if there is none."""
    if name not in package.namelist():
        return ""
    with package.open(name) as stream:
        return stream.read(CHUNK).decode("utf-8", "replace")


def _too_large(name: str) -> UnreadableFile:
    return UnreadableFile(
        _("The workbook is too large: %(name)s has over %(limit)d MB.")
        % {"name": name, "limit": LARGEST_PART // 1024**2}
    )


def _check_texts(package: zipfile.ZipFile) -> None:
    """Check the number of texts that cells refer to."""
    number = sum(len(TEXT.findall(text)) for text in _pieces(package, SHARED_STRINGS))
    if number > MOST_TEXTS:
        raise UnreadableFile(
            _("The workbook is too large: it has over %(limit)s different texts.") % {"limit": f"{MOST_TEXTS:,}"}
        )


def _check_sheet(package: zipfile.ZipFile, name: str) -> Sheet:
    """Check the used range of a sheet. Cells and rows without a position follow the ones before."""
    sheet = Sheet()
    lowest, highest, leftmost, rightmost = 10**9, 0, 10**9, 0
    row = column = 0
    before = b""
    for text in _pieces(package, name):
        for match in CELL.finditer(text):
            if match[1]:
                row, column = int(match[3]) if match[3] else row + 1, 0
                continue
            if match[2]:
                row, column = int(match[3]), _column_number(match[2])
            else:
                column += 1
            lowest, highest = min(lowest, row), max(highest, row)
            leftmost, rightmost = min(leftmost, column), max(rightmost, column)
        if highest:
            _check_range(rightmost - leftmost + 1, highest - lowest + 1)
        sheet.has_values = sheet.has_values or VALUE.search(text) is not None
        for letters, number, error in ERROR.findall(before + text):
            if len(sheet.errors) < MOST_ERRORS:
                errors = sheet.errors.setdefault(int(number), {})
                errors[_column_number(letters)] = error.decode("utf-8", "replace")
        before = text[-LONGEST_FORMULA:]  # a cell may be cut in two
    return sheet


def _check_range(width: int, height: int) -> None:
    if width > MOST_COLUMNS:
        raise UnreadableFile(
            _("The sheet is %(width)s columns wide; at most %(limit)s can be read.")
            % {"width": f"{width:,}", "limit": f"{MOST_COLUMNS:,}"}
        )
    if width * height > MOST_CELLS:
        raise UnreadableFile(
            _(
                "The sheet reaches over %(height)s rows and %(width)s columns; at most %(limit)s cells can be read. If "
                "most of them are empty, delete the cells at its far end, and save it again."
            )
            % {"height": f"{height:,}", "width": f"{width:,}", "limit": f"{MOST_CELLS:,}"}
        )


def _pieces(package: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Yield a part of the package in pieces that contain whole tags."""
    size, rest = 0, b""
    with package.open(name) as stream:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > LARGEST_PART:  # more than its declared size
                raise _too_large(name)
            text = rest + chunk
            start = text.rfind(b"<", len(text) - LONGEST_TAG)
            rest = text[start:] if start >= 0 else b""
            yield text[:start] if start >= 0 else text
    yield rest


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
