"""Import of the other lists of our own format: collections with featured products, groups and promotions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from storefront_store.conf import get_model
from storefront_store.interchange import values
from storefront_store.interchange.entries import Group
from storefront_store.interchange.errors import BadRow
from storefront_store.interchange.files import Source
from storefront_store.interchange.services.groups import Groups
from storefront_store.interchange.services.planning import describe
from storefront_store.interchange.services.summary import Outcome
from storefront_store.interchange.services.writing import (
    CHANGED_GROUPS,
    NEW_COLLECTIONS,
    NEW_GROUPS,
    collection_keys,
    ensure_collections,
)
from storefront_store.models import CatalogueVersion, Promotion
from storefront_store.services.batching import batches
from storefront_store.services.transactions import use_case

COLLECTIONS: Final = "collections"
GROUPS: Final = "groups"
PROMOTIONS: Final = "promotions"
PLACES: Final = {
    COLLECTIONS: gettext_lazy("collection %(number)d"),
    GROUPS: gettext_lazy("group %(number)d"),
    PROMOTIONS: gettext_lazy("promotion %(number)d"),
}
NEW_PROMOTIONS: Final = gettext_noop("new promotions")
CHANGED_PROMOTIONS: Final = gettext_noop("changed promotions")
_Promotions: TypeAlias = list[tuple[str, dict[str, Any], list[str] | None]]  # position, fields, SKUs


def add_collections(source: Source, *, dry_run: bool = False) -> Outcome:
    """Create the collections, in the order of the file and including empty ones."""
    outcome = Outcome()
    titles = []
    for place, entry in _objects(source, COLLECTIONS, outcome):
        try:
            title = values.convert("title", entry.get("title"), {"title": values.label})
            get_model("Collection")(title=title).clean_fields(exclude={"featured_product"})
            titles.append(title)
        except BadRow as error:
            outcome.fail(place, str(error.message))
        except ValidationError as error:
            outcome.fail(place, describe(error))
    for batch in batches(dict.fromkeys(titles)):
        outcome.notes[NEW_COLLECTIONS] += (_missing_collections if dry_run else _make_collections)(batch)
    return outcome


def _missing_collections(titles: list[str]) -> int:
    return len(set(titles).difference(collection_keys(titles)))


@use_case
def _make_collections(titles: list[str]) -> int:
    CatalogueVersion.objects.lock()
    _keys, made = ensure_collections(titles)
    if made:
        CatalogueVersion.objects.bump()
    return made


def add_groups(source: Source, *, dry_run: bool = False) -> Outcome:
    """Create or update the groups of variants before their products."""
    outcome = Outcome()
    wanted: list[tuple[str, Group]] = []
    for place, entry in _objects(source, GROUPS, outcome):
        try:
            wanted.append((place, _read_group(entry)))
        except BadRow as error:
            outcome.fail(place, str(error.message))
    for batch in batches(wanted):
        outcome.add((_compare_groups if dry_run else _save_groups)(batch))
    return outcome


def _read_group(entry: dict[str, Any]) -> Group:
    given = {
        name: values.convert(name, entry[name], GROUP_CONVERTERS)
        for name in GROUP_CONVERTERS
        if entry.get(name) is not None
    }
    if not given.get("key"):
        raise BadRow(_("%(field)s: missing") % {"field": "key"})
    return Group(**given)


def _names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise BadRow(_("not a list of names"))
    return tuple(values.text(name) for name in value)


GROUP_CONVERTERS: Final[dict[str, Callable[[Any], Any]]] = {
    "key": values.text,
    "title": values.text,
    "description": values.text,
    "varies_by": _names,
}


@use_case
def _save_groups(wanted: list[tuple[str, Group]]) -> Outcome:
    CatalogueVersion.objects.lock()
    return _compare_groups(wanted, write=True)


def _compare_groups(wanted: list[tuple[str, Group]], *, write: bool = False) -> Outcome:
    outcome = Outcome()
    groups = Groups(group for _place, group in wanted)
    for place, group in wanted:
        if groups.problem(group.key):
            outcome.fail(place, groups.problem(group.key))
    usable = [group.key for _place, group in wanted if not groups.problem(group.key)]
    new, changed = (set(keys).intersection(usable) for keys in (groups.new_keys(), groups.changed_keys()))
    outcome.notes.update({NEW_GROUPS: len(new), CHANGED_GROUPS: len(changed)})
    if write and (new or changed):
        groups.save(usable)
        CatalogueVersion.objects.bump()
    return outcome


def feature_products(source: Source) -> None:
    """Set the featured products of collections, if they exist."""
    wanted = {
        entry["title"]: entry["featured_product"]
        for _place, entry in _objects(source, COLLECTIONS, Outcome())
        if isinstance(entry.get("title"), str) and isinstance(entry.get("featured_product"), str)
    }
    for batch in batches(wanted.items()):
        _feature(dict(batch))


@use_case
def _feature(wanted: dict[str, str]) -> None:
    CatalogueVersion.objects.lock()
    model = get_model("Collection")
    products = _products(wanted.values())
    changed = []
    for collection in model._base_manager.filter(title__in=list(wanted)):
        key = products.get(wanted.get(collection.title, ""))
        if key is not None and collection.featured_product_id != key:
            collection.featured_product_id = key
            changed.append(collection)
    if changed:
        model._default_manager.bulk_update(changed, ["featured_product"])
        CatalogueVersion.objects.bump()


def write_promotions(source: Source, *, dry_run: bool = False) -> Outcome:
    """Create or update the promotions of the file; those with the same name are matched in order."""
    outcome = Outcome()
    promotions = []
    for place, entry in _objects(source, PROMOTIONS, outcome):
        try:
            promotions.append((place, _read_promotion(entry), _skus(entry)))
        except BadRow as error:
            outcome.fail(place, str(error.message))
    outcome.add((_compare_promotions if dry_run else _save_promotions)(promotions))
    return outcome


def _read_promotion(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a promotion that are given."""
    given = {name: value for name, value in entry.items() if name in PROMOTION_CONVERTERS}
    return {
        name: values.convert(name, value, PROMOTION_CONVERTERS)
        for name, value in {"description": None, **given}.items()
    }


def _moment(value: Any) -> datetime | None:
    """Return a datetime or None. It must be valid in UTC, in which it is stored, and in local time."""
    if value is None:
        return None
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
        if moment is not None:
            moment = (timezone.make_aware(moment) if timezone.is_naive(moment) else moment).astimezone(UTC)
            return timezone.localtime(moment)
    except (ValueError, OverflowError):
        pass
    raise BadRow(_("not a date with a time"))


PROMOTION_CONVERTERS: Final[dict[str, Callable[[Any], Any]]] = {
    "description": values.text,
    "discount": values.money,
    "starts_at": _moment,
    "ends_at": _moment,
}


def _skus(entry: dict[str, Any]) -> list[str] | None:
    skus = entry.get("products")
    if skus is not None and not (isinstance(skus, list) and all(isinstance(sku, str) for sku in skus)):
        raise BadRow(_("products: not a list of article numbers"))
    return skus


@use_case
def _save_promotions(promotions: _Promotions) -> Outcome:
    CatalogueVersion.objects.lock()
    return _compare_promotions(promotions, write=True)


def _compare_promotions(promotions: _Promotions, *, write: bool = False) -> Outcome:
    outcome = Outcome()
    known = defaultdict(list)
    for batch in batches({given["description"] for _place, given, _skus in promotions}):
        for row in Promotion.objects.filter(description__in=batch).order_by("-pk"):
            if row.description in batch:  # some databases ignore the case
                known[row.description].append(row)
    for place, given, skus in promotions:
        same = known[given["description"]]
        promotion = same.pop() if same else Promotion()
        is_new = promotion.pk is None
        terms = {field: value for field, value in given.items() if getattr(promotion, field) != value}
        for field, value in terms.items():
            setattr(promotion, field, value)
        try:
            promotion.full_clean(validate_unique=False)
        except ValidationError as error:
            outcome.fail(place, describe(error))
            continue
        if write and terms:
            promotion.save()
        if _link_products(promotion, skus, write=write) or terms:
            outcome.notes[NEW_PROMOTIONS if is_new else CHANGED_PROMOTIONS] += 1
    return outcome


def _link_products(promotion: Promotion, skus: list[str] | None, *, write: bool) -> bool:
    """Set the products of a promotion by SKU, keeping those without a SKU; return whether this changes anything."""
    if skus is None:
        return False
    wanted = set(_products(skus).values())
    linked = dict(promotion.products.values_list("pk", "sku")) if promotion.pk else {}
    added, removed = wanted - linked.keys(), {key for key in linked.keys() - wanted if linked[key] is not None}
    if write:
        for batch in batches(added):
            promotion.products.add(*batch)
        for batch in batches(removed):
            promotion.products.remove(*batch)
    return bool(added or removed)


def _products(skus: Iterable[str]) -> dict[str, Any]:
    """Return the keys of products by SKU, matching the case, which some databases ignore."""
    wanted = set(skus)
    rows = get_model("Product")._base_manager.values_list("sku", "pk")
    return {sku: key for batch in batches(wanted) for sku, key in rows.filter(sku__in=batch) if sku in wanted}


def _objects(source: Source, name: str, outcome: Outcome) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, entry in enumerate(source.section(name), 1):
        place = str(PLACES[name] % {"number": number})
        if isinstance(entry, dict):
            yield place, entry
        else:
            outcome.fail(place, _("not an object"))
