"""Fill the example project's tables, which are there already: ``python seed.py SIZE``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from typing import Any

import django

django.setup()

from catalogue import (  # noqa: E402
    ADMIN,
    BUYERS,
    COLLECTIONS,
    PASSWORD,
    STOCK,
    Catalogue,
    Product,
    buyer,
    collection_title,
)
from copying import copy  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402

from storefront_store.conf import get_model  # noqa: E402
from storefront_store.models import CatalogueVersion, ProductImage, ProductWord, Review, SearchWord  # noqa: E402
from storefront_store.querysets.summaries import recount  # noqa: E402

BATCH = 20_000
NAMES = (
    "title",
    "slug",
    "sku",
    "description",
    "unit_price",
    "inventory",
    "collection_id",
    "rating_average",
    "rating_count",
)


def average(ratings: tuple[int, ...]) -> Decimal | None:
    """Return the average rating, rounded as databases do."""
    return round_half_up(Decimal(sum(ratings)) / len(ratings)) if ratings else None


def round_half_up(value: Decimal) -> Decimal:
    """Round to cents."""
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def instances(rows: list[Product]) -> Iterator[Any]:
    """Make the model's instances with their derived columns, which :func:`copy` knows nothing of."""
    model = get_model("Product")
    for row in rows:
        product = model(
            pk=row.number,
            title=row.title,
            slug=row.slug,
            sku=row.sku,
            description=row.description,
            unit_price=row.price,
            inventory=STOCK,
            collection_id=row.collection,
            rating_average=average(row.ratings),
            rating_count=len(row.ratings),
        )
        product.derive()
        yield product


def main() -> None:
    """Fill the shop."""
    collections, model = get_model("Collection"), get_model("Product")
    collections.objects.bulk_create(collections(title=collection_title(n)) for n in range(1, COLLECTIONS + 1))
    names, known = (*NAMES, *model.DERIVED), set[int]()
    rows = Catalogue(int(sys.argv[1])).products()
    while batch := list(islice(rows, BATCH)):
        products = list(instances(batch))
        copy(model, names, ([getattr(product, name) for name in names] for product in products))
        pairs = sorted((key, product.pk) for product in products for key in product.found_by)
        copy(ProductWord, ["word", "product_id"], pairs)
        words = {key: word for product in products for key, word in product.found_by.items() if word[0]}
        new = words.keys() - known
        copy(SearchWord, ["id", "kind", "word"], ((key, *words[key]) for key in new))
        known |= new
        copy(ProductImage, ["product_id", "image"], ((row.number, row.image) for row in batch if row.image))
        copy(
            Review,
            ["product_id", "name", "description", "rating"],
            ((row.number, "A buyer", "Good.", rating) for row in batch for rating in row.ratings),
        )
    recount(collections, "default")
    CatalogueVersion.objects.bump()
    hashed = make_password(PASSWORD)
    users = get_user_model()
    for number in range(BUYERS):
        users.objects.create_user(buyer(number), email=f"{buyer(number)}@shop.example")
    users.objects.create_superuser(ADMIN, email=f"{ADMIN}@shop.example")
    users.objects.update(password=hashed)


main()
