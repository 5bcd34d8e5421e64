"""Writes a batch of entries in one transaction: who is new, who has changed, and what they bring along."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from storefront_store.conf import get_model
from storefront_store.interchange.services.errors import BadRow
from storefront_store.interchange.services.extras import add_images, add_reviews, check_reviews, missing_images
from storefront_store.interchange.services.mapping import Entry
from storefront_store.models import CatalogueVersion
from storefront_store.services.transactions import use_case, using

OTHER: Final = "Other"  # the collection of what comes without one
NAMELESS: Final = "product"  # the slug of what has no Latin letter in its title
LONGEST_REASON: Final = 300
TAKEN_IMAGES: Final = "pictures that another product has already"


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
    """An entry, the product that it makes or changes, and the names of what changes."""

    entry: Entry
    product: Any
    is_new: bool
    changes: set[str] = field(default_factory=set)


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
    """Put the validation error of a model into one line that is not too long."""
    reason = "; ".join(f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items())
    return reason if len(reason) <= LONGEST_REASON else reason[:LONGEST_REASON] + "…"


def _write_or_split(batch: Sequence[Identified], lost: set[str], dry_run: bool) -> Outcome:
    """Write all at once; if the database refuses something, one by one, so that only that is lost."""
    if not dry_run:
        CatalogueVersion.objects.lock()
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
    if not dry_run:
        outcome.notes.update(_put_into_collections(plans))
        _save(plans)
    pairs = [(plan.product, plan.entry) for plan in plans]
    reviews = add_reviews(pairs, dry_run=dry_run)
    images, taken = add_images(pairs, lost, dry_run=dry_run)
    for plan in plans:
        if plan.is_new:
            outcome.created += 1
        elif plan.changes or reviews[id(plan.product)] or images[id(plan.product)]:
            outcome.updated += 1
        else:
            outcome.unchanged += 1
    outcome.notes.update({"new reviews": reviews.total(), "new pictures": images.total(), TAKEN_IMAGES: taken})
    if not dry_run and outcome.created + outcome.updated:
        CatalogueVersion.objects.bump()
    return outcome


def _plans(batch: Sequence[Identified], outcome: Outcome) -> Iterator[_Plan]:
    """Decide what each entry does; those that can't be used go to ``outcome``."""
    known = _known_products(batch)
    keys = {product.collection_id for products in known.values() for product in products}
    titles = dict(get_model("Collection")._base_manager.filter(pk__in=keys).values_list("pk", "title"))
    for item in batch:
        products = known[item.field, item.value]
        try:
            if len(products) > 1:
                raise BadRow(f"there are {len(products)} products with the {item.field} {item.value!r}")
            yield _change(item.entry, products[0], titles) if products else _create(item.entry)
        except BadRow as error:
            outcome.failures.append((item.entry.place, str(error.message)))
        except ValidationError as error:
            outcome.failures.append((item.entry.place, describe(error)))


def _known_products(batch: Sequence[Identified]) -> dict[tuple[str, Any], list[Any]]:
    """Find and lock the products of a batch. Some databases find values in another case as well: those don't count."""
    model = get_model("Product")
    known: dict[tuple[str, Any], list[Any]] = {(item.field, item.value): [] for item in batch}
    for (name, only_without_sku), items in groupby(sorted(batch, key=_kind_of_identity), key=_kind_of_identity):
        rows = model._default_manager.filter(**{f"{name}__in": [item.value for item in items]})
        if only_without_sku:
            rows = rows.filter(sku=None)
        for row in rows.order_by("pk").select_for_update():
            if (name, getattr(row, name)) in known:
                known[name, getattr(row, name)].append(row)
    return known


def _kind_of_identity(item: Identified) -> tuple[str, bool]:
    return item.field, item.only_without_sku


def _create(entry: Entry) -> _Plan:
    given = {"sku": entry.row_id, "inventory": 0, **entry.fields}
    if not given.get("slug"):
        slug = slugify(given.get("title", "")) or slugify(given["sku"] or "") or NAMELESS
        given["slug"] = slug[:255]
    product = get_model("Product")(**given)
    _check(product, entry)
    return _Plan(entry, product, is_new=True)


def _change(entry: Entry, product: Any, titles: dict[Any, str]) -> _Plan:
    plan = _Plan(entry, product, is_new=False)
    given = entry.fields if product.sku else {"sku": entry.row_id, **entry.fields}
    for name, value in given.items():
        if getattr(product, name) != value:
            setattr(product, name, value)
            plan.changes.add(name)
    if entry.collection and titles[product.collection_id] != entry.collection:
        plan.changes.add("collection")
    _check(product, entry)
    return plan


def _check(product: Any, entry: Entry) -> None:
    """Hold the entry to the rules that the API and the admin keep."""
    product.clean_fields(exclude={"collection"})
    if entry.collection:
        get_model("Collection")(title=entry.collection).clean_fields(exclude={"featured_product"})
    check_reviews(entry)


def _put_into_collections(plans: Sequence[_Plan]) -> dict[str, int]:
    """Set the collections of products that are new or move; make those that are not there."""
    moving = [plan for plan in plans if plan.is_new or "collection" in plan.changes]
    titles = list(dict.fromkeys(plan.entry.collection or OTHER for plan in moving))
    keys, made = ensure_collections(titles)
    for plan in moving:
        plan.product.collection_id = keys[plan.entry.collection or OTHER]
    return {"new collections": made}


def collection_keys(titles: Sequence[str]) -> dict[str, Any]:
    """Return the key of the first collection with each title, of those that are there."""
    rows = get_model("Collection")._base_manager.filter(title__in=titles).order_by("-pk")
    return dict(rows.values_list("title", "pk"))


def ensure_collections(titles: Sequence[str]) -> tuple[dict[str, Any], int]:
    """Return the key of the first collection with each title, and how many had to be made."""
    model = get_model("Collection")
    keys = collection_keys(titles)
    new = model._default_manager.bulk_create(model(title=title) for title in titles if title not in keys)
    keys.update({collection.title: collection.pk for collection in new})
    return keys, len(new)


def _save(plans: Sequence[_Plan]) -> None:
    model = get_model("Product")
    model._default_manager.bulk_create(plan.product for plan in plans if plan.is_new)
    changed = [plan for plan in plans if plan.changes and not plan.is_new]
    if changed:
        now = timezone.now()
        for plan in changed:
            plan.product.last_update = now
        names = set().union(*(plan.changes for plan in changed)) | {"last_update"}
        model._default_manager.bulk_update([plan.product for plan in changed], names)
