"""Actions on products in the admin, and their deletion."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from storefront_store_testapp.shop import act, messages_of, place_order

from storefront_store.models import Product

pytestmark = pytest.mark.django_db
PRODUCTS = "/admin/storefront_store/product/"


class TestProductActions:
    def test_clear_inventory(self, admin_client: Any, make_product: Any) -> None:
        first, second, third = (make_product(inventory=number) for number in (5, 7, 9))

        answer = act(admin_client, PRODUCTS, "clear_inventory", first, second)

        assert messages_of(answer) == [("success", "2 products were successfully updated.")]
        left = Product.objects.in_bulk()
        assert [left[product.pk].inventory for product in (first, second, third)] == [0, 0, 9]
        assert LogEntry.objects.count() == 2

    def test_activate_and_deactivate(self, admin_client: Any, make_product: Any) -> None:
        product = make_product()

        answer = act(admin_client, PRODUCTS, "deactivate", product)
        product.refresh_from_db()
        assert messages_of(answer) == [("success", "1 product was successfully updated.")]
        assert not product.is_active

        act(admin_client, PRODUCTS, "activate", product)
        product.refresh_from_db()
        assert product.is_active

    def test_action_applies_to_filtered_rows(self, admin_client: Any, make_product: Any) -> None:
        on, off = make_product(), make_product(is_active=False)

        act(admin_client, f"{PRODUCTS}?is_active__exact=1", "deactivate", on, off, select_across="1")

        assert LogEntry.objects.count() == 1
        assert not Product.objects.active().exists()

    @pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite counts the parameters of a statement")
    @pytest.mark.parametrize("action", ["deactivate", "clear_inventory", "delete_selected"])
    def test_actions_on_more_products_than_sql_parameters(
        self, admin_client: Any, make_product: Any, action: str
    ) -> None:
        product = make_product()
        Product.objects.bulk_create(
            Product(title="P", slug="p", unit_price=5, inventory=1, collection=product.collection) for _ in range(1200)
        )
        before = connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 1100)
        try:
            answer = act(admin_client, PRODUCTS, action, product, select_across="1")
        finally:
            connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, before)

        assert answer.status_code == 200
        if action == "delete_selected":  # the page that asks for confirmation
            assert dict(answer.context["model_count"])["products"] == 1201
        else:
            assert messages_of(answer) == [("success", "1201 products were successfully updated.")]

    def test_ordered_product_is_not_deleted(self, admin_client: Any, make_product: Any, user: Any) -> None:
        product = make_product()
        place_order(user, (product, 1))

        for answer in (
            act(admin_client, PRODUCTS, "delete_selected", product, post="yes"),
            admin_client.post(f"{PRODUCTS}{product.pk}/delete/", {"post": "yes"}),
        ):
            assert answer.status_code == 200
            assert answer.context["protected"]
        assert Product.objects.filter(pk=product.pk).exists()

    def test_order_after_confirmation_prevents_deletion(
        self, admin_client: Any, make_product: Any, user: Any, monkeypatch: Any
    ) -> None:
        product = make_product()
        place_order(user, (product, 1))
        monkeypatch.setattr(
            "storefront_store.admin.ProductAdmin.get_deleted_objects", lambda *args: ([], {}, set(), [])
        )

        bulk = act(admin_client, PRODUCTS, "delete_selected", product, post="yes")
        single = admin_client.post(f"{PRODUCTS}{product.pk}/delete/", {"post": "yes"}, follow=True)

        assert messages_of(bulk) == [("error", "Other entries still refer to this one.")]
        assert messages_of(single) == [
            ("error", "Product cannot be deleted because it is associated with an order item.")
        ]
        assert Product.objects.filter(pk=product.pk).exists()

    def test_product_without_orders_is_deleted(self, admin_client: Any, make_product: Any) -> None:
        product = make_product()

        answer = admin_client.post(f"{PRODUCTS}{product.pk}/delete/", {"post": "yes"})

        assert answer.status_code == 302
        assert not Product.objects.exists()
