"""Make the tables of the plain shop and fill them: ``python seed.py SIZE``."""

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
from shop.models import Collection, Customer, Product, ProductImage, Review  # noqa: E402

BATCH = 5_000


def main() -> None:
    """Fill the shop."""
    call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0, run_syncdb=True)  # this app has no migrations, and refers to one that has
    Collection.objects.bulk_create(Collection(title=collection_title(n)) for n in range(1, COLLECTIONS + 1))
    rows = Catalogue(int(sys.argv[1])).products()
    while batch := list(islice(rows, BATCH)):
        Product.objects.bulk_create(
            Product(
                title=row.title,
                slug=row.slug,
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
            Review(product_id=row.number, name="A buyer", description="Good.") for row in batch for _ in row.ratings
        )
    hashed = make_password(PASSWORD)
    for number in range(BUYERS):
        Customer.objects.create(user=User.objects.create(username=buyer(number), password=hashed))


main()
