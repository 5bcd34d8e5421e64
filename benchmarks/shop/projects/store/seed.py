"""Fill the example project's tables, which are there already: ``python seed.py SIZE``."""

from __future__ import annotations

import sys
from itertools import islice

import django

django.setup()

from catalogue import BUYERS, COLLECTIONS, PASSWORD, STOCK, Catalogue, buyer, collection_title  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402

from storefront_store.conf import get_model  # noqa: E402
from storefront_store.models import CatalogueVersion, ProductImage, Review  # noqa: E402

BATCH = 5_000


def main() -> None:
    """Fill the shop."""
    collections, products = get_model("Collection"), get_model("Product")
    collections.objects.bulk_create(collections(title=collection_title(n)) for n in range(1, COLLECTIONS + 1))
    rows = Catalogue(int(sys.argv[1])).products()
    while batch := list(islice(rows, BATCH)):
        products.objects.bulk_create(
            products(
                title=row.title,
                slug=row.slug,
                sku=f"P{row.number:07}",
                description=row.description,
                unit_price=row.price,
                inventory=STOCK,
                collection_id=row.collection,
            )
            for row in batch
        )
        ProductImage.objects.bulk_create(
            ProductImage(product_id=row.number, image=row.image) for row in batch if row.image
        )
        Review.objects.bulk_create(
            Review(product_id=row.number, name="A buyer", description="Good.", rating=rating)
            for row in batch
            for rating in row.ratings
        )
    CatalogueVersion.objects.bump()
    hashed = make_password(PASSWORD)
    for number in range(BUYERS):
        user = get_user_model().objects.create_user(buyer(number), email=f"{buyer(number)}@shop.example")
        get_user_model().objects.filter(pk=user.pk).update(password=hashed)


main()
