"""Rows and sources.

A file is read completely before anything is written, so that an error at its end is found in time.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple

from django.utils.translation import gettext as _

from storefront_store.interchange.errors import UnreadableFile

MISSING: Final = object()
MOST_COLUMNS: Final = 2_000
LARGEST_ENTRY: Final = 16 * 1024 * 1024  # maximum size of a row in characters
HEADER_WITHIN: Final = 10  # number of rows searched for a header, which titles and notes may precede


class Record(NamedTuple):
    """One row of a table.

    Attributes:
        line: The line where it ends, if the file has lines.
        cells: Its cells.
        lines: Its first lines, if it has several.
        start: The line where it begins.
    """

    line: int | None
    cells: list[Any]
    lines: Sequence[str] = ()
    start: int = 0


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
        unread: The number of other sheets with values, which are not read.
    """

    form: ClassVar[str]
    has_paths: ClassVar[bool] = False
    unread: int = 0

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


def too_wide(row: int, columns: int) -> UnreadableFile:
    """Return the exception for a row with too many columns; a header is counted as a row."""
    return UnreadableFile(
        _("Row %(row)d has %(number)s columns; at most %(limit)s can be read.")
        % {"row": row, "number": f"{columns:,}", "limit": f"{MOST_COLUMNS:,}"}
    )


class Table(Source):
    """A file of rows and cells, with or without a header.

    Columns without a name are named by their number, ``1``, ``2`` and so on. Repeated names get a number as well:
    ``Price``, ``Price (2)``.

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
        self._numeric: list[int] = []  # the columns with numbers in the first row of products
        super().__init__(path)

    def rows(self) -> Iterator[Row]:
        """Yield the rows of products."""
        records = self._records()
        for _above in range(self.above + bool(self._header)):
            next(records)
        width = len(self._names)
        for number, record in enumerate(records, 1):
            line, cells = record.line, record.cells
            problem = self._problem(record)
            if len(cells) > width and not any(cells[width:]):  # trailing delimiters
                del cells[width:]
            if len(cells) != width and not problem:
                problem = _("%(number)d columns instead of %(expected)d") % {"number": len(cells), "expected": width}
            if problem:
                yield Row(number, line=line, problem=problem)
            else:
                yield Row(number, dict(zip(self._names, map(self._cell, cells), strict=True)), line)

    @abstractmethod
    def _records(self) -> Iterator[Record]:
        """Yield the non-empty rows."""

    def _problem(self, record: Record) -> str:
        """Return why a row is not what it seems to be; an empty string by default."""
        return ""

    def _cell(self, cell: Any) -> Any:
        return cell if cell != "" else None

    def _survey(self) -> None:
        records = self._records()
        start = []
        for record in records:
            start.append(record)
            if len(record.cells) > MOST_COLUMNS:
                raise too_wide(len(start), len(record.cells))
            if len(start) == HEADER_WITHIN:
                break
        self.above, header = self._find_header([record.cells for record in start])
        self._header = header is not None
        first = header if header is not None else (start[0].cells if start else [])
        self.first = [str(cell) for cell in first]
        if self._header:
            self._names = [str(name).strip().strip("\ufeff") for name in first]
            while self._names and not self._names[-1]:
                self._names.pop()
            self._names = list(_distinct(self._names))
        else:
            self._names = [str(number + 1) for number in range(len(first))]
        heading = self.above + bool(self._header)
        self._numeric = [
            n
            for record in start[heading : heading + 1]
            for n, cell in enumerate(record.cells[: len(self._names)])
            if is_number(cell)
        ]
        self.count = len(start) - heading
        self._prepare(len(first))
        for record in start[heading:]:
            self._learn(record.cells)
        last = start[-1] if start else Record(0, [])
        for last in records:
            self.count += 1
            self._learn(last.cells)
        self._check_end(last.line, len(last.cells))
        self.columns = dict.fromkeys(self._names, self.count)

    def _prepare(self, header: int) -> None:
        """Prepare for the rows, when the columns are known.

        Args:
            header: The number of cells in the header.
        """

    def _learn(self, cells: Sequence[Any]) -> None:
        """Note what a row says about the others, before any is yielded."""

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
        if any(is_number(cell) for cell in cells):
            return False
        known = sum(self._is_column(cell) for cell in cells if isinstance(cell, str))
        return known >= 1 if at_top else known >= 2


def _distinct(names: Sequence[str]) -> Iterator[str]:
    """Yield a name for each column, even if several have the same name, or none."""
    seen: Counter[str] = Counter()
    for position, given in enumerate(names, 1):
        name = given or str(position)
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name} ({seen[name]})"


def is_number(cell: Any) -> bool:
    """Return whether a cell is a number, in the notation of any country."""
    if isinstance(cell, str):
        bare = cell.strip().replace(",", "").replace(".", "")
        return bare.isascii() and bare.removeprefix("-").isdigit()
    return not isinstance(cell, bool) and cell is not None
