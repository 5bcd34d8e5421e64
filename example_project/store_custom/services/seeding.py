"""Generation of a thousand products, for pagination and search."""

from __future__ import annotations

from decimal import Decimal
from itertools import islice, product
from typing import Any, Final

from storefront_store.conf import get_model
from storefront_store.models import CatalogueVersion
from storefront_store.services.transactions import use_case

COLLECTIONS: Final = (
    "Bakery", "Bath", "Bikes", "Books", "Camping", "Crafts", "Music", "Office", "Pets", "Toys",
)  # fmt: skip
QUALITIES: Final = (
    "Small", "Large", "Light", "Sturdy", "Folding", "Striped", "Plain", "Bright", "Quiet", "Classic",
)  # fmt: skip
THINGS: Final = ("Basket", "Board", "Box", "Case", "Holder", "Kit", "Lamp", "Rack", "Set", "Stand")
A_COLLECTION: Final = len(QUALITIES) * len(THINGS)


@use_case
def seed_products(size: int = len(COLLECTIONS) * A_COLLECTION) -> tuple[int, int]:
    """Add the collections and products that are missing.

    Args:
        size: The maximum number of products.

    Returns:
        The numbers of added collections and products.
    """
    shelves, new_shelves = _ensure_collections()
    model = get_model("Product")
    wanted = {row["sku"]: row for row in islice(_rows(shelves), size)}
    known = set(model._base_manager.filter(sku__startswith="SEED-").values_list("sku", flat=True))
    missing = [model(**row) for sku, row in wanted.items() if sku not in known]
    model._default_manager.bulk_create(missing, batch_size=500)
    if missing or new_shelves:
        CatalogueVersion.objects.bump()
    return new_shelves, len(missing)


def _ensure_collections() -> tuple[dict[str, Any], int]:
    model = get_model("Collection")
    known = dict(model._base_manager.filter(title__in=COLLECTIONS).values_list("title", "pk"))
    new = [model(title=title) for title in COLLECTIONS if title not in known]
    model._default_manager.bulk_create(new)
    return dict(model._base_manager.filter(title__in=COLLECTIONS).values_list("title", "pk")), len(new)


def _rows(shelves: dict[str, Any]) -> Any:
    for number, (quality, thing, shelf) in enumerate(product(QUALITIES, THINGS, COLLECTIONS)):
        title = f"{quality} {shelf} {thing}"
        yield {
            "sku": f"SEED-{number:04}",
            "title": title,
            "slug": title.lower().replace(" ", "-"),
            "description": f"A {quality.lower()} {thing.lower()} from our {shelf.lower()} shelves.",
            "unit_price": Decimal(106 + (number * 7919) % 24_900) / 100,
            "inventory": 100 + (number * 31) % 900,
            "collection_id": shelves[shelf],
        }
