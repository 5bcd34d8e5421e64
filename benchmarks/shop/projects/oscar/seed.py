"""Make the tables of django-oscar and fill them: ``python seed.py SIZE``."""

from __future__ import annotations

import os
import sys
from itertools import islice

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

from catalogue import BUYERS, COLLECTIONS, PASSWORD, STOCK, Catalogue, buyer, collection_title  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from oscar.core.loading import get_model  # noqa: E402

BATCH = 5_000
Category, Product, ProductCategory, ProductClass, ProductImage = (
    get_model("catalogue", name) for name in ("Category", "Product", "ProductCategory", "ProductClass", "ProductImage")
)
Partner, StockRecord = get_model("partner", "Partner"), get_model("partner", "StockRecord")
ProductReview = get_model("reviews", "ProductReview")


def main() -> None:
    """Fill the shop."""
    call_command("migrate", verbosity=0)
    kind = ProductClass.objects.create(name="Thing", track_stock=True, requires_shipping=False)
    partner = Partner.objects.create(name="Warehouse")
    categories = [Category.add_root(name=collection_title(n), is_public=True) for n in range(1, COLLECTIONS + 1)]
    rows = Catalogue(int(sys.argv[1])).products()
    while batch := list(islice(rows, BATCH)):
        Product.objects.bulk_create(
            Product(
                title=row.title,
                slug=row.slug,
                upc=f"P{row.number:07}",
                description=row.description,
                product_class=kind,
                structure=Product.STANDALONE,
                rating=sum(row.ratings) / len(row.ratings) if row.ratings else None,
            )
            for row in batch
        )
        StockRecord.objects.bulk_create(
            StockRecord(
                product_id=row.number,
                partner=partner,
                partner_sku=f"P{row.number:07}",
                price=row.price,
                num_in_stock=STOCK,
            )
            for row in batch
        )
        ProductCategory.objects.bulk_create(
            ProductCategory(product_id=row.number, category=categories[row.collection - 1]) for row in batch
        )
        ProductImage.objects.bulk_create(
            ProductImage(product_id=row.number, original=row.image) for row in batch if row.image
        )
        ProductReview.objects.bulk_create(
            ProductReview(product_id=row.number, score=score, title="Good", body="Good.", name="A buyer", status=1)
            for row in batch
            for score in row.ratings
        )
    hashed = make_password(PASSWORD)
    for number in range(BUYERS):
        User.objects.create(username=buyer(number), email=f"{buyer(number)}@shop.example", password=hashed)


main()
