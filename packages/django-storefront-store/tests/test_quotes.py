"""Quotes and orders take the same request body."""

from __future__ import annotations

import gc
import uuid
import weakref
from decimal import Decimal
from functools import reduce
from operator import getitem
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIRequestFactory
from storefront_store_testapp.adjusters import Watching
from storefront_store_testapp.tables import each

from storefront_store.api.serializers import QuoteSerializer
from storefront_store.api.serializers.fields import represent
from storefront_store.models import Address, Cart, Order, OrderAdjustment, OrderEvent, Product, ProductImage
from storefront_store.services.quotes import quote_cart

pytestmark = pytest.mark.django_db

ADJUSTERS = "storefront_store_testapp.adjusters."


def with_adjusters(settings: Any, *names: str, **others: Any) -> None:
    settings.STOREFRONT_STORE = {
        "ADJUSTERS": [*(ADJUSTERS + name for name in names), "storefront_store.adjusters.Tax"],
        "THROTTLE_RATES": {},
        **others,
    }


def rows() -> tuple[int, ...]:
    return Order.objects.count(), OrderAdjustment.objects.count(), OrderEvent.objects.count(), Cart.objects.count()


class TestQuote:
    def test_complete_quote(self, api: Any, make_product: Any, make_cart: Any, settings: Any) -> None:
        with_adjusters(settings, "TenPercentOff")
        pen, ink = make_product(unit_price="2.50"), make_product(unit_price="9.99", inventory=2)
        cart = make_cart((pen, 4), (ink, 3))

        answer = api.post(f"/store/carts/{cart.pk}/quote/", {})

        def shown(product: Product, price: float) -> dict[str, Any]:
            return {
                "id": product.pk,
                "title": product.title,
                "unit_price": price,
                "effective_price": price,
                "image": None,
            }

        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        assert answer.json() == {
            "currency": "USD",
            "lines": [
                {
                    "product": shown(pen, 2.5),
                    "quantity": 4,
                    "unit_price": 2.5,
                    "tax_rate": 0.1,
                    "tax": 1.0,
                    "amount": 10.0,
                },
                {
                    "product": shown(ink, 9.99),
                    "quantity": 3,
                    "unit_price": 9.99,
                    "tax_rate": 0.1,
                    "tax": 3.0,
                    "amount": 29.97,
                },
            ],
            "subtotal": 39.97,
            "adjustments": [
                {
                    "kind": "discount",
                    "label": "Ten percent off",
                    "amount": -4.0,
                    "included": False,
                    "reference": "",
                },
                {"kind": "tax", "label": "Tax 10 %", "amount": 3.6, "included": False, "reference": "0.1"},
            ],
            "tax": 3.6,
            "total": 39.57,
            "shipping_methods": [],
            "problems": [
                {
                    "code": "out_of_stock",
                    "detail": "Some products are out of stock.",
                    "field": None,
                    "product_id": ink.pk,
                    "requested": 3,
                    "available": 2,
                }
            ],
        }

    def test_quote_changes_nothing(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        cart = make_cart((make_product(inventory=3), 2))
        before = rows(), Cart.objects.get().updated_at, Product.objects.get().inventory

        as_user.post(f"/store/carts/{cart.pk}/quote/", {})

        assert (rows(), Cart.objects.get().updated_at, Product.objects.get().inventory) == before

    def test_quote_and_order_agree(self, as_user: Any, make_product: Any, make_cart: Any, settings: Any) -> None:
        with_adjusters(settings, "TenPercentOff")
        cart = make_cart((make_product(unit_price="0.33"), 7), (make_product(unit_price="19.99"), 3))

        quote = as_user.post(f"/store/carts/{cart.pk}/quote/", {}).json()
        order = as_user.post("/store/orders/", {"cart_id": str(cart.pk), "expected_total": quote["total"]}).json()

        assert {name: order[name] for name in ("subtotal", "adjustments", "tax", "total", "currency")} == {
            name: quote[name] for name in ("subtotal", "adjustments", "tax", "total", "currency")
        }

    def test_inactive_product_is_reported_as_problem(self, api: Any, make_product: Any, make_cart: Any) -> None:
        cart = make_cart((make_product(is_active=False), 2))

        answer = api.post(f"/store/carts/{cart.pk}/quote/", {})

        assert answer.status_code == 200
        assert [(row["code"], row["available"]) for row in answer.json()["problems"]] == [("unavailable", 0)]

    def test_empty_cart_is_400_and_unknown_cart_is_404(self, api: Any, make_cart: Any) -> None:
        empty = api.post(f"/store/carts/{make_cart().pk}/quote/", {})

        assert (empty.status_code, empty.json()) == (400, {"cart_id": ["The cart is empty."]})
        assert api.post(f"/store/carts/{uuid.uuid4()}/quote/", {}).status_code == 404
        assert api.post("/store/carts/nonsense/quote/", {}).status_code == 404

    def test_unknown_cart_takes_precedence_over_invalid_body(self, api: Any) -> None:
        assert api.post(f"/store/carts/{uuid.uuid4()}/quote/", {"email": "nonsense"}).status_code == 404

    def test_get_is_405(self, api: Any, make_cart: Any) -> None:
        assert api.get(f"/store/carts/{make_cart().pk}/quote/").status_code == 405

    def test_query_count_is_independent_of_number_of_items(
        self, as_user: Any, make_product: Any, make_cart: Any, settings: Any
    ) -> None:
        products = [make_product() for _ in range(20)]
        counts = []
        for lines in (1, 20):
            cart = make_cart(*((product, 1) for product in products[:lines]))
            with CaptureQueriesContext(connection) as queries:
                as_user.post(f"/store/carts/{cart.pk}/quote/", {})
            counts.append(len(queries))

        assert counts[0] == counts[1] <= 5


class TestSerializers:
    def test_image_urls_use_host_of_each_request(self, api: Any, mug: Product, make_cart: Any, settings: Any) -> None:
        settings.ALLOWED_HOSTS = ["one.example", "two.example"]
        ProductImage.objects.create(product=mug, image="a.png")
        path = f"/store/carts/{make_cart((mug, 1)).pk}/quote/"

        images = [
            api.post(path, {}, HTTP_HOST=host).json()["lines"][0]["product"]["image"]["image"]
            for host in settings.ALLOWED_HOSTS
        ]

        assert [urlsplit(image).hostname for image in images] == settings.ALLOWED_HOSTS

    def test_request_is_not_kept_in_memory(self, mug: Product, make_cart: Any) -> None:
        quote = quote_cart(make_cart((mug, 1)).pk)
        request = APIRequestFactory().post("/")
        kept = weakref.ref(request)

        represent(QuoteSerializer, quote, {"request": request})
        del request
        gc.collect()

        assert kept() is None

    @pytest.mark.parametrize(
        ("name", "serializer", "path", "fields"),
        [
            ("simple_product", "AddressedSerializer", ("product",), ("title", "unit_price")),
            ("product_image", "AddressedImageSerializer", ("product", "image"), ("image", "alt_text")),
        ],
    )
    def test_custom_serializers_are_built_for_each_request(
        self, name: str, serializer: str, path: Any, fields: Any, api: Any, mug: Product, make_cart: Any, settings: Any
    ) -> None:
        settings.STOREFRONT_STORE = {
            "SERIALIZERS": {name: f"storefront_store_testapp.serializers.{serializer}"},
        }
        ProductImage.objects.create(product=mug, image="a.png")
        address = f"/store/carts/{make_cart((mug, 1)).pk}/quote/"

        lines = [api.post(f"{address}?field={field}", {}).json()["lines"][0] for field in fields]

        shown = [reduce(getitem, path, line) for line in lines]
        assert [list(each) for each in shown] == [["id", field] for field in fields]


class TestExpectedTotal:
    @each("expected", [11, 11.0, "11.00", "11", "1.1E1"])
    def test_matching_total_is_accepted_in_any_notation(
        self, expected: Any, as_user: Any, make_product: Any, make_cart: Any
    ) -> None:
        body = {"cart_id": str(make_cart((make_product(unit_price="10.00"), 1)).pk), "expected_total": expected}

        assert as_user.post("/store/orders/", body).status_code == 201

    def test_different_total_is_409_and_changes_nothing(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        product = make_product(unit_price="10.00", inventory=5)
        cart = make_cart((product, 1))
        before = rows()

        answer = as_user.post("/store/orders/", {"cart_id": str(cart.pk), "expected_total": "10.00"})

        assert answer.status_code == 409
        assert answer.json() == {
            "detail": "The total has changed.",
            "code": "total_changed",
            "expected": 10.0,
            "total": 11.0,
        }
        assert rows() == before
        assert Product.objects.get().inventory == 5

    @each(
        "wrong",
        ["", "ten", "NaN", "Infinity", "-1", -1, "1.001", "1E400", None, [], {}, True, "\uff11\uff11,00", "0x0b"],
    )
    def test_invalid_total_is_400(self, wrong: Any, as_user: Any, make_product: Any, make_cart: Any) -> None:
        body = {"cart_id": str(make_cart((make_product(), 1)).pk), "expected_total": wrong}

        answer = as_user.post("/store/orders/", body)

        assert answer.status_code == 400
        assert not Order.objects.exists()


class TestChoices:
    @pytest.mark.parametrize(
        ("choice", "field"), [({"shipping_method": "7"}, "shipping_method"), ({"vouchers": ["SPRING"]}, "vouchers")]
    )
    def test_unsupported_choice_is_400_under_its_field(
        self, choice: Any, field: str, as_user: Any, make_product: Any, make_cart: Any
    ) -> None:
        cart = make_cart((make_product(), 1))

        quote = as_user.post(f"/store/carts/{cart.pk}/quote/", choice)
        order = as_user.post("/store/orders/", {"cart_id": str(cart.pk), **choice})

        assert (quote.status_code, list(quote.json())) == (400, [field])
        assert (order.status_code, list(order.json())) == (400, [field])
        assert cart.items.count() == 1

    def test_empty_choices_are_accepted(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        nothing = {"shipping_method": None, "vouchers": [], "address": None, "address_id": None}
        body = {"cart_id": str(make_cart((make_product(), 1)).pk), **nothing}

        assert as_user.post("/store/orders/", body).status_code == 201

    def test_address_in_order_body_is_used(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        body = {"cart_id": str(make_cart((make_product(), 1)).pk), "address": {"street": "1 High St", "city": "Ely"}}

        order = as_user.post("/store/orders/", body).json()

        assert (order["shipping_address"]["street"], order["shipping_address"]["city"]) == ("1 High St", "Ely")
        assert not Address.objects.exists()

    @each("wrong", ["", "x", [], {}, {"street": ""}, {"street": "1", "city": ["a"]}, {"street": "a\x00", "city": "b"}])
    def test_invalid_address_is_400(self, wrong: Any, as_user: Any, make_product: Any, make_cart: Any) -> None:
        cart = make_cart((make_product(), 1))

        assert as_user.post("/store/orders/", {"cart_id": str(cart.pk), "address": wrong}).status_code == 400
        assert as_user.post(f"/store/carts/{cart.pk}/quote/", {"address": wrong}).status_code == 400

    def test_address_together_with_address_id_is_400(
        self, as_user: Any, user: Any, make_product: Any, make_cart: Any
    ) -> None:
        own = Address.objects.create(customer=user.customer, street="1 High St", city="Ely")
        body = {"address_id": own.pk, "address": {"street": "2 Low St", "city": "Ely"}}

        answer = as_user.post(f"/store/carts/{make_cart((make_product(), 1)).pk}/quote/", body)

        assert (answer.status_code, list(answer.json())) == (400, ["address"])

    def test_address_of_another_user_is_400(
        self, as_user: Any, api: Any, make_user: Any, make_product: Any, make_cart: Any
    ) -> None:
        other = Address.objects.create(customer=make_user().customer, street="1 High St", city="Ely")
        cart = make_cart((make_product(), 1))

        answers = [client.post(f"/store/carts/{cart.pk}/quote/", {"address_id": other.pk}) for client in (as_user, api)]

        assert [(answer.status_code, list(answer.json())) for answer in answers] == [(400, ["address_id"])] * 2

    def test_email_address_is_stored(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        body = {"cart_id": str(make_cart((make_product(), 1)).pk), "email": "ann@example.org"}

        assert as_user.post("/store/orders/", body).json()["email"] == "ann@example.org"

    def test_same_key_with_different_choices_is_422(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        body = {"cart_id": str(make_cart((make_product(), 1)).pk)}
        as_user.post("/store/orders/", body, headers={"Idempotency-Key": "one"})

        answer = as_user.post("/store/orders/", {**body, "email": "b@example.org"}, headers={"Idempotency-Key": "one"})

        assert answer.status_code == 422


class TestAdjusters:
    @pytest.fixture(autouse=True)
    def _watch(self, settings: Any) -> None:
        Watching.told, Watching.refuses = [], False
        with_adjusters(settings, "Watching")

    def test_adjusters_are_notified_of_order_and_cancellation_once(
        self, as_user: Any, make_product: Any, make_cart: Any
    ) -> None:
        order = as_user.post("/store/orders/", {"cart_id": str(make_cart((make_product(), 1)).pk)}).json()
        for _ in range(2):
            as_user.post(f"/store/orders/{order['id']}/cancel/")

        assert Watching.told == [("placed", order["id"], 1, ["note", "tax"]), ("cancelled", order["id"])]

    def test_adjusters_are_notified_of_deletion(
        self, as_user: Any, as_staff: Any, make_product: Any, make_cart: Any
    ) -> None:
        order = as_user.post("/store/orders/", {"cart_id": str(make_cart((make_product(), 1)).pk)}).json()

        assert as_staff.delete(f"/store/orders/{order['id']}/").status_code == 204
        assert [name for name, *_ in Watching.told] == ["placed", "cancelled"]
        assert not OrderAdjustment.objects.exists()

    def test_refusal_by_adjuster_rolls_back_order(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        Watching.refuses = True
        product = make_product(inventory=5)
        cart = make_cart((product, 1))
        before = rows()

        answer = as_user.post("/store/orders/", {"cart_id": str(cart.pk)})

        assert (answer.status_code, answer.json()["detail"]) == (409, "Not today.")
        assert rows() == before
        assert Product.objects.get().inventory == 5

    def test_items_are_untaxed_without_tax_adjuster(
        self, as_user: Any, make_product: Any, make_cart: Any, settings: Any
    ) -> None:
        settings.STOREFRONT_STORE = {"ADJUSTERS": []}

        order = as_user.post("/store/orders/", {"cart_id": str(make_cart((make_product(), 1)).pk)}).json()

        assert (order["total"], order["tax"], order["items"][0]["tax_rate"]) == (10.0, 0.0, 0.0)
        assert Order.objects.get().total == Decimal("10.00")
