"""Orders that are placed: what they hold, and what becomes of the cart and the stock."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from storefront_store_testapp.shop import post_order, stock

from storefront_store.models import Address, Cart, Customer, Order, OrderEvent, OrderItem, Product, Promotion
from storefront_store.services.checkout import checkout

pytestmark = pytest.mark.django_db


class TestPlacingAnOrder:
    def test_response_holds_complete_order(self, as_user: Any, user: Any, make_product: Any, make_cart: Any) -> None:
        pen, ink = make_product(unit_price="2.50", inventory=10), make_product(unit_price="9.99", inventory=10)
        Promotion.objects.create(description="Sale", discount="10").products.add(ink)
        cart = make_cart((pen, 4), (ink, 3))

        answer = post_order(as_user, cart)

        order = Order.objects.get()
        assert answer.status_code == 201
        assert answer.json() == {
            "id": order.pk,
            "customer": user.customer.pk,
            "placed_at": answer.json()["placed_at"],
            "payment_status": "P",
            "status": "placed",
            "cancelled_at": None,
            "shipped_at": None,
            "tracking": "",
            "currency": "USD",
            "email": user.email,
            "subtotal": 36.97,
            "adjustments": [{"kind": "tax", "label": "Tax 10 %", "amount": 3.7, "included": False, "reference": "0.1"}],
            "tax": 3.7,
            "total": 40.67,
            "shipping_address": None,
            "billing_address": None,
            "items": [
                {
                    "id": order.items.all()[0].pk,
                    "product": {
                        "id": pen.pk,
                        "title": pen.title,
                        "unit_price": 2.5,
                        "effective_price": 2.5,
                        "image": None,
                    },
                    "title": pen.title,
                    "unit_price": 2.5,
                    "quantity": 4,
                    "tax_rate": 0.1,
                    "tax": 1.0,
                },
                {
                    "id": order.items.all()[1].pk,
                    "product": {
                        "id": ink.pk,
                        "title": ink.title,
                        "unit_price": 9.99,
                        "effective_price": 8.99,
                        "image": None,
                    },
                    "title": ink.title,
                    "unit_price": 8.99,
                    "quantity": 3,
                    "tax_rate": 0.1,
                    "tax": 2.7,
                },
            ],
        }
        assert as_user.get(f"/store/orders/{order.pk}/").json() == answer.json()
        assert stock(pen, ink) == [6, 7]
        assert not Cart.objects.exists()

    def test_event_is_recorded(self, as_user: Any, user: Any, make_product: Any, make_cart: Any) -> None:
        post_order(as_user, make_cart((make_product(), 1)))

        event = OrderEvent.objects.get()
        assert event.event == "placed"
        assert event.order_number == str(Order.objects.get().pk)
        assert (event.actor_id, event.actor_name) == (str(user.pk), user.get_username())

    def test_title_and_price_of_item_are_kept(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        product = make_product(title="Pen", unit_price="10.00")
        number = post_order(as_user, make_cart((product, 1))).json()["id"]

        Product.objects.update(title="Pencil", unit_price=Decimal("99.00"), is_active=False)

        line = as_user.get(f"/store/orders/{number}/").json()["items"][0]
        assert (line["title"], line["unit_price"]) == ("Pen", 10.0)
        assert line["product"]["title"] == "Pencil"

    def test_prices_and_customer_in_body_are_ignored(
        self, as_user: Any, user: Any, make_user: Any, make_product: Any, make_cart: Any
    ) -> None:
        cart = make_cart((make_product(unit_price="10.00"), 1))
        other = make_user().customer.pk
        lie = {"unit_price": 0.01, "total": 1, "placed_at": "2000-01-01", "customer": other, "payment_status": "C"}

        answer = post_order(as_user, cart, **lie)

        order = Order.objects.get()
        assert answer.status_code == 201
        assert order.total == Decimal("11.00")
        assert (order.customer, order.payment_status) == (user.customer, "P")
        assert order.placed_at > timezone.now() - timedelta(minutes=1)

    def test_address_is_copied_to_order(self, as_user: Any, user: Any, make_product: Any, make_cart: Any) -> None:
        address = Address.objects.create(customer=user.customer, street="1 High St", city="Ely", zip="CB7")
        cart = make_cart((make_product(), 1))

        number = post_order(as_user, cart, address_id=address.pk).json()["id"]
        address.street = "2 Low St"
        address.save()

        assert as_user.get(f"/store/orders/{number}/").json()["shipping_address"] == {
            "name": "",
            "company": "",
            "street": "1 High St",
            "street2": "",
            "zip": "CB7",
            "city": "Ely",
            "region": "",
            "country": "",
            "phone": "",
        }

    def test_customer_is_created_for_user_without_one(
        self, as_user: Any, user: Any, make_product: Any, make_cart: Any
    ) -> None:
        Customer.objects.all().delete()

        answer = post_order(as_user, make_cart((make_product(), 1)))

        assert answer.status_code == 201
        assert Customer.objects.get(user=user).orders.count() == 1

    def test_best_promotion_in_force_is_applied(self, user: Any, make_product: Any, make_cart: Any) -> None:
        product = make_product(unit_price="10.00")
        now = timezone.now()
        over = Promotion.objects.create(description="over", discount="50", ends_at=now - timedelta(seconds=1))
        small = Promotion.objects.create(description="small", discount="5")
        best = Promotion.objects.create(description="best", discount="15", starts_at=now - timedelta(days=1))
        soon = Promotion.objects.create(description="soon", discount="90", starts_at=now + timedelta(days=1))
        for promotion in (over, small, best, soon):
            promotion.products.add(product)

        assert checkout(user=user, cart_id=make_cart((product, 1)).pk).subtotal == Decimal("8.50")

    def test_item_ids_without_returning_from_bulk_insert(
        self, as_user: Any, make_product: Any, make_cart: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(type(connection.features), "can_return_rows_from_bulk_insert", False)

        answer = post_order(as_user, make_cart((make_product(), 1)))

        assert answer.status_code == 201
        assert answer.json()["items"][0]["id"] == OrderItem.objects.get().pk

    def test_stock_is_not_changed_without_track_inventory(
        self, as_user: Any, make_product: Any, make_cart: Any, settings: Any
    ) -> None:
        settings.STOREFRONT_STORE = {"TRACK_INVENTORY": False}
        product = make_product(inventory=0)

        answer = post_order(as_user, make_cart((product, 3)))
        cancelled = as_user.post(f"/store/orders/{answer.json()['id']}/cancel/")

        assert (answer.status_code, cancelled.status_code) == (201, 200)
        assert stock(product) == [0]

    def test_deleted_product_is_removed_from_cart(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        doomed, kept = make_product(), make_product()
        cart = make_cart((doomed, 1), (kept, 1))
        doomed.delete()

        answer = post_order(as_user, cart)

        assert answer.status_code == 201
        assert [item["product"]["id"] for item in answer.json()["items"]] == [kept.pk]
