"""Excel workbooks (.xlsx)."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from storefront_store.interchange.cells import unquote
from storefront_store.interchange.errors import MissingLibrary, UnreadableFile
from storefront_store.interchange.files.base import MOST_COLUMNS, Table

CHUNK: Final = 1024 * 1024
LARGEST_PART: Final = 512 * 1024**2  # maximum uncompressed size of a sheet or of the shared strings, in bytes
MOST_CELLS: Final = 6_000_000  # from the first to the last used cell; the library allocates memory for all of them
LONGEST_TAG: Final = 1024
MOST_TEXTS: Final = 2_000_000  # shared strings, each of which takes memory of its own
SHARED_STRINGS: Final = "xl/sharedStrings.xml"
CELL: Final = re.compile(rb'<(?:\w+:)?(?:(row)|c)(?=[\s/>])(?:[^>]*?\sr="([A-Z]{0,4})([0-9]{1,8})")?')
TEXT: Final = re.compile(rb"<(?:\w+:)?si(?=[\s/>])")
MACROS: Final = re.compile(r"vbaProject|macrosheets/", re.IGNORECASE)
COMPRESSIONS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # that Open Packaging Conventions allow
# What reading a package raises: besides BadZipFile the decompressor's error, RuntimeError for encryption, and
# ValueError for a name that is not in its encoding.
DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)
SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml")


class XlsxSource(Table):
    """The first non-empty sheet of a workbook. For formulas the stored value is used.

    Args:
        path: The file.
        header: Whether it has a header; detected by default.
        is_column: A function that returns whether a cell is a known column name.
    """

    form = "Excel"

    def __init__(self, path: Path, header: bool | None, is_column: Callable[[str], bool]) -> None:
        try:
            import python_calamine as calamine  # imported here because few files are workbooks
        except ImportError as error:
            raise MissingLibrary("Excel", "xlsx") from error
        _check_package(path)
        try:
            workbook = calamine.CalamineWorkbook.from_path(str(path))
            names = [meta.name for meta in workbook.sheets_metadata if str(meta.visible).endswith("Visible")]
            sheets = (workbook.get_sheet_by_name(name) for name in names or workbook.sheet_names)
            self._sheet = next((sheet for sheet in sheets if sheet.total_height), None)
        except calamine.CalamineError as error:
            raise UnreadableFile(_("The workbook can't be read: %(reason)s.") % {"reason": str(error)[:200]}) from error
        super().__init__(path, header, is_column)

    def _cell(self, cell: Any) -> Any:
        return (unquote(cell) or None) if isinstance(cell, str) else cell

    def _records(self) -> Iterator[tuple[int | None, list[Any]]]:
        if self._sheet is None:
            return
        first = self._sheet.start[0] if self._sheet.start else 0
        for line, cells in enumerate(self._sheet.iter_rows(), first + 1):
            values = [_value(cell) for cell in cells]
            if any(value != "" for value in values):
                yield line, values


def _value(cell: Any) -> Any:
    """Return the displayed value of a cell: numbers without binary rounding errors, dates in ISO 8601."""
    if isinstance(cell, bool | str):
        return cell.strip() if isinstance(cell, str) else cell
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) < 10**15 else Decimal(repr(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return cell if isinstance(cell, int) else str(cell)


def _check_package(path: Path) -> None:
    """Check a workbook before opening it, because the library allocates memory for the declared size.

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
            for name in names:
                if package.getinfo(name).file_size > LARGEST_PART:
                    raise _too_large(name)
                if SHEET.fullmatch(name):
                    _check_sheet(package, name)
                elif name == SHARED_STRINGS:
                    _check_texts(package)
    except DAMAGED as error:
        raise UnreadableFile(_("The workbook is damaged or encrypted; it can't be read.")) from error


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


def _check_sheet(package: zipfile.ZipFile, name: str) -> None:
    """Check the used range of a sheet. Cells and rows without a position follow the ones before."""
    lowest, highest, leftmost, rightmost = 10**9, 0, 10**9, 0
    row = column = 0
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
