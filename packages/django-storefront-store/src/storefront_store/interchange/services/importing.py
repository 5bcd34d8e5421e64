"""Import of a catalogue file: creates new products, updates existing ones, and reports and skips invalid rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from storefront_store.conf import app_settings as store_settings
from storefront_store.interchange.conf import app_settings
from storefront_store.interchange.entries import Entry, Rejected, Role
from storefront_store.interchange.files import Hints, Source, open_source
from storefront_store.interchange.presets import REQUIRED, STOREFRONT, Context, is_known_column
from storefront_store.interchange.services import fetching, sections
from storefront_store.interchange.services.columns import Columns, choose_columns
from storefront_store.interchange.services.grouping import IMAGES, Grouper
from storefront_store.interchange.services.reading import Reader
from storefront_store.interchange.services.summary import Outcome, Result, RowReport, Summary
from storefront_store.interchange.services.writing import write_entries
from storefront_store.services.batching import BATCH_SIZE, batches
from storefront_store.services.transactions import use_case

KEYS: Final = ("sku", "slug", "title")
NOT_FETCHED: Final = "images elsewhere, not fetched"
STOCK_COLUMNS: Final = frozenset({"inventory", "variants", "availability", "in_stock"})
REPEATED_SKU: Final = "SKUs that another row has already, left out"
NO_STOCK: Final = "new products without stock, as no column tells it"


@dataclass(frozen=True, slots=True)
class Options:
    """Options of an import.

    Attributes:
        preset: The name of the preset of the platform; detected by default.
        columns: Columns by field, which override the detected ones.
        key: The field that identifies a product: one of :data:`KEYS`.
        currency: The code of the currency of the prices to import; defaults to that of the store.
        decimal: The decimal mark of the file, ``"."`` or ``","``; detected for each number by default.
        encoding: The encoding of a text file; defaults to UTF-8.
        list_key: The key of the products in a JSON object; detected by default.
        header: Whether a table has a header; detected by default.
        unknown_stock: The stock of products that are in stock without a number; not set by default.
        fetch_images: Whether to download images given by URL.
        strict: Whether to keep nothing if any row fails.
        dry_run: Whether to write nothing.
    """

    preset: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    key: str = "sku"
    currency: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    list_key: str | None = None
    header: bool | None = None
    unknown_stock: int | None = None
    fetch_images: bool = False
    strict: bool = False
    dry_run: bool = False


def import_catalogue(
    path: str,
    options: Options | None = None,
    *,
    started: Callable[[int], object] = lambda total: None,
    advance: Callable[[int], object] = lambda done: None,
) -> Summary:
    """Import a catalogue file.

    Rows are written in batches with one transaction each, so that later errors do not undo earlier batches. With
    ``strict`` all rows are written in one transaction. Nothing is ever deleted.

    Args:
        path: The file, or ``-`` for the standard input.
        options: The options.
        started: Called with the number of rows after the first pass.
        advance: Called with the number of rows processed since the last call.

    Returns:
        The summary of the import.

    Raises:
        UnreadableFile: If the file can't be read; nothing was written.
        Busy: If the database was too busy, even after retrying.
    """
    options = options or Options()
    hints = Hints(
        is_column=lambda cell: is_known_column(cell) or cell in options.columns.values(),
        header=options.header,
        list_key=options.list_key,
        encoding=options.encoding,
    )
    with open_source(path, hints) as source:
        job = _Import(source, choose_columns(source, options.preset, options.columns, options.key), options, advance)
        started(source.count)
        summary = _run(job, options)
    if options.fetch_images and not options.dry_run and not summary.undone:
        fetched = fetching.fetch_images(job.images)
        summary.notes.update(fetched.notes)
        summary.warnings += fetched.warnings
    return summary


def _run(job: _Import, options: Options) -> Summary:
    if not options.strict or options.dry_run:
        summary = job.run()
        summary.undone = options.strict and summary.failed > 0
        return summary
    try:
        return use_case(_all_or_nothing)(job)
    except _UndoneError as undone:
        undone.summary.undone = True
        return undone.summary


class _UndoneError(Exception):
    def __init__(self, summary: Summary) -> None:
        self.summary = summary


def _all_or_nothing(job: _Import) -> Summary:
    summary = job.run()
    if summary.failed:
        raise _UndoneError(summary)
    return summary


class _Import:
    """One import of a file."""

    def __init__(self, source: Source, columns: Columns, options: Options, advance: Callable[[int], object]) -> None:
        self._source = source
        self._columns = columns
        self._options = options
        self._advance = advance
        self._currency = (options.currency or store_settings.CURRENCY).upper()
        context = Context(currency=self._currency, decimal=options.decimal)
        self._reader = Reader(columns, context, options.unknown_stock)
        self._seen: dict[tuple[str, Any], str] = {}
        self.images: list[fetching.Wanted] = []

    def run(self) -> Summary:
        """Run the import."""
        self._seen.clear()
        self.images.clear()
        summary = Summary(preset=self._columns.preset.label, columns=self._columns.account(self._source))
        dry_run, own = self._options.dry_run, self._columns.preset is STOREFRONT
        if own:
            summary.add(sections.add_collections(self._source, dry_run=dry_run))
            summary.add(sections.add_groups(self._source, dry_run=dry_run))
        for batch in batches(self._items(), BATCH_SIZE):
            summary.add(self._write(batch))
        if own:
            if not dry_run:
                sections.feature_products(self._source)
            summary.add(sections.write_promotions(self._source, dry_run=dry_run))
        self._note(summary)
        return summary

    def _note(self, summary: Summary) -> None:
        if self._source.above:
            summary.notes["rows above the header, left out"] = self._source.above
        if not (STOCK_COLUMNS & self._columns.single.keys() or self._columns.many.get("stocks")):
            summary.notes[NO_STOCK] = summary.created

    def _items(self) -> Iterator[Entry | Rejected]:
        """Yield the entries of the rows, with their groups resolved."""
        preset = self._columns.preset
        if not preset.grouped:
            yield from self._read(advance=self._advance)
            return
        grouper = Grouper(
            carries=preset.carries,
            declares_options=preset.declares_options,
            counts=lambda entry: not self._foreign(entry),
        )
        grouper.learn(self._read(advance=lambda done: None))
        yield from grouper.resolve(self._read(advance=self._advance))

    def _read(self, advance: Callable[[int], object]) -> Iterator[Entry | Rejected]:
        for row in self._source.rows():
            advance(1)
            yield from self._reader.read(row)

    def _foreign(self, entry: Entry) -> str:
        """Return the currency of an entry if a column says that it is not the import's currency."""
        return entry.currency if entry.currency and entry.currency != self._currency else ""

    def _write(self, batch: Sequence[Entry | Rejected]) -> Outcome:
        outcome, entries = Outcome(), []
        for item in batch:
            ready = self._accept(item, outcome)
            if isinstance(ready, Rejected):
                result = Result.FAILED if ready.failed else Result.SKIPPED
                label = item.label if isinstance(item, Entry) else ""
                outcome.rows.append(RowReport(ready.number, ready.place, result, label, ready.reason))
            else:
                entries.append(ready)
        if entries:
            outcome.add(write_entries(entries, dry_run=self._options.dry_run))
        return outcome

    def _accept(self, item: Entry | Rejected, outcome: Outcome) -> Entry | Rejected:
        """Validate an entry by itself, and set the key of its product."""
        if isinstance(item, Rejected):
            return item
        foreign = self._foreign(item)
        if foreign:
            return Rejected(item.number, item.place, f"priced in {foreign[:10]}", failed=False)
        if item.role is Role.IMAGES:
            self._note_images(item, item.owner or item, outcome)
            return Rejected(item.number, item.place, IMAGES, failed=False)
        problem = self._identify(item, outcome)
        if problem:
            return Rejected(item.number, item.place, problem)
        self._seen[item.key] = item.place
        outcome.notes.update(item.notes)
        self._note_images(item, item, outcome)
        return item

    def _note_images(self, entry: Entry, owner: Entry, outcome: Outcome) -> None:
        if not self._options.fetch_images or self._options.dry_run:
            if entry.image_urls:
                outcome.notes[NOT_FETCHED] += len(entry.image_urls)
            return
        for address, alt_text in entry.image_urls.items():
            if len(self.images) < app_settings.FETCH_MAX_IMAGES:
                self.images.append(fetching.Wanted(owner.key, owner.only_without_sku, entry.place, address, alt_text))
            else:
                outcome.notes[fetching.BEYOND] += 1

    def _identify(self, entry: Entry, outcome: Outcome) -> str:
        """Set the key that identifies the product; return an error, if any.

        A product without a SKU is identified by its title, or by its slug if those of the platform are stable.
        """
        key, preset = self._options.key, self._columns.preset
        slug = entry.fields.get("slug") or entry.new_slug
        value = slug if key == "slug" else entry.fields.get(key) or (entry.row_id if key == "sku" else None)
        if value and key == "sku" and (key, value) in self._seen and preset.slugs_identify and slug:
            outcome.notes[REPEATED_SKU] += 1
            entry.fields.pop("sku", None)
            value = None
        if value:
            entry.key = key, value
        elif key == "sku" and preset.slugs_identify and slug:
            entry.key = "slug", slug
        elif key == "sku" and entry.fields.get("title"):
            entry.key = "title", entry.fields["title"]
        else:
            return f"{key}: missing" if key != "sku" else self._missing(entry)
        entry.only_without_sku = entry.key[0] != key
        if entry.key in self._seen:
            return f"{entry.key[0]} {entry.key[1]!r} was in {self._seen[entry.key]} already"
        return ""

    @staticmethod
    def _missing(entry: Entry) -> str:
        lacking = [name for name in ("sku", *REQUIRED) if entry.fields.get(name) in (None, "")]
        return "; ".join(f"{name}: missing" for name in lacking)
