"""Import of a catalogue file: creates new products, updates existing ones, and reports and skips invalid rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from typing import Any, Final

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from storefront_store.conf import app_settings as store_settings
from storefront_store.interchange.conf import app_settings
from storefront_store.interchange.entries import Entry, Rejected, Role
from storefront_store.interchange.presets import REQUIRED, STOREFRONT, Context
from storefront_store.interchange.services import fetching, sections
from storefront_store.interchange.services.grouping import IMAGES, Grouper
from storefront_store.interchange.services.options import Options
from storefront_store.interchange.services.parts import Part, open_parts
from storefront_store.interchange.services.planning import NAMELESS
from storefront_store.interchange.services.summary import Outcome, Result, RowReport, Summary
from storefront_store.interchange.services.writing import write_entries
from storefront_store.querysets.summaries import postponed
from storefront_store.services.batching import BATCH_SIZE, batches
from storefront_store.services.transactions import use_case

NOT_FETCHED: Final = gettext_noop("images elsewhere, not fetched")
STOCK_COLUMNS: Final = frozenset({"inventory", "variants", "availability", "in_stock"})
REPEATED_SKU: Final = gettext_noop("SKUs that another row has already, left out")
ROUNDED: Final = gettext_noop("prices with more than two decimals, rounded")
SAME_TITLE: Final = gettext_noop("products with the title of another one, told apart by their slugs")
CENT: Final = Decimal("0.01")
NO_STOCK: Final = gettext_noop("new products without stock, as no column tells it")
ABOVE: Final = gettext_noop("rows above the header, left out")
UNREAD: Final = gettext_noop("other sheets of the workbook, not read")


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
    currency = (options.currency or store_settings.CURRENCY).upper()
    with open_parts(path, options, Context(currency=currency, decimal=options.decimal)) as parts:
        job = _Import(parts, currency, options, advance)
        started(sum(part.source.count for part in parts))
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
    with postponed():
        summary = job.run()
    if summary.failed:
        raise _UndoneError(summary)
    return summary


class _Import:
    """One import of a file."""

    def __init__(
        self, parts: Sequence[Part], currency: str, options: Options, advance: Callable[[int], object]
    ) -> None:
        self._parts = parts
        self._source, self._columns = parts[0].source, parts[0].columns
        self._currency = currency
        self._options = options
        self._advance = advance
        self._seen: dict[tuple[str, Any], str] = {}
        self.images: list[fetching.Wanted] = []

    def run(self) -> Summary:
        """Run the import."""
        self._seen.clear()
        self.images.clear()
        columns = {column: name for part in self._parts for column, name in part.account().items()}
        summary = Summary(preset=str(self._columns.preset.label), columns=columns)
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
            summary.notes[ABOVE] = self._source.above
        if self._source.unread:
            summary.notes[UNREAD] = self._source.unread
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
        for part in self._parts:
            yield from part.entries(advance)

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
            return Rejected(
                item.number, item.place, _("priced in %(currency)s") % {"currency": foreign[:10]}, failed=False
            )
        if item.role is Role.IMAGES:
            self._note_images(item, item.owner or item, outcome)
            return Rejected(item.number, item.place, str(IMAGES), failed=False)
        problem = self._identify(item, outcome)
        if problem:
            return Rejected(item.number, item.place, problem)
        self._seen[item.key] = item.place
        self._round(item, outcome)
        outcome.notes.update(item.notes)
        self._note_images(item, item, outcome)
        return item

    def _round(self, entry: Entry, outcome: Outcome) -> None:
        price = entry.fields.get("unit_price")
        if (
            self._columns.preset.rounds
            and price is not None
            and price != (rounded := price.quantize(CENT, ROUND_HALF_UP))
        ):
            entry.fields["unit_price"] = rounded
            outcome.notes[ROUNDED] += 1

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
        has_own_slug = bool(slug) and (preset.slugs_identify or (preset.distinct and entry.group is not None))
        is_repeated = key == "sku" and has_own_slug and (key, value) in self._seen
        if is_repeated:
            outcome.notes[REPEATED_SKU] += 1
            entry.fields.pop("sku", None)
        if value and not is_repeated:
            entry.key = key, value
        elif key == "sku" and (preset.slugs_identify or is_repeated) and slug:
            entry.key = "slug", slug
        elif key == "sku" and entry.fields.get("title"):
            entry.key = "title", entry.fields["title"]
        else:
            return _("%(field)s: missing") % {"field": key} if key != "sku" else self._missing(entry)
        entry.only_without_sku = entry.key[0] != key
        if entry.key[0] == "title" and key == "sku" and entry.key in self._seen:
            self._tell_apart(entry, outcome)
        if entry.key in self._seen:
            told = {"field": entry.key[0], "value": entry.key[1], "place": self._seen[entry.key]}
            return _("%(field)s %(value)r was in %(place)s already") % told
        return ""

    def _tell_apart(self, entry: Entry, outcome: Outcome) -> None:
        """Identify a product with the title of another one, both without a SKU, by its slug, or one with a number."""
        own = entry.fields.get("slug")
        if own and self._columns.preset is STOREFRONT:
            entry.key = "slug", own
        elif self._columns.preset.distinct:
            base = (slugify(entry.fields["title"]) or NAMELESS)[:240]
            slug = next(slug for n in count(2) if ("slug", slug := f"{base}-{n}") not in self._seen)
            entry.key, entry.new_slug = ("slug", slug), slug
            outcome.notes[SAME_TITLE] += 1

    @staticmethod
    def _missing(entry: Entry) -> str:
        lacking = [name for name in ("sku", *REQUIRED) if entry.fields.get(name) in (None, "")]
        return "; ".join(_("%(field)s: missing") % {"field": name} for name in lacking)
