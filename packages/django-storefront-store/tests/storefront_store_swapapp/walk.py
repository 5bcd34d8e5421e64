"""Everything a host goes through with its own models, in one process: prints what came out as JSON."""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from storefront_store.conf import SWAPPABLE, get_model
from storefront_store.services.transactions import using
from storefront_store.signals import order_created


def migrations() -> None:
    """Make the host's first migration as its developer would, and run all there are."""
    if settings.SWAPPED or settings.HOST_USER:
        call_command("makemigrations", "storefront_store_swapapp", verbosity=0)
        importlib.invalidate_caches()
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    call_command("migrate", database=using(), verbosity=0)
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    call_command("check", fail_level="ERROR", stdout=sys.stderr)


def purchase() -> dict[str, Any]:
    """Fill the shop as staff, buy something, and cancel it."""
    staff, buyer = APIClient(), APIClient()
    staff.force_authenticate(get_user_model().objects.create_superuser("staff"))
    buyer.force_authenticate(get_user_model().objects.create_user("buyer"))
    shelf = staff.post("/store/collections/", {"title": "Mugs"}).json()
    product = {"title": "Mug", "slug": "mug", "unit_price": "9.50", "inventory": 5, "collection": shelf["id"]}
    mug = staff.post("/store/products/", product).json()
    staff.patch(f"/store/collections/{shelf['id']}/", {"featured_product": mug["id"]})
    staff.post("/store/promotions/", {"description": "Sale", "discount": "10", "products": [mug["id"]]})
    buyer.post(f"/store/products/{mug['id']}/reviews/", {"name": "Ann", "description": "Good", "rating": 4})
    cart = buyer.post("/store/carts/").json()
    buyer.post(f"/store/carts/{cart['id']}/items/", {"product_id": mug["id"], "quantity": 2})
    added = buyer.post(f"/store/carts/{cart['id']}/items/", {"product_id": mug["id"], "quantity": 1})
    shown_cart = buyer.get(f"/store/carts/{cart['id']}/").json()
    placed = buyer.post("/store/orders/", {"cart_id": cart["id"]}, HTTP_IDEMPOTENCY_KEY="one")
    order = placed.json()
    left = buyer.get(f"/store/products/{mug['id']}/").json()
    page = buyer.get("/store/products/?pagination=cursor&search=MUG&on_promotion=true").json()
    blocked = staff.delete(f"/store/products/{mug['id']}/")
    result = {
        "added": [added.status_code, added.json()["quantity"]],
        "cart_total": shown_cart["total_price"],
        "placed": [placed.status_code, order["total"], order["items"][0]["quantity"], order["status"]],
        "left": left["inventory"],
        "rating": left["rating"],
        "found": [row["title"] for row in page["results"]],
        "blocked": blocked.status_code,
        "cart_gone": buyer.get(f"/store/carts/{cart['id']}/").status_code,
        "rows": {name: get_model(name)._base_manager.count() for name in SWAPPABLE},
        "models": {name: get_model(name)._meta.label for name in SWAPPABLE},
        "sold_best": [row.title for row in get_model("Product").objects.best_sellers()],
        "history": len(staff.get(f"/store/customers/{order['customer']}/history/").json()["results"]),
    }
    cancelled = buyer.post(f"/store/orders/{order['id']}/cancel/")
    result["cancelled"] = [cancelled.status_code, cancelled.json()["status"]]
    result["back"] = buyer.get(f"/store/products/{mug['id']}/").json()["inventory"]
    return result


def staff_pages() -> list[int]:
    """Search and sort the lists of people and orders, as staff."""
    client = Client()
    client.force_login(get_user_model()._default_manager.get(is_staff=True))
    pages = [
        reverse(f"admin:{get_model(name)._meta.label_lower.replace('.', '_')}_changelist")
        for name in ("Customer", "Order")
    ]
    return [client.get(page, {"q": "a", "o": f"{column}"}).status_code for page in pages for column in (1, 2)]


def back_to_nothing() -> list[str]:
    """Take all migrations of store and host back; return the tables that remain of them."""
    get_model("OrderItem")._base_manager.all().delete()
    call_command("migrate", "storefront_store", "zero", database=using(), verbosity=0)
    if settings.SWAPPED:
        call_command("migrate", "storefront_store_swapapp", "zero", database=using(), verbosity=0)
    return [name for name in connections[using()].introspection.table_names() if name.startswith("storefront_store")]


def with_database(work: Any) -> None:
    """Do ``work`` on a database of its own."""
    connection = connections[using()]
    if connection.vendor == "sqlite":
        work()
        return
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}" + (" CHARACTER SET utf8mb4" if connection.vendor == "mysql" else ""))
    try:
        work()
    finally:
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")


def main() -> None:
    """Go through it all."""
    result: dict[str, Any] = {}

    def work() -> None:
        migrations()
        told: list[bool] = []
        order_created.connect(lambda **_: told.append(connections[using()].in_atomic_block), weak=False)
        result.update(purchase())
        result["told_after_commit"] = told == [False]
        result["staff_pages"] = staff_pages()
        result["leftover"] = back_to_nothing()

    with_database(work)
    sys.stdout.write(json.dumps(result))
