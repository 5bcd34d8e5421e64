"""Opens a catalogue file and yields its rows, whatever its format, without holding more than a few at a time.

A file is read through once before anything is done with it: a mistake at its end is found before a row is written.
"""

from __future__ import annotations

import contextlib
import csv
import io
import shutil
import sys
import tempfile
from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TextIO

from storefront_store.interchange.services.errors import UnreadableFile
from storefront_store.interchange.services.json_stream import LARGEST_ENTRY, list_entries
from storefront_store.interchange.services.values import is_number

DELIMITERS: Final = ",;\t|"
MOST_COLUMNS: Final = 2_000
SAMPLE: Final = 64 * 1024
CSV_SUFFIXES: Final = (".csv", ".tsv", ".txt")
STANDARD_INPUT: Final = "-"
MISSING: Final = object()


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file.

    Attributes:
        number: Counted from 1, a header left out.
        values: What it holds by column; an empty cell is None.
        line: Where it ends in the file, if it has lines.
        problem: Why it can't be used.
        skip: Why it need not be used.
    """

    number: int
    values: Mapping[str, Any] = field(default_factory=dict)
    line: int | None = None
    problem: str = ""
    skip: str = ""

    @property
    def place(self) -> str:
        """What to call it in a message."""
        return f"row {self.number}" + (f" (line {self.line})" if self.line else "")


def lookup(row: Any, path: str) -> Any:
    """Find a value by the name of its column, or by a path such as ``price.amount`` or ``images.0``.

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
    """A file that was found to be readable.

    Attributes:
        columns: How many rows have each column, by its name; in JSON those one level down as ``outer.inner``.
        count: The number of its rows.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.columns: Mapping[str, int] = {}
        self.count = 0
        self._survey()
        if not self.count:
            raise UnreadableFile("There are no products in this file.")

    @abstractmethod
    def rows(self) -> Iterator[Row]:
        """Read the products."""

    def section(self, name: str) -> Iterator[Any]:
        """Read another list of the file, if it has such a thing."""
        return iter(())

    @abstractmethod
    def _survey(self) -> None: ...

    @contextlib.contextmanager
    def _text(self) -> Iterator[TextIO]:
        with self.path.open(encoding="utf-8-sig", newline="") as stream:
            try:
                yield stream
            except UnicodeDecodeError as error:
                raise UnreadableFile(
                    f"Line {_first_bad_line(self.path)} is not UTF-8. Save the file as UTF-8 and try again; "
                    "spreadsheets often write Latin-1."
                ) from error


class JsonSource(Source):
    """A JSON document: a list of products, or an object with such a list.

    Args:
        path: The file.
        list_key: Where the products are in an object; ``products`` or the only list with objects, if not given.
    """

    def __init__(self, path: Path, list_key: str | None) -> None:
        self._key = list_key
        super().__init__(path)

    def rows(self) -> Iterator[Row]:
        """Read the products."""
        for number, entry in enumerate(self.section(self._key), 1):
            if isinstance(entry, dict):
                yield Row(number, entry)
            else:
                yield Row(number, problem="not an object")

    def section(self, name: str | None) -> Iterator[Any]:
        """Read the list ``name``; the whole document, if it is a list and ``name`` is None."""
        with self._text() as stream:
            for key, entry in list_entries(stream):
                if key == name:
                    yield entry

    def _survey(self) -> None:
        columns: dict[str | None, Counter[str]] = defaultdict(Counter)
        counts: Counter[str | None] = Counter()
        with self._text() as stream:
            for key, entry in list_entries(stream):
                counts[key] += 1
                known = columns[key]
                if isinstance(entry, dict):
                    known.update(name for name in _names(entry) if name in known or len(known) < MOST_COLUMNS)
        self._key = _choose_list(self._key, columns)
        self.columns, self.count = columns[self._key], counts[self._key]


class CsvSource(Source):
    """Delimited text. Columns without a header are called ``1``, ``2`` and so on.

    Args:
        path: The file.
        header: Whether the first row names the columns. If not given, it does when a cell looks like a name and
            none is a number, as the price of a product would be.
        is_column: Tells whether a cell of the first row looks like the name of a column.
    """

    def __init__(self, path: Path, header: bool | None, is_column: Callable[[str], bool]) -> None:
        self._header = header
        self._is_column = is_column
        self._delimiter = ","
        self._names: list[str] = []
        super().__init__(path)

    def rows(self) -> Iterator[Row]:
        """Read the products."""
        records = self._records()
        if self._header:
            next(records)
        width = len(self._names)
        for number, (line, cells) in enumerate(records, 1):
            if len(cells) == width:
                # backwards: of two columns with one name, the first counts
                values = {self._names[n]: cells[n] or None for n in range(width - 1, -1, -1)}
                yield Row(number, values, line)
            else:
                yield Row(number, line=line, problem=f"{len(cells)} columns instead of {width}")

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        with self._text() as stream, _roomy_fields():
            reader = csv.reader(stream, delimiter=self._delimiter, strict=True)
            try:
                yield from ((reader.line_num, cells) for cells in reader if any(map(str.strip, cells)))
            except csv.Error as error:
                raise UnreadableFile(f"The file is not valid CSV at line {reader.line_num}: {error}.") from error

    def _survey(self) -> None:
        with self._text() as stream:
            self._delimiter = _likely_delimiter(stream.read(SAMPLE))
        records = self._records()
        line, first = next(records, (0, []))
        if self._header is None:
            self._header = any(map(self._is_column, first)) and not any(map(is_number, first))
        self._names = [name.strip() for name in first] if self._header else [str(n + 1) for n in range(len(first))]
        self.count = 0 if self._header or not first else 1
        last = first
        for line, last in records:  # noqa: B007
            self.count += 1
        if len(last) < len(first) and not _ends_a_line(self.path):
            raise UnreadableFile(f"The file ends in the middle of line {line}: it seems to be cut off.")
        self.columns = dict.fromkeys(self._names, self.count)


@contextlib.contextmanager
def open_source(
    path: str, *, is_column: Callable[[str], bool], header: bool | None = None, list_key: str | None = None
) -> Iterator[Source]:
    """Open a catalogue file.

    Args:
        path: Its path, or ``-`` for the standard input.
        is_column: Tells whether a cell looks like the name of a column.
        header: Whether a CSV file has one; found out, if not given.
        list_key: Where the products are in a JSON object; found out, if not given.

    Raises:
        UnreadableFile: If there is no such file, or it can't be read from the first byte to the last.
    """
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(_rereadable(path))
            source = JsonSource(file, list_key) if _is_json(file) else CsvSource(file, header, is_column)
        except OSError as error:
            raise UnreadableFile(f"The file can't be read: {error.strerror or error}.") from error
        yield source


@contextlib.contextmanager
def _rereadable(path: str) -> Iterator[Path]:
    """Copy what can be read only once, such as the standard input or a pipe."""
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
            raise UnreadableFile(f"There is no room to copy the file before it is read: {reason}.") from error
        yield Path(copy.name)


def _is_json(path: Path) -> bool:
    """Judge by the suffix, and by the first character where that says nothing."""
    with path.open("rb") as stream:
        start = stream.read(SAMPLE).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if not start:
        raise UnreadableFile("The file is empty.")
    suffix = path.suffix.lower()
    return suffix == ".json" or (suffix not in CSV_SUFFIXES and start in (b"[", b"{"))


def _names(entry: Mapping[str, Any]) -> Iterator[str]:
    for name, value in entry.items():
        yield name
        if isinstance(value, dict):
            yield from (f"{name}.{inner}" for inner in value)


def _choose_list(wanted: str | None, columns: Mapping[str | None, Mapping[str, int]]) -> str | None:
    """Return the key of the list that holds the products."""
    if wanted is not None:
        if wanted not in columns:
            raise UnreadableFile(f"There is no list “{wanted}” with something in it in this file.")
        return wanted
    if None in columns:
        return None
    if "products" in columns:
        return "products"
    filled = [key for key, names in columns.items() if names]
    if not filled:
        raise UnreadableFile("There is no list of products in this file.")
    if len(filled) > 1:
        raise UnreadableFile(
            f"There are several lists in this file: {', '.join(map(str, filled))}. Choose one of them."
        )
    return filled[0]


def _likely_delimiter(sample: str) -> str:
    """Choose what cuts the first record into most pieces; a comma, if nothing does."""

    def pieces(delimiter: str) -> int:
        return len(next(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), []))

    return max(DELIMITERS, key=pieces)


@contextlib.contextmanager
def _roomy_fields() -> Iterator[None]:
    """Let the csv module read long fields; too long a description is then one bad row and not the end."""
    before = csv.field_size_limit(LARGEST_ENTRY)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _first_bad_line(path: Path) -> int:
    with path.open("rb") as stream:
        return next(number for number, line in enumerate(stream, 1) if not _is_utf8(line))


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as stream:
        stream.seek(-1, io.SEEK_END)
        return stream.read() in (b"\n", b"\r")


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
