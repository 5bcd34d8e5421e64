"""Open every page of the admin and take each step once, in one process: prints what came out as JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from storefront_store_swapapp.walk import migrations, with_database
from storefront_store_testapp.shop import place_order

from storefront_store.conf import get_model
from storefront_store.models import Promotion, Review

STORE = ("storefront_store", "storefront_store_swapapp")


def fill() -> None:
    user = get_user_model().objects.create_user("buyer", first_name="Ann")
    collection = get_model("Collection").objects.create(title="Mugs")
    product = get_model("Product").objects.create(
        title="Mug", slug="mug", unit_price=5, inventory=9, collection=collection
    )
    get_model("ProductGroup").objects.create(title="Shirts", slug="shirts", varies_by=["Size"])
    Promotion.objects.create(description="Sale", discount=10).products.add(product)
    Review.objects.create(product=product, name="Ann", description="Good")
    place_order(user, (product, 2))
    place_order(user, (product, 3))
    cart = get_model("Cart").objects.create()
    get_model("CartItem").objects.create(cart=cart, product=product, quantity=1)


def pages(client: Client) -> dict[str, int]:
    """The status of the index, and of list, search and form of each model."""
    found = {"index": client.get("/admin/").status_code}
    for model in [model for model in admin.site._registry if model._meta.app_label in STORE]:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        key = model._base_manager.values_list("pk", flat=True).first()
        for address in (
            reverse(f"{name}_changelist"),
            reverse(f"{name}_changelist") + "?q=a",
            reverse(f"{name}_change", args=[key]),
        ):
            found[address] = client.get(address).status_code
    return found


def steps(client: Client) -> list[Any]:
    """Pay one order, cancel the other, delete it, and clear the stock."""
    order, product = get_model("Order"), get_model("Product")
    first, second = order.objects.order_by("pk")

    def act(model: Any, action: str, obj: Any) -> None:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        client.post(address, {"action": action, "_selected_action": [str(obj.pk)], "post": "yes"})

    act(order, "mark_paid", first)
    act(order, "cancel", second)
    stock = product.objects.get().inventory
    act(order, "delete_selected", second)
    act(product, "clear_inventory", product.objects.get())
    return [order.objects.get().payment_status, stock, product.objects.get().inventory]


def main() -> None:
    """Go through it all."""
    result: dict[str, Any] = {}

    def work() -> None:
        migrations()
        call_command("check", fail_level="WARNING", stdout=sys.stderr)
        fill()
        client = Client()
        client.force_login(get_user_model().objects.create_superuser("admin"))
        result["pages"] = pages(client)
        result["steps"] = steps(client)
        result["admins"] = {
            model._meta.label: type(page).__name__
            for model, page in admin.site._registry.items()
            if model._meta.app_label in STORE
        }
        for command in (["check_stock"], ["create_groups"], ["refresh_search_text"], ["create_missing_customers"]):
            call_command(*command, stdout=sys.stderr)

    with_database(work)
    sys.stdout.write(json.dumps(result))
