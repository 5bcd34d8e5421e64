"""Make and delete rows in one of two databases, and print what became of those in both as JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.core.management import call_command

from storefront_store.models import (
    CatalogueVersion,
    Collection,
    Customer,
    Order,
    Product,
    ProductGroup,
    ProductImage,
    Promotion,
    Review,
)

BOTH = ("default", "other")


def customers() -> dict[str, list[str]]:
    """Return the usernames that customers have, by database."""
    return {
        alias: [customer.user.username for customer in Customer.objects.using(alias).order_by("pk") if customer.user]
        for alias in BOTH
    }


def fill(alias: str) -> Any:
    """Put a user with an order and a review, and a product with a picture, into a database."""
    user = get_user_model().objects.db_manager(alias).create_user(f"ann-{alias}")
    get_user_model().objects.db_manager(alias).create_user(f"bob-{alias}")
    collection = Collection(title="Mugs")
    collection.save(using=alias)
    group = ProductGroup(title="Mugs of all sizes")
    group.save(using=alias)
    product = Product(title="Mug", slug="mug", unit_price=5, inventory=9, collection=collection, group=group)
    product.save(using=alias)
    Review(product=product, author=user, name="Ann", description="Good").save(using=alias)
    customer = Customer.objects.using(alias).get(user=user)
    Order(customer=customer, total=1, currency="EUR", email="ann@example.com").save(using=alias)
    image = ProductImage(product=product)
    image.image.save("a.png", ContentFile(b"x"), save=False)
    image.save(using=alias)
    promotion = Promotion(description="Sale", discount=10)
    promotion.save(using=alias)
    promotion.products.add(product)
    return user


def versions() -> dict[str, int]:
    """Return the versions of the catalogue, by database."""
    return {alias: CatalogueVersion.objects.db_manager(alias).current() for alias in BOTH}


def of_both() -> dict[str, Any]:
    """Delete things from ``other`` that have the same keys in ``default``."""
    users = {alias: fill(alias) for alias in BOTH}
    made, before = customers(), versions()
    users["other"].delete()
    get_user_model().objects.using("other").filter(username__startswith="bob").delete()
    after = customers()
    ProductGroup.objects.using("other").get().delete()
    ProductImage.objects.using("other").get().delete()
    Promotion.objects.using("other").get().delete()
    return {
        "made": made,
        "after": after,
        "orders": {alias: list(Order.objects.using(alias).values_list("email", flat=True)) for alias in BOTH},
        "reviews": {alias: list(Review.objects.using(alias).values_list("name", flat=True)) for alias in BOTH},
        "default version moved": versions()["default"] != before["default"],
        "other version moved": versions()["other"] != before["other"],
        "files": len(list(ProductImage.objects.using("default").get().image.storage.listdir("store/images")[1])),
    }


def of_primary() -> dict[str, Any]:
    """Make and delete where reads go to an empty replica."""
    user = get_user_model().objects.create_user("ann")
    made = Customer.objects.using("default").count()
    user.delete()
    return {"made": made, "left": Customer.objects.using("default").count()}


def of_users_alone() -> dict[str, Any]:
    """Make users where the store has no tables."""
    user = get_user_model().objects.db_manager("other").create_superuser("root")
    user.save()
    return {
        "users": get_user_model().objects.using("other").count(),
        "customers": Customer.objects.using("default").count(),
    }


def main(part: str) -> None:
    """Migrate both databases, and go through one part."""
    for alias in BOTH:
        call_command("migrate", database=alias, verbosity=0, stdout=sys.stderr)
    sys.stdout.write(json.dumps(globals()[part]()))
