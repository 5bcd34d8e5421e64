"""Delimited text, such as CSV and TSV."""

from __future__ import annotations

import csv
import io
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TextIO

from django.utils.translation import gettext as _

from storefront_store.interchange.cells import unquote
from storefront_store.interchange.errors import UnreadableFile
from storefront_store.interchange.files.base import LARGEST_ENTRY, Record, Table, is_number
from storefront_store.interchange.files.commas import SplitAmounts
from storefront_store.interchange.files.text import open_text

DELIMITERS: Final = ",;\t|"
SAMPLE: Final = 64 * 1024
SAMPLED_ROWS: Final = 10
MOST_KEPT: Final = 1_000  # lines of a row, as a cell may have millions
MOST_BLANK: Final = 2_000_000  # rows without a value in sequence; a spreadsheet has a million rows
FIELD_LIMIT_LOCK: Final = threading.Lock()


class CsvSource(Table):
    """A file of delimited text.

    Args:
        path: The file.
        encoding: Its encoding.
        header: Whether it has a header; detected by default.
        is_column: A function that returns whether a cell is a known column name.
        is_price: A function that returns whether a column has prices.
    """

    form = "CSV"

    def __init__(
        self,
        path: Path,
        encoding: str,
        header: bool | None,
        is_column: Callable[[str], bool],
        is_price: Callable[[str], bool],
    ) -> None:
        self._encoding = encoding
        self._is_price = is_price
        self._split_amounts: SplitAmounts | None = None
        self._delimiter = ","
        self._skipped = 0
        super().__init__(path, header, is_column)

    def _survey(self) -> None:
        with open_text(self.path, self._encoding) as stream:
            sample = stream.read(SAMPLE)
        first, _newline, _rest = sample.partition("\n")
        declared = first.strip().strip("\ufeff").casefold()
        if declared.startswith("sep=") and len(declared) == 5:  # as written and read by Excel
            self._delimiter = declared[-1]
            self._skipped = 1
        else:
            self._delimiter = _likely_delimiter(sample)
        super()._survey()

    def _prepare(self, header: int) -> None:
        if self._delimiter == ",":
            prices = [position for position, name in enumerate(self._names) if self._is_price(name)]
            self._split_amounts = SplitAmounts(len(self._names), header, prices)

    def _learn(self, cells: Sequence[Any]) -> None:
        if self._split_amounts is not None:
            self._split_amounts.learn(cells)

    def _cell(self, cell: Any) -> Any:
        return unquote(cell.strip("\ufeff")) or None

    def _records(self) -> Iterator[Record]:
        with open_text(self.path, self._encoding) as stream:
            lines = _Lines(stream)
            for _skipped in range(self._skipped):
                next(lines)
            reader = csv.reader(lines, delimiter=self._delimiter, skipinitialspace=True)
            blank = 0
            while (cells := self._next_record(reader, lines)) is not None:
                if any(map(str.strip, cells)):
                    blank = 0
                    yield Record(lines.number, cells, lines.kept if len(lines.kept) > 1 else (), lines.start)
                    continue
                blank += 1
                if blank > MOST_BLANK:
                    raise UnreadableFile(
                        _("More than %(limit)s rows in sequence are empty; delete the empty rows.")
                        % {"limit": f"{MOST_BLANK:,}"}
                    )

    def _problem(self, record: Record) -> str:
        """Return an error for a row whose cells are not those that were meant.

        Either an amount is in two cells, or other rows are in one, because a quotation mark was not closed: each of
        their lines has as many cells as a row, and numbers where the others have them.
        """
        if self._split_amounts is not None and self._split_amounts.found_in(record.cells):
            return _(
                "%(number)d columns, of which two seem to be one number with a decimal comma; put such numbers in "
                'quotation marks ("9,99"), or write a point'
            ) % {"number": len(record.cells)}
        if not self._numeric or not any(map(self._is_row, record.lines[1:])):
            return ""
        return _(
            "a quotation mark is not closed, so that the lines %(first)d to %(last)d are one row; close it, or double "
            "the marks inside of a cell"
        ) % {"first": record.start, "last": record.line}

    def _is_row(self, line: str) -> bool:
        if line.count('"') % 2:  # it ends a cell of several lines
            return False
        try:
            cells = next(csv.reader([line], delimiter=self._delimiter, skipinitialspace=True), [])
        except csv.Error:  # a cell of immense length
            return False
        return len(cells) == len(self._names) and all(is_number(cells[n]) for n in self._numeric)

    def _next_record(self, reader: Any, lines: _Lines) -> list[str] | None:
        lines.start = lines.number + 1
        lines.kept = []
        try:
            cells: list[str] | None = _read_roomily(reader)
        except csv.Error as error:
            raise UnreadableFile(
                _("The file is not valid CSV at line %(line)d: %(reason)s.") % {"line": lines.number, "reason": error}
            ) from error
        if cells is not None and lines.ended:
            raise UnreadableFile(
                _(
                    "The file is not valid CSV at line %(line)d: unexpected end of data inside the quotes of a cell of "
                    "the row that begins at line %(start)d; it seems to be cut off."
                )
                % {"line": lines.number, "start": lines.start}
            )
        return cells

    def _check_end(self, line: int | None, width: int) -> None:
        if width < len(self._names) and not self._ends_a_line():
            raise UnreadableFile(
                _("The file ends in the middle of line %(line)s: it seems to be cut off.") % {"line": line}
            )

    def _ends_a_line(self) -> bool:
        with self.path.open("rb") as stream:
            stream.seek(max(-4, -self.path.stat().st_size), io.SEEK_END)
            return stream.read().rstrip(b"\x00").endswith((b"\n", b"\r"))


class _Lines:
    """The lines of a file, limited to the maximum size of a row.

    Attributes:
        number: The number of the last line read.
        ended: Whether the end was reached.
        start: The first line of the current row.
        kept: The first lines of the current row.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.number = 0
        self.ended = False
        self.start = 1
        self.kept: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(LARGEST_ENTRY)
        if not line:
            self.ended = True
            raise StopIteration
        self.number += 1
        if len(line) == LARGEST_ENTRY:
            raise UnreadableFile(
                _("Line %(line)d is longer than %(limit)d MB, or never ends.")
                % {"line": self.number, "limit": LARGEST_ENTRY // 1024**2}
            )
        if len(self.kept) < MOST_KEPT:
            self.kept.append(line)
        return line


def _read_roomily(reader: Any) -> list[str] | None:
    """Read one record whose cells may exceed the default limit of the csv module.

    The limit is global for the process, so it is raised for this one step and restored before other code runs.
    """
    with FIELD_LIMIT_LOCK:
        before = csv.field_size_limit(LARGEST_ENTRY)
        try:
            cells: list[str] | None = next(reader, None)
        finally:
            csv.field_size_limit(before)
    return cells


def _likely_delimiter(sample: str) -> str:
    """Return the delimiter that splits the first records into the most and equally many cells; by default a comma."""

    def score(delimiter: str) -> int:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, skipinitialspace=True)
        try:
            widths = Counter(len(cells) for _number, cells in zip(range(SAMPLED_ROWS), reader, strict=False))
        except csv.Error:
            return 0
        return max(((width - 1) * rows for width, rows in widths.items()), default=0)

    return max(DELIMITERS, key=score)
