"""Brings the products of a file into the shop: new ones in, known ones up to date, bad rows named and left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from storefront_store.conf import app_settings
from storefront_store.interchange.services import sections
from storefront_store.interchange.services.errors import BadRow
from storefront_store.interchange.services.mapping import Entry, FieldMapping, choose_mapping
from storefront_store.interchange.services.presets import STOREFRONT, is_known_column
from storefront_store.interchange.services.sources import Source, open_source
from storefront_store.interchange.services.writing import Identified, Outcome, write_entries
from storefront_store.services.batching import batches
from storefront_store.services.transactions import use_case

KEYS: Final = ("sku", "slug", "title")
MOST_FAILURES_KEPT: Final = 200


@dataclass(slots=True)
class Summary:
    """What came of an import.

    Attributes:
        created: New products.
        updated: Products that changed, be it by a new review.
        unchanged: Products that were like this already.
        skipped: Rows that were left out on purpose, by reason.
        failed: Rows that could not be used.
        failures: The first of those, each with its place and reason.
        notes: What else there is to know, with how often it happened.
        undone: Whether nothing was kept, because a row failed and all or nothing was asked for.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    undone: bool = False

    def fail(self, place: str, reason: str) -> None:
        """Count a failure, and keep its reason unless there are too many already."""
        self.failed += 1
        if len(self.failures) < MOST_FAILURES_KEPT:
            self.failures.append((place, reason))

    def add(self, outcome: Outcome) -> None:
        """Count what came of a batch."""
        self.created += outcome.created
        self.updated += outcome.updated
        self.unchanged += outcome.unchanged
        self.notes.update(outcome.notes)
        for place, reason in outcome.failures:
            self.fail(place, reason)


@dataclass(frozen=True, slots=True)
class Options:
    """How to import.

    Attributes:
        preset: The shape of the file, by name; recognised, if not given.
        columns: Columns named by hand, by field.
        key: The field by which a product is known again: one of :data:`KEYS`.
        currency: Which rows count where some are priced in another one; the shop's, if not given.
        list_key: Where the products are in a JSON object; found out, if not given.
        header: Whether a CSV file has one; found out, if not given.
        strict: Keep nothing if any row fails.
        dry_run: Write nothing.
    """

    preset: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    key: str = "sku"
    currency: str | None = None
    list_key: str | None = None
    header: bool | None = None
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

    Rows are written in batches, a transaction each, so that the good ones stay whatever happens later; with
    ``strict`` all are in one transaction. Nothing is ever deleted, and no address is fetched.

    Args:
        path: The file, or ``-`` for the standard input.
        options: How to import it.
        started: Told the number of rows, once the file has been looked through.
        advance: Told the number of rows dealt with since the last call.

    Returns:
        What came of it.

    Raises:
        UnreadableFile: If the file as a whole makes no sense; nothing was written.
        Busy: If the database stayed too busy.
    """
    options = options or Options()
    with open_source(
        path,
        is_column=lambda cell: is_known_column(cell) or cell in options.columns.values(),
        header=options.header,
        list_key=options.list_key,
    ) as source:
        mapping = choose_mapping(source, options.preset, options.columns)
        started(source.count)
        if not options.strict or options.dry_run:
            summary = _import(source, mapping, options, advance)
            summary.undone = options.strict and summary.failed > 0
            return summary
        try:
            return use_case(_import_all_or_nothing)(source, mapping, options, advance)
        except _UndoneError as undone:
            undone.summary.undone = True
            return undone.summary


class _UndoneError(Exception):
    def __init__(self, summary: Summary) -> None:
        self.summary = summary


def _import_all_or_nothing(*args: Any) -> Summary:
    summary = _import(*args)
    if summary.failed:
        raise _UndoneError(summary)
    return summary


def _import(source: Source, mapping: FieldMapping, options: Options, advance: Callable[[int], object]) -> Summary:
    summary = Summary()
    has_sections = mapping.preset is STOREFRONT
    if has_sections:
        summary.add(sections.add_collections(source, dry_run=options.dry_run))
    for batch in batches(_entries(source, mapping, options, summary, advance)):
        summary.add(write_entries(batch, dry_run=options.dry_run))
    if has_sections:
        if not options.dry_run:
            sections.feature_products(source)
        summary.add(sections.write_promotions(source, dry_run=options.dry_run))
    return summary


def _entries(
    source: Source, mapping: FieldMapping, options: Options, summary: Summary, advance: Callable[[int], object]
) -> Iterator[Identified]:
    """Read the rows that are to be written; count all others."""
    currency = (options.currency or app_settings.CURRENCY).upper()
    seen: dict[tuple[str, Any], str] = {}
    for row in mapping.prepare(source.rows()):
        advance(1)
        if row.skip:
            summary.skipped[row.skip] += 1
            continue
        try:
            entry = mapping.read(row)
            if entry.currency and entry.currency.upper() != currency:
                summary.skipped[f"priced in {entry.currency[:10]}"] += 1
                continue
            identity = _identity(entry, options.key)
            if identity in seen:
                raise BadRow(f"{identity[0]} {identity[1]!r} was in {seen[identity]} already")
        except BadRow as error:
            summary.fail(row.place, str(error.message))
        else:
            seen[identity] = row.place
            if entry.remote_images:
                summary.notes["pictures elsewhere, not fetched"] += entry.remote_images
            yield Identified(entry, *identity, only_without_sku=identity[0] != options.key)


def _identity(entry: Entry, key: str) -> tuple[str, Any]:
    """Tell by what the product is known again. One without any article number is known by its title."""
    value = entry.fields.get(key) or (entry.row_id if key == "sku" else None)
    if value:
        return key, value
    if key != "sku" or not entry.fields.get("title"):
        raise BadRow(f"{key}: missing")
    return "title", entry.fields["title"]
