"""Products with the price 0, where the setting MIN_PRICE allows them, and orders that cost nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from storefront_store_testapp.imports import load
from storefront_store_testapp.paying import RETURN_URL, history_of
from storefront_store_testapp.shop import place_order

from storefront_store.exceptions import Protected
from storefront_store.models import Order, Product, Promotion
from storefront_store.payments.models import Payment, Refund
from storefront_store.services import orders
from storefront_store.services.audit import check_orders
from storefront_store.signals import order_created, payment_status_changed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _free_products(settings: Any) -> None:
    settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "MIN_PRICE": 0}


@pytest.fixture
def sample(make_product: Any) -> Any:
    return make_product(title="Sample", sku="S1", unit_price="0", inventory=5)


@pytest.fixture
def cashier(make_user: Any) -> Any:
    user = make_user(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="add_refund"))
    return user


@pytest.fixture
def order(user: Any, sample: Any) -> Any:
    return place_order(user, (sample, 2))


class TestProducts:
    @pytest.mark.database
    @pytest.mark.parametrize("price", [0, "0.00", "-0"])
    def test_the_api_takes_the_price_0(self, as_staff: Any, sample: Product, price: object) -> None:
        Product.objects.update(unit_price=5)

        answer = as_staff.patch(f"/store/products/{sample.pk}/", {"unit_price": price})

        assert (answer.status_code, str(answer.json()["unit_price"])) == (200, "0.0")
        shown = as_staff.get(f"/store/products/{sample.pk}/").json()
        assert [str(shown[name]) for name in ("unit_price", "effective_price", "price_with_tax")] == ["0.0"] * 3

    @pytest.mark.parametrize("price", ["-0.01", "-1", "0.001"])
    def test_but_none_below_it(self, as_staff: Any, sample: Product, price: str) -> None:
        answer = as_staff.patch(f"/store/products/{sample.pk}/", {"unit_price": price})

        assert (answer.status_code, list(answer.json())) == (400, ["unit_price"])

    @pytest.mark.parametrize("lowest", ["0.01", "1"])
    def test_nor_the_price_0_where_the_lowest_is_higher(
        self, as_staff: Any, sample: Product, settings: Any, lowest: str
    ) -> None:
        settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "MIN_PRICE": lowest}

        answer = as_staff.patch(f"/store/products/{sample.pk}/", {"unit_price": 0})

        assert (answer.status_code, list(answer.json())) == (400, ["unit_price"])

    def test_they_are_found_by_price(self, api: Any, sample: Product, make_product: Any) -> None:
        make_product(title="Pen", unit_price="0.50")

        found = {
            query: [row["title"] for row in api.get(f"/store/products/?{query}").json()["results"]]
            for query in ("ordering=unit_price", "unit_price__lte=0", "unit_price__gt=0")
        }

        assert found == {"ordering=unit_price": ["Sample", "Pen"], "unit_price__lte=0": ["Sample"]} | {
            "unit_price__gt=0": ["Pen"]
        }

    def test_a_promotion_changes_nothing_of_the_price(self, api: Any, sample: Product) -> None:
        Promotion.objects.create(description="Sale", discount=20).products.add(sample)

        assert api.get(f"/store/products/{sample.pk}/").json()["effective_price"] == 0

    def test_an_import_reads_them(self, tmp_path: Any) -> None:
        path = tmp_path / "free.csv"
        path.write_text("sku,title,price\nP1,Leaflet,0\nP2,Sample,free\nP3,Debt,-1\n")

        summary = load(path)

        assert (summary.created, len(summary.failures)) == (2, 1)
        assert set(Product.objects.values_list("sku", "unit_price")) == {("P1", Decimal(0)), ("P2", Decimal(0))}


class TestOrders:
    @pytest.mark.database
    def test_one_that_costs_nothing_is_paid_at_once(self, user: Any, sample: Product) -> None:
        sent = []

        def on_created(order: Any, **kwargs: Any) -> None:
            sent.append(("created", order.payment_status))

        def on_changed(order: Any, old: str, new: str, **kwargs: Any) -> None:
            sent.append((old, new))

        order_created.connect(on_created)
        payment_status_changed.connect(on_changed)
        try:
            order = place_order(user, (sample, 2))
        finally:
            order_created.disconnect(on_created)
            payment_status_changed.disconnect(on_changed)

        stored = Order.objects.get()
        assert (stored.total, stored.payment_status) == (0, orders.COMPLETE)
        assert sent == [("created", "C"), ("P", "C")]
        assert history_of(order.pk) == [("placed", "", ""), ("payment_status_changed", "P", "C")]

    def test_one_of_which_something_costs_is_not(self, user: Any, sample: Product, make_product: Any) -> None:
        order = place_order(user, (sample, 1), (make_product(unit_price="0.01"), 1))

        assert (order.payment_status, history_of(order.pk)) == (orders.PENDING, [("placed", "", "")])

    def test_nor_is_one_with_a_discount_of_everything(self, user: Any, make_product: Any) -> None:
        product = make_product(unit_price="9.00")
        Promotion.objects.create(description="Gift", discount=100).products.add(product)

        assert place_order(user, (product, 1)).payment_status == orders.COMPLETE

    def test_it_ships_where_orders_must_be_paid(self, user: Any, sample: Product, settings: Any) -> None:
        settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "SHIP_UNPAID": False}

        assert orders.ship_order(place_order(user, (sample, 1)).pk).shipped_at

    def test_nothing_can_be_paid_or_refunded(self, as_user: Any, log_in: Any, cashier: Any, order: Order) -> None:
        staff = log_in(cashier)
        body = {"variant": "default", "return_url": RETURN_URL}
        paying = as_user.post(f"/store/orders/{order.pk}/payments/", body)
        refunding = [staff.post(f"/store/orders/{order.pk}/refunds/", wish) for wish in ({}, {"amount": 0})]

        assert (paying.status_code, paying.json()["code"]) == (409, "nothing_due")
        assert [answer.status_code for answer in refunding] == [409, 400]
        assert refunding[0].json()["code"] == "nothing_due"
        assert not Payment.objects.exists()
        assert not Refund.objects.exists()

    @pytest.mark.database
    def test_its_owner_may_cancel_it(self, as_user: Any, order: Order, sample: Product) -> None:
        answer = as_user.post(f"/store/orders/{order.pk}/cancel/")

        assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
        sample.refresh_from_db()
        assert sample.inventory == 5
        assert not list(check_orders())
        orders.delete_order(order.pk)

    def test_but_not_one_that_was_paid(self, as_user: Any, user: Any, make_product: Any) -> None:
        order = place_order(user, (make_product(), 1))
        orders.change_payment_status(order.pk, orders.COMPLETE)

        assert as_user.post(f"/store/orders/{order.pk}/cancel/").status_code == 409
        with pytest.raises(Protected):
            orders.delete_order(order.pk)
