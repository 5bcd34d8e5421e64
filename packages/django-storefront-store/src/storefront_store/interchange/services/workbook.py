"""Excel workbooks. Import this module only where needed, because openpyxl is optional and slow to import."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import IO, Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from storefront_store.interchange.cells import escape

LONGEST_CELL: Final = 32_767


class Sheet:
    """A workbook with one sheet that is written row by row.

    Args:
        title: The title of the sheet.
        columns: The columns, written as the header.
        numbers: The columns whose values keep their type; all others are written as text.
    """

    def __init__(self, title: str, columns: Sequence[str], numbers: Collection[str]) -> None:
        self.columns, self.numbers = columns, numbers
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet(title)
        self._sheet.append(columns)

    def add(self, row: Mapping[str, Any]) -> None:
        """Write a row."""
        self._sheet.append([self._cell(name, row[name]) for name in self.columns])

    def save(self, stream: IO[bytes]) -> None:
        """Write the whole workbook to a stream."""
        self._book.save(stream)

    def _cell(self, name: str, value: Any) -> Any:
        """Return a cell that is of type text if the value is text, whatever it looks like."""
        if name in self.numbers or value is None:
            return value
        cell = WriteOnlyCell(self._sheet, value=None)
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", escape(str(value)))[:LONGEST_CELL]
        cell.data_type = "s"
        return cell
