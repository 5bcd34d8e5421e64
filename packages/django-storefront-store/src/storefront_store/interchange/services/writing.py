"""Writing of a batch of entries in one transaction: products with their groups, collections, reviews and images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from storefront_store.conf import get_model
from storefront_store.interchange.entries import Entry
from storefront_store.interchange.services.groups import Groups, groups_of
from storefront_store.interchange.services.images import add_images, missing_images
from storefront_store.interchange.services.planning import LONGEST_REASON, Plan, plan_entries
from storefront_store.interchange.services.reviews import add_reviews
from storefront_store.interchange.services.summary import Outcome, Result, RowReport
from storefront_store.models import CatalogueVersion
from storefront_store.querysets.summaries import postponed, when_due
from storefront_store.services.transactions import use_case, using
from storefront_store.types import Key

OTHER: Final = "Other"  # the collection of products without one
TAKEN_IMAGES: Final = gettext_noop("images that another product has already")
LOST_IMAGES: Final = gettext_noop("images that are not in the media folder")
NEW_REVIEWS: Final = gettext_noop("new reviews")
NEW_IMAGES: Final = gettext_noop("new images")
NEW_GROUPS: Final = gettext_noop("new groups")
CHANGED_GROUPS: Final = gettext_noop("changed groups")
NEW_COLLECTIONS: Final = gettext_noop("new collections")
NEW_INACTIVE: Final = gettext_noop("new products that are inactive")


def write_entries(entries: Sequence[Entry], *, dry_run: bool = False) -> Outcome:
    """Create or update the products of a batch.

    Args:
        entries: Entries with different keys.
        dry_run: Whether to determine the outcome without writing.
    """
    lost = missing_images(entries)
    outcome: Outcome = use_case(_write_or_split)(entries, lost, dry_run)
    if lost:
        outcome.notes[LOST_IMAGES] += len(lost)
    return outcome


def _write_or_split(entries: Sequence[Entry], lost: set[str], dry_run: bool) -> Outcome:
    """Write all entries at once; if the database refuses them, write them one by one to skip only the failing ones."""
    if not dry_run:
        CatalogueVersion.objects.lock()
    try:
        with transaction.atomic(using=using()), postponed():
            return _write(entries, lost, dry_run)
    except (IntegrityError, DataError) as error:
        if len(entries) == 1:
            outcome = Outcome()
            outcome.fail(
                entries[0].place,
                (_("the database refuses it: %(reason)s") % {"reason": error})[:LONGEST_REASON],
                entries[0].number,
            )
            return outcome
    outcome = Outcome()
    for entry in entries:
        outcome.add(_write_or_split([entry], lost, dry_run))
    return outcome


def _write(entries: Sequence[Entry], lost: set[str], dry_run: bool) -> Outcome:
    outcome = Outcome()
    groups = groups_of(entries)
    plans = list(plan_entries(entries, groups, outcome))
    if not dry_run:
        _save_groups(plans, groups, outcome)
        outcome.notes.update(_put_into_collections(plans))
        _save(plans)
    pairs = [(plan.product, plan.entry) for plan in plans]
    reviews = add_reviews(pairs, dry_run=dry_run)
    images, taken = add_images(pairs, lost, dry_run=dry_run)
    for plan in plans:
        _report(plan, reviews[id(plan.product)], images[id(plan.product)], outcome)
    outcome.notes.update({NEW_REVIEWS: reviews.total(), NEW_IMAGES: images.total(), TAKEN_IMAGES: taken})
    if not dry_run and outcome.created + outcome.updated:
        when_due(CatalogueVersion.objects.bump)
    return outcome


def _report(plan: Plan, reviews: int, images: int, outcome: Outcome) -> None:
    details = [plan.describe()] if plan.changes and not plan.is_new else []
    if reviews:
        details.append(ngettext("%(number)d new review", "%(number)d new reviews", reviews) % {"number": reviews})
    if images:
        details.append(ngettext("%(number)d new image", "%(number)d new images", images) % {"number": images})
    if plan.is_new:
        outcome.created += 1
        result = Result.ADDED
        details.insert(
            0, _("%(price)s, %(stock)s in stock") % {"price": plan.product.unit_price, "stock": plan.product.inventory}
        )
        if not plan.product.is_active:
            details.insert(1, _("inactive"))
            outcome.notes[NEW_INACTIVE] += 1
    elif details:
        outcome.updated += 1
        result = Result.CHANGED
    else:
        outcome.unchanged += 1
        result = Result.UNCHANGED
    label = plan.entry.label or str(plan.product)
    outcome.rows.append(RowReport(plan.entry.number, plan.entry.place, result, label, "; ".join(details)))


def _save_groups(plans: Sequence[Plan], groups: Groups, outcome: Outcome) -> None:
    """Create the groups of the products to write; rows that are invalid create none."""
    keys = list(dict.fromkeys(plan.entry.group.key for plan in plans if plan.entry.group is not None))
    new, changed = set(groups.new_keys()).intersection(keys), set(groups.changed_keys()).intersection(keys)
    groups.save(keys)
    outcome.notes.update({NEW_GROUPS: len(new), CHANGED_GROUPS: len(changed)})
    for plan in plans:
        if plan.product.group is not None:
            plan.product.group = plan.product.group  # sets the foreign key of a group that has just been saved


def _put_into_collections(plans: Sequence[Plan]) -> dict[str, int]:
    """Set the collections of new and moved products, and create missing collections."""
    moving = [plan for plan in plans if plan.is_new or "collection" in plan.changes]
    titles = list(dict.fromkeys(plan.entry.collection or OTHER for plan in moving))
    keys, made = ensure_collections(titles)
    for plan in moving:
        product: Any = plan.product
        product.collection_id = keys[plan.entry.collection or OTHER]
    return {NEW_COLLECTIONS: made}


def collection_keys(titles: Sequence[str]) -> dict[str, Key]:
    """Return the key of the first existing collection with each title."""
    rows = get_model("Collection")._base_manager.using(using()).filter(title__in=titles).order_by("-pk")
    return dict(rows.values_list("title", "pk"))


def ensure_collections(titles: Sequence[str]) -> tuple[dict[str, Key], int]:
    """Return the key of the first collection with each title, and the number of created ones."""
    model = get_model("Collection")
    keys = collection_keys(titles)
    manager = model._default_manager.using(using())
    new = manager.bulk_create(model(title=title) for title in titles if title not in keys)
    keys.update({collection.title: collection.pk for collection in new})
    return keys, len(new)


def _save(plans: Sequence[Plan]) -> None:
    manager = get_model("Product")._default_manager.using(using())
    manager.bulk_create([plan.product for plan in plans if plan.is_new])
    changed = [plan for plan in plans if plan.changes and not plan.is_new]
    if changed:
        now = timezone.now()
        for plan in changed:
            plan.product.last_update = now
        names = {name for plan in changed for name in plan.changes} | {"last_update"}
        manager.bulk_update([plan.product for plan in changed], sorted(names))
