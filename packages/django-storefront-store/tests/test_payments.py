"""Payments in the API: how they are started and listed, by whom, and by how many queries."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from storefront_store_testapp.answers import code_of
from storefront_store_testapp.paying import BODY, RETURN_URL, begin, fill_in, start
from storefront_store_testapp.threads import together

from storefront_store.models import Order
from storefront_store.payments.models import Payment
from storefront_store.services import orders

pytestmark = pytest.mark.django_db(transaction=True)


class TestStart:
    def test_start_returns_payment_url(self, as_user: Any, order: Any) -> None:
        answer = start(as_user, order)

        payment = Payment.objects.get()
        body = answer.json()
        assert answer.status_code == 201
        assert body["url"] == f"https://testserver/store/payments/{payment.token}/"
        assert (body["amount"], body["currency"], body["status"]) == (float(order.total), "USD", "waiting")

    def test_repeated_request_returns_same_payment(self, as_user: Any, order: Any) -> None:
        first = start(as_user, order)

        second = start(as_user, order)

        assert (second.status_code, second.json()) == (200, first.json())
        assert Payment.objects.count() == 1

    @pytest.mark.database
    def test_concurrent_requests_create_one_payment(self, log_in: Any, user: Any, order: Any) -> None:
        answers = together([partial(start, log_in(user), order) for _ in range(8)])

        assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
        assert Payment.objects.count() == 1

    def test_failed_payment_is_not_reused(self, as_user: Any, order: Any) -> None:
        start(as_user, order)
        fill_in(Payment.objects.get(), "rejected")

        assert start(as_user, order).status_code == 201
        assert Payment.objects.count() == 2

    def test_staff_can_start_payment(self, as_staff: Any, order: Any) -> None:
        assert start(as_staff, order).status_code == 201

    def test_order_of_another_user_is_404(self, make_user: Any, log_in: Any, order: Any) -> None:
        assert start(log_in(make_user()), order).status_code == 404
        assert not Payment.objects.exists()

    def test_anonymous_user_is_401(self, api: Any, order: Any) -> None:
        assert start(api, order).status_code == 401

    @pytest.mark.parametrize("key", ["0", "x", "%00", "9" * 30, "999999"])
    def test_unknown_order_is_404(self, as_staff: Any, key: str) -> None:
        for what in ("payments", "refunds"):
            for answer in (
                as_staff.post(f"/store/orders/{key}/{what}/", BODY),
                as_staff.get(f"/store/orders/{key}/{what}/"),
            ):
                assert code_of(answer) == (404, "not_found")

    @pytest.mark.parametrize("variant", ["", "paypal", None, 1, ["default"], "default\x00", "x" * 101])
    def test_unknown_variant_is_400(self, as_user: Any, order: Any, variant: Any) -> None:
        answer = start(as_user, order, variant=variant)

        assert (answer.status_code, list(answer.json())) == (400, ["variant"])
        assert not Payment.objects.exists()

    @pytest.mark.parametrize(
        "url",
        [
            "https://evil.example/",
            "https://shop.example.evil.example/",
            "https://shop.example@evil.example/",
            "https://evil.example/https://shop.example/",
            "http://shop.example/",
            "https://shop.example:8443/",
            "//shop.example/",
            "/orders/",
            "javascript:alert(1)//https://shop.example",
            "https:\\\\shop.example/",
            "https://shop.example\\@evil.example/",
            "https://shop.example/\n",
            "https://shop.example/ a",
            "https://[shop.example/",
            "https://shop.example/" + "x" * 2000,
            "",
            None,
            [RETURN_URL],
        ],
    )
    def test_return_url_of_other_origin_is_400(self, as_user: Any, order: Any, url: Any) -> None:
        answer = start(as_user, order, return_url=url)

        assert (answer.status_code, list(answer.json())) == (400, ["return_url"])
        assert not Payment.objects.exists()

    @pytest.mark.parametrize(
        "url", ["https://shop.example", "HTTPS://SHOP.EXAMPLE/a?b=c#d", "http://127.0.0.1:8001/#/orders/1"]
    )
    def test_return_url_of_allowed_origin_is_accepted(self, as_user: Any, order: Any, url: str) -> None:
        assert start(as_user, order, return_url=url).status_code == 201

    def test_paid_order_is_409(self, as_user: Any, order: Any) -> None:
        orders.change_payment_status(order.pk, orders.COMPLETE)

        answer = start(as_user, order)

        assert code_of(answer) == (409, "nothing_due")

    def test_cancelled_order_is_409(self, as_user: Any, order: Any) -> None:
        orders.cancel_order(order.pk)

        answer = start(as_user, order)

        assert code_of(answer) == (409, "invalid_transition")

    def test_free_order_is_409(self, as_user: Any, order: Any) -> None:
        Order.objects.update(total=0)

        answer = start(as_user, order)

        assert code_of(answer) == (409, "nothing_due")


class TestList:
    def test_customer_sees_payments_of_order(self, as_user: Any, order: Any) -> None:
        fill_in(begin(order), "rejected")
        begin(order)

        body = as_user.get(f"/store/orders/{order.pk}/payments/").json()

        assert [(row["status"], row["url"] is None) for row in body] == [("failed", True), ("waiting", False)]

    def test_payments_of_another_user_are_404(self, make_user: Any, log_in: Any, order: Any) -> None:
        begin(order)

        assert log_in(make_user()).get(f"/store/orders/{order.pk}/payments/").status_code == 404

    def test_payment_methods_are_public(self, api: Any) -> None:
        answer = api.get("/store/payment-methods/")

        assert (answer.status_code, answer.json()) == (200, [{"variant": "default", "label": "Test payment"}])


def test_amount_is_total_minus_paid_amount(order: Any) -> None:
    fill_in(begin(order))
    Order.objects.update(payment_status=orders.FAILED, total=order.total + Decimal("5.50"))

    assert begin(order).amount == Decimal("5.50")


class TestGuests:
    """Guests pay their orders with the key in their link."""

    @pytest.fixture
    def placed(self, api: Any, make_product: Any, make_cart: Any, settings: Any) -> dict[str, Any]:
        settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "GUEST_CHECKOUT": True}
        cart = make_cart((make_product(), 1))
        address = {"name": "Gina Guest", "street": "Lindenweg 3", "zip": "3000", "city": "Bern"}
        body = {"cart_id": str(cart.pk), "email": "gina@example.com", "address": address}
        answer = api.post("/store/orders/", body)
        assert answer.status_code == 201, answer.content
        order: dict[str, Any] = answer.json()
        return order

    def test_guest_can_pay_with_key(self, api: Any, placed: dict[str, Any]) -> None:
        where = f"/store/orders/{placed['id']}/payments/?key={placed['key']}"

        answer = api.post(where, BODY)
        fill_in(Payment.objects.get())

        assert answer.status_code == 201
        assert [row["status"] for row in api.get(where).json()] == ["captured"]
        assert Order.objects.get().payment_status == "C"

    @pytest.mark.parametrize("key", ["", "wrong", "%00", "x" * 500])
    def test_wrong_key_is_404(self, api: Any, placed: dict[str, Any], key: str) -> None:
        where = f"/store/orders/{placed['id']}/payments/?key={key}"

        assert (api.post(where, BODY).status_code, api.get(where).status_code) == (404, 404)
        assert not Payment.objects.exists()

    def test_key_gives_no_access_to_refunds(self, api: Any, placed: dict[str, Any]) -> None:
        where = f"/store/orders/{placed['id']}/refunds/?key={placed['key']}"

        assert (api.post(where, {}).status_code, api.get(where).status_code) == (401, 401)


class TestQueryCounts:
    """The number of queries of a request does not depend on the number of payments."""

    NOT_COUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SET TRANSACTION")

    def cost(self, act: Any) -> int:
        with CaptureQueriesContext(connection) as captured:
            act()
        return len([query for query in captured if not query["sql"].startswith(self.NOT_COUNTED)])

    @pytest.mark.parametrize(("what", "budget"), [("payments", 3), ("refunds", 2)])
    def test_lists_use_constant_number_of_queries(self, as_user: Any, order: Any, what: str, budget: int) -> None:
        costs = []
        for number in (1, 9):
            for _ in range(number):
                fill_in(begin(order), "rejected")
            costs.append(self.cost(lambda: as_user.get(f"/store/orders/{order.pk}/{what}/")))

        assert costs == [budget, budget]

    def test_starting_payment_stays_within_query_budget(self, as_user: Any, order: Any) -> None:
        assert self.cost(lambda: start(as_user, order)) <= 14

    def test_payment_methods_use_no_queries(self, api: Any) -> None:
        assert self.cost(lambda: api.get("/store/payment-methods/")) == 0
