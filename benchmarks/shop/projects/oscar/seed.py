"""Make the tables of django-oscar and fill them: ``python seed.py SIZE``."""

from __future__ import annotations

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

from catalogue import ADMIN, BUYERS, COLLECTIONS, PASSWORD, STOCK, Catalogue, buyer, collection_title  # noqa: E402
from copying import copy  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from oscar.core.loading import get_model  # noqa: E402

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
    catalogue = Catalogue(int(sys.argv[1]))
    copy(
        Product,
        ["title", "slug", "upc", "description", "product_class_id", "structure", "rating"],
        (
            (
                row.title,
                row.slug,
                row.sku,
                row.description,
                kind.pk,
                Product.STANDALONE,
                sum(row.ratings) / len(row.ratings) if row.ratings else None,
            )
            for row in catalogue.products()
        ),
    )
    copy(
        StockRecord,
        ["product_id", "partner_id", "partner_sku", "price", "num_in_stock"],
        ((row.number, partner.pk, row.sku, row.price, STOCK) for row in catalogue.products()),
    )
    copy(
        ProductCategory,
        ["product_id", "category_id"],
        ((row.number, categories[row.collection - 1].pk) for row in catalogue.products()),
    )
    copy(
        ProductImage, ["product_id", "original"], ((row.number, row.image) for row in catalogue.products() if row.image)
    )
    copy(
        ProductReview,
        ["product_id", "score", "title", "body", "name", "status"],
        ((row.number, score, "Good", "Good.", "A buyer", 1) for row in catalogue.products() for score in row.ratings),
    )
    hashed = make_password(PASSWORD)
    for number in range(BUYERS):
        User.objects.create(username=buyer(number), email=f"{buyer(number)}@shop.example", password=hashed)
    User.objects.create(
        username=ADMIN, email=f"{ADMIN}@shop.example", password=hashed, is_staff=True, is_superuser=True
    )


main()
