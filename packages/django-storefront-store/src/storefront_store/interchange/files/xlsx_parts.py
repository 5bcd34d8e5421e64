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
LARGEST: Final = 512 * 1024**2  # maximum uncompressed size of all parts in XML together, in bytes
MOST_CELLS: Final = 6_000_000  # from the first to the last used cell; the library allocates memory for all of them
MOST_ROWS: Final = 2_500_000  # in all sheets together; one has up to 1,048,576
MOST_TAGS: Final = 40_000_000  # in all parts together; a cell has up to six
LONGEST_TAG: Final = 1024
MOST_TEXTS: Final = 2_000_000  # shared strings, each of which takes memory of its own
SHARED_STRINGS: Final = "xl/sharedStrings.xml"
CELL: Final = re.compile(rb'<(?:\w+:)?(?:(row)|c)(?=[\s/>])(?:[^<>]*?\sr="([A-Z]{0,4})([0-9]{1,8})")?')
TEXT: Final = re.compile(rb"<(?:\w+:)?si(?=[\s/>])")
MACROS: Final = re.compile(r"vbaProject|macrosheets/", re.IGNORECASE)
COMPRESSIONS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # that Open Packaging Conventions allow
XML: Final = re.compile(r"\.(?:xml|rels|vml)$", re.IGNORECASE)
SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml")
# What reading a package raises: besides BadZipFile the decompressor's error, RuntimeError for encryption, and
# ValueError for a name that is not in its encoding.
DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)
ERROR: Final = re.compile(
    rb'<(?:\w+:)?c(?=\s[^<>]*\bt="e")\s[^<>]*?\br="([A-Z]{1,4})([0-9]{1,8})"[^<>]*>'
    rb"(?:(?!</?(?:\w+:)?c[\s/>]).)*?<(?:\w+:)?v>([^<]{1,20})<",
    re.DOTALL,
)
ERROR_MARK: Final = b't="e"'
VALUE: Final = re.compile(rb"<(?:\w+:)?[vt][\s>]")
LONGEST_FORMULA: Final = 10_000
MOST_ERRORS: Final = 200_000
RELATION: Final = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
SHEET_TAG: Final = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
ATTRIBUTE: Final = re.compile(r'([\w:]+)="([^"]*)"')


@dataclass(slots=True)
class Budget:
    """What the parts of a workbook may still contain, so that the time for reading any workbook is limited.

    Attributes:
        size: The number of bytes.
        tags: The number of tags, opened or closed.
        rows: The number of rows, in all sheets.
        cells: The number of cells, in all sheets.
    """

    size: int = LARGEST
    tags: int = MOST_TAGS
    rows: int = MOST_ROWS
    cells: int = MOST_CELLS

    def take(self, text: bytes) -> None:
        """Subtract a piece of a part.

        Raises:
            UnreadableFile: If it is too much.
        """
        self.size -= len(text)
        self.tags -= text.count(b"<")
        if self.size < 0:
            raise _too_large()
        if self.tags < 0:
            raise UnreadableFile(
                _("The workbook is too large: it has over %(limit)s tags.") % {"limit": f"{MOST_TAGS:,}"}
            )

    def take_cells(self, rows: int, cells: int) -> None:
        """Subtract numbers of rows and cells.

        Raises:
            UnreadableFile: If it is too much.
        """
        self.rows -= rows
        self.cells -= cells
        if self.rows < 0:
            raise UnreadableFile(
                _("The workbook is too large: it has over %(limit)s rows.") % {"limit": f"{MOST_ROWS:,}"}
            )
        if self.cells < 0:
            raise UnreadableFile(
                _("The workbook is too large: it has over %(limit)s cells.") % {"limit": f"{MOST_CELLS:,}"}
            )


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
            if sum(part.file_size for part in package.infolist() if XML.search(part.filename)) > LARGEST:
                raise _too_large()
            sheets, budget = {}, Budget()
            for name in names:
                if SHEET.fullmatch(name):
                    sheets[name] = _check_sheet(package, name, budget)
                elif name == SHARED_STRINGS:
                    _check_texts(package, budget)
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


def _too_large() -> UnreadableFile:
    return UnreadableFile(
        _("The workbook is too large: it has over %(limit)d MB of XML.") % {"limit": LARGEST // 1024**2}
    )


def _check_texts(package: zipfile.ZipFile, budget: Budget) -> None:
    """Check the number of texts that cells refer to."""
    number = sum(len(TEXT.findall(text)) for text in _pieces(package, SHARED_STRINGS, budget))
    if number > MOST_TEXTS:
        raise UnreadableFile(
            _("The workbook is too large: it has over %(limit)s different texts.") % {"limit": f"{MOST_TEXTS:,}"}
        )


def _check_sheet(package: zipfile.ZipFile, name: str, budget: Budget) -> Sheet:
    """Check the used range of a sheet. Cells and rows without a position follow the ones before."""
    sheet = Sheet()
    lowest, highest, leftmost, rightmost = 10**9, 0, 10**9, 0
    row = column = marked = 0
    before = b""
    for text in _pieces(package, name, budget):
        rows = cells = 0
        for match in CELL.finditer(text):
            if match[1]:
                rows += 1
                row, column = int(match[3]) if match[3] else row + 1, 0
                continue
            cells += 1
            if match[2]:
                row, column = int(match[3]), _column_number(match[2])
            else:
                column += 1
            lowest, highest = min(lowest, row), max(highest, row)
            leftmost, rightmost = min(leftmost, column), max(rightmost, column)
        budget.take_cells(rows, cells)
        if highest:
            _check_range(rightmost - leftmost + 1, highest - lowest + 1)
        sheet.has_values = sheet.has_values or VALUE.search(text) is not None
        both = before + text
        marked += both.count(ERROR_MARK)
        for letters, number, error in ERROR.findall(both) if 0 < marked < MOST_ERRORS else ():
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


def _pieces(package: zipfile.ZipFile, name: str, budget: Budget) -> Iterator[bytes]:
    """Yield a part of the package in pieces that contain whole tags."""
    rest = b""
    with package.open(name) as stream:
        while chunk := stream.read(CHUNK):
            budget.take(chunk)
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
