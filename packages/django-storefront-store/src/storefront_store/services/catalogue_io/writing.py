"""Writes a batch of entries in one transaction: who is new, who has changed, and what they bring along."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from storefront_store.conf import get_model
from storefront_store.models import CatalogueVersion
from storefront_store.services.batching import lock_catalogue
from storefront_store.services.catalogue_io.errors import BadRow
from storefront_store.services.catalogue_io.extras import add_images, add_reviews, check_reviews, missing_images
from storefront_store.services.catalogue_io.mapping import Entry
from storefront_store.services.transactions import use_case, using

OTHER: Final = "Other"  # the collection of what comes without one
LONGEST_REASON: Final = 300


@dataclass(frozen=True, slots=True)
class Identified:
    """An entry, and how to find its product.

    Attributes:
        entry: The entry.
        field: The field by which the product is known.
        value: The value of that field.
        only_without_sku: Whether products with an article number are other products.
    """

    entry: Entry
    field: str
    value: Any
    only_without_sku: bool = False


@dataclass(slots=True)
class Outcome:
    """What came of a batch."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)

    def add(self, other: Outcome) -> None:
        """Count what came of a part of the batch."""
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.failures += other.failures
        self.notes.update(other.notes)


@dataclass(slots=True)
class _Plan:
    """An entry and the product that it makes or changes."""

    entry: Entry
    product: Any
    changes: set[str]

    @property
    def is_new(self) -> bool:
        return self.product.pk is None


def write_entries(batch: Sequence[Identified], *, dry_run: bool = False) -> Outcome:
    """Create or update the products of a batch.

    Args:
        batch: Entries with different identities.
        dry_run: Find out what would happen, and write nothing.
    """
    lost = missing_images(item.entry for item in batch)
    outcome: Outcome = use_case(_write_or_split)(batch, lost, dry_run)
    if lost:
        outcome.notes["pictures that are not in the media folder"] += len(lost)
    return outcome


def describe(error: ValidationError) -> str:
    """Put a validation error into one line that is not too long."""
    if hasattr(error, "error_dict"):
        reason = "; ".join(f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items())
    else:
        reason = " ".join(error.messages)
    return reason if len(reason) <= LONGEST_REASON else reason[:LONGEST_REASON] + "…"


def _write_or_split(batch: Sequence[Identified], lost: set[str], dry_run: bool) -> Outcome:
    """Write all at once; if the database refuses something, one by one, so that only that is lost."""
    lock_catalogue()
    try:
        with transaction.atomic(using=using()):
            return _write(batch, lost, dry_run)
    except (IntegrityError, DataError) as error:
        if len(batch) == 1:
            return Outcome(failures=[(batch[0].entry.place, f"the database refuses it: {error}"[:LONGEST_REASON])])
    outcome = Outcome()
    for item in batch:
        outcome.add(_write_or_split([item], lost, dry_run))
    return outcome


def _write(batch: Sequence[Identified], lost: set[str], dry_run: bool) -> Outcome:
    outcome = Outcome()
    plans = list(_plans(batch, outcome))
    new = [plan for plan in plans if plan.is_new]
    changed = [plan for plan in plans if plan.changes and not plan.is_new]
    touched = {id(plan) for plan in changed}
    if not dry_run:
        _put_into_collections(new + [plan for plan in changed if "collection" in plan.changes])
        _save(new, changed)
    elif any(plan.entry.collection for plan in plans):
        pass
    pairs = [(plan.product, plan.entry) for plan in plans]
    enriched = add_reviews(pairs, dry_run=dry_run) | add_images(pairs, lost, dry_run=dry_run)
    touched |= {id(plan) for plan in plans if not plan.is_new and id(plan.product) in enriched}
    outcome.created = len(new)
    outcome.updated = len(touched)
    outcome.unchanged = len(plans) - len(new) - len(touched)
    if not dry_run and (new or touched):
        CatalogueVersion.objects.bump()
    return outcome
