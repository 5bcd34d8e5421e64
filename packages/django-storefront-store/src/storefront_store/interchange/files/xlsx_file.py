"""Excel workbooks (.xlsx)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from storefront_store.interchange.cells import DateCell, ErrorCell, unquote
from storefront_store.interchange.errors import MissingLibrary, UnreadableFile
from storefront_store.interchange.files.base import HEADER_WITHIN, Record, Table
from storefront_store.interchange.files.xlsx_parts import check_package


class XlsxSource(Table):
    """A sheet of a workbook: the first with a known header, or else the first with cells.

    For formulas the stored value is used.

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
        self._sheets = check_package(path)
        self._header, self._is_column = header, is_column
        try:
            workbook = calamine.CalamineWorkbook.from_path(str(path))
            shown = [meta.name for meta in workbook.sheets_metadata if str(meta.visible).endswith("Visible")]
            names = shown or workbook.sheet_names
            filled = [name for name in names if name in self._sheets and self._sheets[name].has_values]
            self._choose(workbook, filled or names)
        except calamine.CalamineError as error:
            raise UnreadableFile(_("The workbook can't be read: %(reason)s.") % {"reason": str(error)[:200]}) from error
        self.unread = max(len(filled) - 1, 0)
        super().__init__(path, header, is_column)

    def _choose(self, workbook: Any, names: Sequence[str]) -> None:
        """Open the sheet to read; the first if none has a known header."""
        for name in names:
            self._open(workbook, name)
            start = [record.cells for record in islice(self._records(), HEADER_WITHIN)]
            if self._find_header(start)[1] is not None:
                return
        if len(names) > 1:
            self._open(workbook, names[0])

    def _open(self, workbook: Any, name: str) -> None:
        self._sheet = workbook.get_sheet_by_name(name)
        self._errors = self._sheets[name].errors if name in self._sheets else {}

    def _cell(self, cell: Any) -> Any:
        return (unquote(cell) or None) if isinstance(cell, str) else cell

    def _records(self) -> Iterator[Record]:
        left = self._sheet.start[1] if self._sheet.start else 0  # rows come from the first, columns from the first used
        for line, cells in enumerate(self._sheet.iter_rows(), 1):
            values = [_value(cell) for cell in cells]
            for column, error in self._errors.get(line, {}).items():
                if left < column <= left + len(values):
                    values[column - left - 1] = ErrorCell(error)
            if any(value != "" for value in values):
                yield Record(line, values)


def _value(cell: Any) -> Any:
    """Return the displayed value of a cell: numbers without binary rounding errors, dates in ISO 8601."""
    if isinstance(cell, bool | str):
        return cell.strip() if isinstance(cell, str) else cell
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) < 10**15 else Decimal(repr(cell))
    if isinstance(cell, datetime | date):
        return DateCell(cell.isoformat())
    return cell if isinstance(cell, int) else str(cell)
