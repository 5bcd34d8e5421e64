"""Rows and sources.

A file is read completely before anything is written, so that an error at its end is found in time.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final

from django.utils.translation import gettext as _

from storefront_store.interchange.errors import UnreadableFile

MISSING: Final = object()
MOST_COLUMNS: Final = 2_000
LARGEST_ENTRY: Final = 16 * 1024 * 1024  # maximum size of a row in characters
HEADER_WITHIN: Final = 10  # number of rows searched for a header, which titles and notes may precede


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file.

    Attributes:
        number: The number of the row, from 1, not counting a header.
        values: The values by column; None for an empty cell.
        line: The line where it ends, if the file has lines.
        problem: The reason why it is invalid.
    """

    number: int
    values: Mapping[str, Any] = field(default_factory=dict)
    line: int | None = None
    problem: str = ""

    @property
    def place(self) -> str:
        """The position of the row for messages."""
        if self.line:
            return _("row %(number)d (line %(line)d)") % {"number": self.number, "line": self.line}
        return _("row %(number)d") % {"number": self.number}


def lookup(row: Any, path: str) -> Any:
    """Return a value by the name of its column, or by a path such as ``price.amount`` or ``images.0``.

    Returns:
        The value, or :data:`MISSING`.
    """
    if isinstance(row, Mapping) and path in row:
        return row[path]
    head, dot, rest = path.partition(".")
    if isinstance(row, Mapping):
        inner = row.get(head, MISSING)
    elif isinstance(row, list) and head.isascii() and head.isdigit() and int(head) < len(row):
        inner = row[int(head)]
    else:
        return MISSING
    return lookup(inner, rest) if dot else inner


class Source(ABC):
    """A readable file.

    Attributes:
        form: The format of the file, for messages.
        has_paths: Whether a column may be a path into nested values.
        columns: The number of rows with each column, by name; nested values of the first level are named
            ``outer.inner``.
        count: The number of rows.
        first: The first row, for messages.
        above: The number of rows above the header.
    """

    form: ClassVar[str]
    has_paths: ClassVar[bool] = False

    def __init__(self, path: Path) -> None:
        self.path = path
        self.columns: Mapping[str, int] = {}
        self.count = 0
        self.first: Sequence[str] = ()
        self.above = 0
        self._survey()
        if not self.count:
            raise UnreadableFile(_("There are no products in this file."))

    @abstractmethod
    def rows(self) -> Iterator[Row]:
        """Yield the rows of products."""

    def section(self, name: str) -> Iterator[Any]:
        """Yield the rows of another list of the file, if there is one."""
        return iter(())

    @abstractmethod
    def _survey(self) -> None: ...


def too_wide(columns: int) -> UnreadableFile:
    """Return the exception for a row with too many columns."""
    return UnreadableFile(
        _("A row has %(number)s columns; at most %(limit)s can be read.")
        % {"number": f"{columns:,}", "limit": f"{MOST_COLUMNS:,}"}
    )


class Table(Source):
    """A file of rows and cells, with or without a header. Columns without a header are named ``1``, ``2`` and so on.

    Args:
        path: The file.
        header: Whether there is a header. By default, the first rows are searched for one: a row with a cell that is
            a known column name, and none that is a number such as a price.
        is_column: A function that returns whether a cell is a known column name.
    """

    def __init__(self, path: Path, header: bool | None, is_column: Callable[[str], bool]) -> None:
        self._header = header
        self._is_column = is_column
        self._names: list[str] = []
        super().__init__(path)

    def rows(self) -> Iterator[Row]:
        """Yield the rows of products."""
        records = self._records()
        for _above in range(self.above + bool(self._header)):
            next(records)
        width = len(self._names)
        for number, (line, cells) in enumerate(records, 1):
            if len(cells) > width and not any(cells[width:]):  # trailing delimiters
                del cells[width:]
            if len(cells) == width:
                # reversed, so that the first of two columns with the same name is used
                values = {self._names[n]: self._cell(cells[n]) for n in range(width - 1, -1, -1) if self._names[n]}
                yield Row(number, values, line)
            else:
                problem = _("%(number)d columns instead of %(expected)d") % {"number": len(cells), "expected": width}
                yield Row(number, line=line, problem=problem)

    @abstractmethod
    def _records(self) -> Iterator[tuple[int | None, list[Any]]]:
        """Yield the non-empty rows with the line where each ends."""

    def _cell(self, cell: Any) -> Any:
        return cell if cell != "" else None

    def _survey(self) -> None:
        records = self._records()
        start = []
        for record in records:
            start.append(record)
            if len(record[1]) > MOST_COLUMNS:
                raise too_wide(len(record[1]))
            if len(start) == HEADER_WITHIN:
                break
        self.above, header = self._find_header([cells for _line, cells in start])
        self._header = header is not None
        first = header if header is not None else (start[0][1] if start else [])
        self.first = [str(cell) for cell in first]
        if self._header:
            self._names = [str(name).strip().strip("\ufeff") for name in first]
            while self._names and not self._names[-1]:
                self._names.pop()
        else:
            self._names = [str(number + 1) for number in range(len(first))]
        self.count = len(start) - self.above - bool(self._header)
        last_line, last = start[-1] if start else (0, [])
        for last_line, last in records:  # noqa: B007
            self.count += 1
        self._check_end(last_line, len(last))
        self.columns = dict.fromkeys((name for name in self._names if name), self.count)

    def _check_end(self, line: int | None, width: int) -> None:
        """Refuse a file with a truncated last row."""

    def _find_header(self, rows: Sequence[list[Any]]) -> tuple[int, list[Any] | None]:
        """Return the number of rows above the header, and the header; None if there is none."""
        if self._header is not None:
            return 0, rows[0] if self._header and rows else None
        for index, cells in enumerate(rows):
            if self._looks_like_header(cells, at_top=index == 0):
                return index, cells
        return 0, None

    def _looks_like_header(self, cells: Sequence[Any], *, at_top: bool) -> bool:
        if any(_is_number(cell) for cell in cells):
            return False
        known = sum(self._is_column(cell) for cell in cells if isinstance(cell, str))
        return known >= 1 if at_top else known >= 2


def _is_number(cell: Any) -> bool:
    if isinstance(cell, str):
        bare = cell.strip().replace(",", "").replace(".", "")
        return bare.isascii() and bare.removeprefix("-").isdigit()
    return not isinstance(cell, bool) and cell is not None
