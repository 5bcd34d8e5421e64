"""What our own format holds beside products: the collections and what they feature, and the promotions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from storefront_store.conf import get_model
from storefront_store.models import CatalogueVersion, Promotion
from storefront_store.services.batching import lock_catalogue
from storefront_store.services.catalogue_io import values
from storefront_store.services.catalogue_io.errors import BadRow
from storefront_store.services.catalogue_io.sources import Source
from storefront_store.services.catalogue_io.writing import Outcome, describe, ensure_collections
from storefront_store.services.transactions import use_case

COLLECTIONS: Final = "collections"
PROMOTIONS: Final = "promotions"


def add_collections(source: Source) -> Outcome:
    """Make the collections first, so that they come in the order of the file and empty ones come at all."""
    outcome = Outcome()
    titles = []
    for place, entry in _objects(source, COLLECTIONS, outcome):
        try:
            title = values.convert("title", entry.get("title"), {"title": values.label})
            get_model("Collection")(title=title).clean_fields(exclude={"featured_product"})
            titles.append(title)
        except BadRow as error:
            outcome.failures.append((place, str(error.message)))
        except ValidationError as error:
            outcome.failures.append((place, describe(error)))
    outcome.notes["new collections"] = use_case(_make_collections)(titles)
    return outcome


def _make_collections(titles: list[str]) -> int:
    lock_catalogue()
    _keys, made = ensure_collections(list(dict.fromkeys(titles)))
    if made:
        CatalogueVersion.objects.bump()
    return made


def feature_products(source: Source) -> None:
    """Let each collection feature what the file says, where that product is there."""
    wanted = {
        entry["title"]: entry["featured_product"]
        for _place, entry in _objects(source, COLLECTIONS, Outcome())
        if isinstance(entry.get("title"), str) and isinstance(entry.get("featured_product"), str)
    }
    use_case(_feature)(wanted)


def _feature(wanted: dict[str, str]) -> None:
    lock_catalogue()
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


def write_promotions(source: Source) -> Outcome:
    """Create or update the promotions of the file; the second one of a name is the second of that name here."""
    outcome = Outcome()
    promotions = []
    for place, entry in _objects(source, PROMOTIONS, outcome):
        try:
            promotions.append((_read_promotion(entry), _skus(entry)))
        except BadRow as error:
            outcome.failures.append((place, str(error.message)))
        except ValidationError as error:
            outcome.failures.append((place, describe(error)))
    outcome.notes.update(use_case(_save_promotions)(promotions))
    return outcome


def _read_promotion(entry: dict[str, Any]) -> Promotion:
    promotion = Promotion(
        description=values.convert("description", entry.get("description"), {"description": values.text}),
        discount=values.convert("discount", entry.get("discount"), {"discount": values.money}),
        starts_at=_moment(entry, "starts_at"),
        ends_at=_moment(entry, "ends_at"),
    )
    promotion.full_clean(validate_unique=False)
    return promotion


def _moment(entry: dict[str, Any], name: str) -> Any:
    value = entry.get(name)
    if value is None:
        return None
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None:
        raise BadRow(f"{name}: not a date with a time")
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def _skus(entry: dict[str, Any]) -> list[str]:
    skus = entry.get("products", [])
    if not isinstance(skus, list) or not all(isinstance(sku, str) for sku in skus):
        raise BadRow("products: not a list of article numbers")
    return skus


def _save_promotions(promotions: list[tuple[Promotion, list[str]]]) -> dict[str, int]:
    lock_catalogue()
    known = defaultdict(list)
    for row in Promotion.objects.filter(description__in=[new.description for new, _skus in promotions]).order_by("-pk"):
        known[row.description].append(row)
    made = changed = 0
    for new, skus in promotions:
        keys = set(_products(skus).values())
        rows = known[new.description]
        if not rows:
            new.pk = None  # a first try may have set it
            new.save(force_insert=True)
            new.products.set(keys)
            made += 1
            continue
        row = rows.pop()
        if _terms(row) != _terms(new) or set(row.products.values_list("pk", flat=True)) != keys:
            row.discount, row.starts_at, row.ends_at = _terms(new)
            row.save()
            row.products.set(keys)
            changed += 1
    return {"new promotions": made, "changed promotions": changed}


def _terms(promotion: Promotion) -> tuple[Any, ...]:
    return promotion.discount, promotion.starts_at, promotion.ends_at


def _products(skus: Iterable[str]) -> dict[str, Any]:
    rows = get_model("Product")._base_manager.filter(sku__in=list(skus))
    return dict(rows.values_list("sku", "pk"))


def _objects(source: Source, name: str, outcome: Outcome) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, entry in enumerate(source.section(name), 1):
        place = f"{name.removesuffix('s')} {number}"
        if isinstance(entry, dict):
            yield place, entry
        else:
            outcome.failures.append((place, "not an object"))
