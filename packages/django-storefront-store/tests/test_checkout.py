from __future__ import annotations

import logging
import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from storefront_store.exceptions import Conflict
from storefront_store.models import Address, Cart, Customer, Order, OrderEvent, OrderItem, Product, Promotion
from storefront_store.services.checkout import checkout
from storefront_store.signals import order_created, order_placing

pytestmark = pytest.mark.django_db


@pytest.fixture
def listen() -> Any:
    """Connect a receiver to a signal for the length of a test."""
    connected = []

    def listen(signal: Any, receiver: Any) -> None:
        signal.connect(receiver, weak=False)
        connected.append((signal, receiver))

    yield listen
    for signal, receiver in connected:
        signal.disconnect(receiver)


def stock(*products: Product) -> list[int]:
    return [Product.objects.get(pk=product.pk).inventory for product in products]


class TestPlacingAnOrder:
    def test_response_holds_complete_order(self, as_user: Any, user: Any, make_product: Any, make_cart: Any) -> None:
        pen, ink = make_product(unit_price="2.50", inventory=10), make_product(unit_price="9.99", inventory=10)
        Promotion.objects.create(description="Sale", discount="10").products.add(ink)
        cart = make_cart((pen, 4), (ink, 3))

        answer = as_user.post("/store/orders/", {"cart_id": str(cart.pk)})

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
        as_user.post("/store/orders/", {"cart_id": str(make_cart((make_product(), 1)).pk)})

        event = OrderEvent.objects.get()
        assert event.event == "placed"
        assert event.order_number == str(Order.objects.get().pk)
        assert (event.actor_id, event.actor_name) == (str(user.pk), user.get_username())

    def test_title_and_price_of_item_are_kept(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        product = make_product(title="Pen", unit_price="10.00")
        number = as_user.post("/store/orders/", {"cart_id": str(make_cart((product, 1)).pk)}).json()["id"]

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

        answer = as_user.post("/store/orders/", {"cart_id": str(cart.pk), **lie})

        order = Order.objects.get()
        assert answer.status_code == 201
        assert order.total == Decimal("11.00")
        assert (order.customer, order.payment_status) == (user.customer, "P")
        assert order.placed_at > timezone.now() - timedelta(minutes=1)

    def test_address_is_copied_to_order(self, as_user: Any, user: Any, make_product: Any, make_cart: Any) -> None:
        address = Address.objects.create(customer=user.customer, street="1 High St", city="Ely", zip="CB7")
        body = {"cart_id": str(make_cart((make_product(), 1)).pk), "address_id": address.pk}

        number = as_user.post("/store/orders/", body).json()["id"]
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

    def test_address_of_another_user_is_400(
        self, as_user: Any, make_user: Any, make_product: Any, make_cart: Any
    ) -> None:
        address = Address.objects.create(customer=make_user().customer, street="1 High St", city="Ely")
        cart = make_cart((make_product(), 1))

        answer = as_user.post("/store/orders/", {"cart_id": str(cart.pk), "address_id": address.pk})

        assert answer.status_code == 400
        assert list(answer.json()) == ["address_id"]
        assert Cart.objects.filter(pk=cart.pk).exists()

    def test_customer_is_created_for_user_without_one(
        self, as_user: Any, user: Any, make_product: Any, make_cart: Any
    ) -> None:
        Customer.objects.all().delete()

        answer = as_user.post("/store/orders/", {"cart_id": str(make_cart((make_product(), 1)).pk)})

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

        answer = as_user.post("/store/orders/", {"cart_id": str(make_cart((make_product(), 1)).pk)})

        assert answer.status_code == 201
        assert answer.json()["items"][0]["id"] == OrderItem.objects.get().pk

    def test_stock_is_not_changed_without_track_inventory(
        self, as_user: Any, make_product: Any, make_cart: Any, settings: Any
    ) -> None:
        settings.STOREFRONT_STORE = {"TRACK_INVENTORY": False}
        product = make_product(inventory=0)

        answer = as_user.post("/store/orders/", {"cart_id": str(make_cart((product, 3)).pk)})
        cancelled = as_user.post(f"/store/orders/{answer.json()['id']}/cancel/")

        assert (answer.status_code, cancelled.status_code) == (201, 200)
        assert stock(product) == [0]


class TestRefusals:
    def test_anonymous_user_is_401(self, api: Any, make_product: Any, make_cart: Any) -> None:
        cart = make_cart((make_product(), 1))

        answer = api.post("/store/orders/", {"cart_id": str(cart.pk)})

        assert answer.status_code == 401
        assert Cart.objects.filter(pk=cart.pk).exists()

    def test_empty_cart_is_400(self, as_user: Any, make_cart: Any) -> None:
        answer = as_user.post("/store/orders/", {"cart_id": str(make_cart().pk)})

        assert answer.status_code == 400
        assert answer.json() == {"cart_id": ["The cart is empty."]}

    def test_unknown_cart_is_400(self, as_user: Any) -> None:
        answer = as_user.post("/store/orders/", {"cart_id": str(uuid.uuid4())})

        assert answer.status_code == 400
        assert answer.json() == {"cart_id": ["No cart with the given ID was found."]}

    def test_ordered_cart_is_400(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        body = {"cart_id": str(make_cart((make_product(), 1)).pk)}
        as_user.post("/store/orders/", body)

        answer = as_user.post("/store/orders/", body)

        assert answer.status_code == 400
        assert Order.objects.count() == 1

    @pytest.mark.parametrize("bad", ["abc", "", None, 1, [], {}, True, "\x00", "0" * 5000])
    def test_malformed_cart_id_is_400(self, as_user: Any, bad: Any) -> None:
        answer = as_user.post("/store/orders/", {"cart_id": bad})

        assert answer.status_code == 400
        assert list(answer.json()) == ["cart_id"]

    @pytest.mark.parametrize("bad", ["abc", 0, -1, 10**30, [], {}, True, 1.5])
    def test_malformed_address_id_is_400(self, as_user: Any, make_product: Any, make_cart: Any, bad: Any) -> None:
        cart = make_cart((make_product(), 1))

        answer = as_user.post("/store/orders/", {"cart_id": str(cart.pk), "address_id": bad})

        assert answer.status_code == 400
        assert list(answer.json()) == ["address_id"]

    @pytest.mark.database
    def test_one_item_out_of_stock_rejects_whole_order(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        products = [make_product(inventory=5), make_product(inventory=5), make_product(inventory=2)]
        cart = make_cart(*((product, 3) for product in products))

        answer = as_user.post("/store/orders/", {"cart_id": str(cart.pk)})

        assert answer.status_code == 409
        assert answer.json() == {
            "detail": "Some products are out of stock.",
            "code": "out_of_stock",
            "items": [{"product_id": products[2].pk, "requested": 3, "available": 2}],
        }
        assert stock(*products) == [5, 5, 2]
        assert cart.items.count() == 3
        assert not Order.objects.exists()
        assert not OrderEvent.objects.exists()

    def test_inactive_product_is_409(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        product = make_product()
        cart = make_cart((product, 2))
        Product.objects.update(is_active=False)

        answer = as_user.post("/store/orders/", {"cart_id": str(cart.pk)})

        assert answer.status_code == 409
        assert answer.json()["code"] == "unavailable"
        assert answer.json()["items"] == [{"product_id": product.pk, "requested": 2, "available": 0}]
        assert cart.items.count() == 1

    def test_deleted_product_is_removed_from_cart(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        doomed, kept = make_product(), make_product()
        cart = make_cart((doomed, 1), (kept, 1))
        doomed.delete()

        answer = as_user.post("/store/orders/", {"cart_id": str(cart.pk)})

        assert answer.status_code == 201
        assert [item["product"]["id"] for item in answer.json()["items"]] == [kept.pk]

    def test_too_large_total_is_400(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        product = make_product(unit_price="9999999999.99", inventory=10_000)
        cart = make_cart((product, 2_000))

        answer = as_user.post("/store/orders/", {"cart_id": str(cart.pk)})

        assert answer.status_code == 400
        assert stock(product) == [10_000]


class TestSignals:
    def test_order_placing_is_sent_with_order_and_user(
        self, user: Any, make_product: Any, make_cart: Any, listen: Any
    ) -> None:
        seen: list[Any] = []

        def receiver(sender: Any, order: Any, user: Any, **kwargs: Any) -> None:
            seen.append((sender, order.items.count(), user))

        listen(order_placing, receiver)
        checkout(user=user, cart_id=make_cart((make_product(), 1)).pk)

        assert seen == [(Order, 1, user)]

    def test_failing_receiver_of_order_placing_is_503(
        self, as_user: Any, make_product: Any, make_cart: Any, listen: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        def receiver(**kwargs: Any) -> None:
            raise RuntimeError("secret detail")

        listen(order_placing, receiver)
        product = make_product(inventory=5)
        cart = make_cart((product, 1))

        with caplog.at_level(logging.ERROR):
            answer = as_user.post("/store/orders/", {"cart_id": str(cart.pk)})

        assert answer.status_code == 503
        assert answer.json()["code"] == "order_refused"
        assert "secret" not in answer.content.decode()
        assert "secret detail" in caplog.text
        assert (stock(product), Order.objects.count(), cart.items.count()) == ([5], 0, 1)

    def test_receiver_of_order_placing_can_reject_order(
        self, as_user: Any, make_product: Any, make_cart: Any, listen: Any
    ) -> None:
        def receiver(**kwargs: Any) -> None:
            raise Conflict("We do not ship on Sundays.")

        listen(order_placing, receiver)

        answer = as_user.post("/store/orders/", {"cart_id": str(make_cart((make_product(), 1)).pk)})

        assert answer.status_code == 409
        assert answer.json() == {"detail": "We do not ship on Sundays.", "code": "conflict"}
        assert not Order.objects.exists()

    def test_order_created_is_sent_after_commit_and_failures_are_logged(
        self,
        as_user: Any,
        make_product: Any,
        make_cart: Any,
        listen: Any,
        caplog: pytest.LogCaptureFixture,
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        seen: list[Any] = []

        def broken(**kwargs: Any) -> None:
            raise RuntimeError("mail is down")

        def working(sender: Any, order: Any, **kwargs: Any) -> None:
            seen.append((sender, order.pk))

        listen(order_created, broken)
        listen(order_created, working)
        cart = make_cart((make_product(), 1))

        with django_capture_on_commit_callbacks(execute=False) as callbacks:
            answer = as_user.post("/store/orders/", {"cart_id": str(cart.pk)})
        assert seen == []
        with caplog.at_level(logging.ERROR):
            for callback in callbacks:
                callback()

        assert answer.status_code == 201
        assert seen == [(Order, answer.json()["id"])]
        assert "mail is down" in caplog.text


class TestDeletedUsers:
    def test_orders_and_events_are_kept(self, as_user: Any, user: Any, make_product: Any, make_cart: Any) -> None:
        as_user.post("/store/orders/", {"cart_id": str(make_cart((make_product(), 1)).pk)})

        user.delete()

        order = Order.objects.get()
        assert order.customer.user is None
        assert str(order.customer) == f"#{order.customer.pk}"
        assert OrderItem.objects.count() == 1
        assert OrderEvent.objects.get().actor_name == ""  # erased with the account

    def test_customer_without_orders_is_deleted(self, user: Any, make_user: Any) -> None:
        other = make_user()

        get_user_model().objects.filter(pk=user.pk).delete()

        assert list(Customer.objects.all()) == [other.customer]
