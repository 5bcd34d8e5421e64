"""Excel workbooks (.xlsx)."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from storefront_store.interchange.cells import unquote
from storefront_store.interchange.errors import MissingLibrary, UnreadableFile
from storefront_store.interchange.files.base import MOST_COLUMNS, Table

CHUNK: Final = 1024 * 1024
LARGEST_PART: Final = 512 * 1024**2  # maximum uncompressed size of a sheet or of the shared strings, in bytes
MOST_CELLS: Final = 10_000_000  # from the first to the last used cell; the library allocates memory for all of them
CELL: Final = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,4})([0-9]{1,8})"')
MACROS: Final = re.compile(r"vbaProject|macrosheets/", re.IGNORECASE)
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
            raise UnreadableFile(f"The workbook can't be read: {str(error)[:200]}.") from error
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
                raise UnreadableFile("This workbook has macros. Save it as a workbook without macros (.xlsx).")
            for name in names:
                if package.getinfo(name).file_size > LARGEST_PART:
                    raise UnreadableFile(f"The workbook is too large: {name} has over {LARGEST_PART // 1024**2} MB.")
                if SHEET.fullmatch(name):
                    _check_sheet(package, name)
    # zipfile raises NotImplementedError for a compression method that it does not support, RuntimeError for encryption.
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise UnreadableFile("The workbook is damaged or encrypted; it can't be read.") from error


def _check_sheet(package: zipfile.ZipFile, name: str) -> None:
    """Check the used range of a sheet."""
    lowest, highest, leftmost, rightmost, size, rest = 10**9, 0, 10**9, 0, 0, b""
    with package.open(name) as stream:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > LARGEST_PART:  # more than its declared size
                raise UnreadableFile(f"The workbook is too large: {name} has over {LARGEST_PART // 1024**2} MB.")
            text = rest + chunk
            for match in CELL.finditer(text):
                row, column = int(match[2]), _column_number(match[1])
                lowest, highest = min(lowest, row), max(highest, row)
                leftmost, rightmost = min(leftmost, column), max(rightmost, column)
            rest = text[max(text.rfind(b"<"), len(text) - 1024) :] if b"<" in text[-1024:] else b""
    width, height = rightmost - leftmost + 1, highest - lowest + 1
    if highest and width > MOST_COLUMNS:
        raise UnreadableFile(f"The sheet is {width:,} columns wide; at most {MOST_COLUMNS:,} can be read.")
    if highest and width * height > MOST_CELLS:
        raise UnreadableFile(
            f"The sheet reaches over {height:,} rows and {width:,} columns, most of them empty. Delete the cells at "
            "its far end, and save it again."
        )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
