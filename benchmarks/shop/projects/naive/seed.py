"""Make the tables of the plain shop and fill them: ``python seed.py SIZE``."""

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
from shop.models import Collection, Customer, Product, ProductImage, Review  # noqa: E402


def main() -> None:
    """Fill the shop."""
    call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0, run_syncdb=True)  # this app has no migrations, and refers to one that has
    Collection.objects.bulk_create(Collection(title=collection_title(n)) for n in range(1, COLLECTIONS + 1))
    catalogue = Catalogue(int(sys.argv[1]))
    copy(
        Product,
        ["title", "slug", "description", "unit_price", "inventory", "collection_id"],
        ((row.title, row.slug, row.description, row.price, STOCK, row.collection) for row in catalogue.products()),
    )
    copy(ProductImage, ["product_id", "image"], ((row.number, row.image) for row in catalogue.products() if row.image))
    copy(
        Review,
        ["product_id", "name", "description"],
        ((row.number, "A buyer", "Good.") for row in catalogue.products() for _ in row.ratings),
    )
    hashed = make_password(PASSWORD)
    for number in range(BUYERS):
        Customer.objects.create(user=User.objects.create(username=buyer(number), password=hashed))
    User.objects.create(username=ADMIN, password=hashed, is_staff=True, is_superuser=True)


main()
