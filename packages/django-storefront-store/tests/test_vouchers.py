"""Vouchers: discounts, conditions, limits of use, and throttling of guesses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from storefront_store_testapp.tables import each

from storefront_store.models import Order
from storefront_store.services import orders
from storefront_store.vouchers import checks
from storefront_store.vouchers.models import Voucher, VoucherRedemption

pytestmark = pytest.mark.django_db

VOUCHERS = "storefront_store.vouchers.adjusters.Vouchers"
TAX = "storefront_store.adjusters.Tax"
REFUSED = {"vouchers": ["This voucher can't be used."]}


@pytest.fixture(autouse=True)
def _taken(settings: Any) -> None:
    settings.STOREFRONT_STORE = {"ADJUSTERS": [VOUCHERS, TAX], "THROTTLE_RATES": {}, "TAX_RATE": 0}


def make(code: str = "SPRING", **values: Any) -> Voucher:
    values.setdefault("value", "10")
    voucher: Voucher = Voucher.objects.create(code=code, **values)
    return voucher


@pytest.fixture
def order_with(as_user: Any, make_product: Any, make_cart: Any) -> Any:
    """Order one product of 30.00 with these codes."""

    def order_with(*codes: Any, client: Any = None, product: Any = None, **others: Any) -> Any:
        cart = make_cart((product or make_product(unit_price="30.00"), 1))
        body = {"cart_id": str(cart.pk), "vouchers": list(codes), **others}
        return (client or as_user).post("/store/orders/", body)

    return order_with


class TestDiscount:
    @pytest.mark.parametrize(
        ("kind", "value", "total"), [("percent", "10", 27.0), ("percent", "100", 0.0), ("amount", "5", 25.0)]
    )
    def test_percent_and_amount(self, kind: str, value: str, total: float, order_with: Any) -> None:
        make(kind=kind, value=value)

        order = order_with("SPRING").json()

        assert order["total"] == total
        assert [(row["kind"], row["label"], row["reference"]) for row in order["adjustments"]] == [
            ("discount", "Voucher SPRING", "SPRING")
        ]

    def test_amount_above_subtotal_is_limited_to_subtotal(self, order_with: Any) -> None:
        make(kind="amount", value="50")

        assert order_with("SPRING").json()["total"] == 0.0

    @pytest.mark.parametrize("code", ["spring", "Spring", " SPRING ", "ＳＰＲＩＮＧ"])  # noqa: RUF001
    def test_codes_are_case_insensitive(self, code: str, order_with: Any) -> None:
        make()

        assert order_with(code).json()["total"] == 27.0

    @pytest.mark.parametrize("by", ["product", "collection"])
    def test_voucher_is_limited_to_products_or_collections(
        self, by: str, as_user: Any, make_product: Any, make_cart: Any, settings: Any
    ) -> None:
        settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "TAX_RATE": "0.1"}
        pen, ink = make_product(unit_price="100.00"), make_product(unit_price="50.00")
        voucher = make()
        getattr(voucher, f"{by}s").add(pen if by == "product" else pen.collection)
        body = {"vouchers": ["SPRING"]}

        both = as_user.post(f"/store/carts/{make_cart((pen, 1), (ink, 1)).pk}/quote/", body)
        other = as_user.post(f"/store/carts/{make_cart((ink, 1)).pk}/quote/", body)

        assert (both.json()["adjustments"][0]["amount"], both.json()["total"]) == (-10.0, 154.0)
        assert (other.status_code, other.json()) == (400, {"vouchers": ["This voucher is for other products."]})

    def test_subtotal_below_minimum_is_400(self, order_with: Any) -> None:
        make(minimum_subtotal="30.01")

        answer = order_with("SPRING")

        assert (answer.status_code, answer.json()) == (
            400,
            {"vouchers": ["This voucher needs a subtotal of at least 30.01."]},
        )

    def test_number_of_vouchers_is_limited_by_setting(self, order_with: Any, settings: Any) -> None:
        make("A"), make("B", kind="amount", value="2")

        assert list(order_with("A", "B").json()) == ["vouchers"]
        settings.STOREFRONT_STORE_VOUCHERS = {"MAX_VOUCHERS": 2}
        assert order_with("A", "B", "a").json()["total"] == 25.0
        assert sorted(Voucher.objects.values_list("used", flat=True)) == [1, 1]


class TestRefusals:
    NOW = timezone.now()

    @pytest.mark.parametrize(
        "values",
        [
            None,
            {"is_active": False},
            {"ends_at": NOW - timedelta(seconds=1)},
            {"starts_at": NOW + timedelta(days=1)},
            {"max_uses": 1, "used": 1},
            {"max_uses": 0},
            {"max_uses_per_customer": 0},
        ],
        ids=["unknown", "inactive", "expired", "to come", "used up", "no use", "none per customer"],
    )
    def test_unusable_vouchers_give_same_error_and_change_nothing(
        self, values: Any, order_with: Any, make_product: Any
    ) -> None:
        if values is not None:
            make(**values)
        product = make_product(inventory=5)
        before = list(Voucher.objects.values_list("used"))

        answer = order_with("SPRING", product=product)

        assert (answer.status_code, answer.json()) == (400, REFUSED)
        product.refresh_from_db()
        assert product.inventory == 5
        assert list(Voucher.objects.values_list("used")) == before
        assert not Order.objects.exists()

    @each("bad", ["SPRING", [""], [" "], [None], [[]], [{}], ["x" * 65], ["\x00"], {"a": 1}, [True, False], ["A"] * 50])
    def test_invalid_codes_are_400(self, bad: Any, as_user: Any, make_product: Any, make_cart: Any) -> None:
        make()
        cart = make_cart((make_product(), 1))

        for url, body in (("/store/orders/", {"cart_id": str(cart.pk)}), (f"/store/carts/{cart.pk}/quote/", {})):
            assert as_user.post(url, {**body, "vouchers": bad}).status_code == 400
        assert not Order.objects.exists()

    def test_only_quotes_with_vouchers_are_throttled(
        self, api: Any, make_product: Any, make_cart: Any, settings: Any
    ) -> None:
        settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "THROTTLE_RATES": {"voucher": "3/hour"}}
        url = f"/store/carts/{make_cart((make_product(), 1)).pk}/quote/"

        guesses = [api.post(url, {"vouchers": [f"GUESS{n}"]}).status_code for n in range(5)]

        assert guesses == [400, 400, 400, 429, 429]
        assert api.post(url, {}).status_code == 200


class TestUses:
    def test_use_is_counted_and_returned_once(self, order_with: Any) -> None:
        make(max_uses=1)
        number = order_with("SPRING").json()["id"]
        assert Voucher.objects.get().used == 1
        assert order_with("SPRING").json() == REFUSED

        orders.cancel_order(number)
        with pytest.raises(orders.InvalidTransition):
            orders.cancel_order(number)
        orders.delete_order(number)

        assert Voucher.objects.get().used == 0
        assert not VoucherRedemption.objects.exists()
        assert order_with("SPRING").status_code == 201

    def test_use_is_returned_when_unpaid_order_is_deleted(self, order_with: Any) -> None:
        make(max_uses=1)

        orders.delete_order(order_with("SPRING").json()["id"])

        assert Voucher.objects.get().used == 0

    def test_uses_per_customer_are_limited(self, order_with: Any, make_user: Any, log_in: Any) -> None:
        make(max_uses_per_customer=2)
        first, _second = (order_with("SPRING").json()["id"] for _ in range(2))

        assert order_with("SPRING").json() == REFUSED
        assert order_with("SPRING", client=log_in(make_user())).status_code == 201
        orders.cancel_order(first)
        assert order_with("SPRING").status_code == 201
        assert order_with("SPRING").json() == REFUSED

    def test_guest_is_identified_by_email_address(self, order_with: Any, api: Any, settings: Any) -> None:
        settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "GUEST_CHECKOUT": True}
        make(max_uses_per_customer=1)
        who = {"address": {"street": "1 High Street", "city": "Ely"}, "client": api}

        assert order_with("SPRING", email="ann@example.org", **who).status_code == 201
        assert order_with("SPRING", email="Ann@Example.org", **who).json() == REFUSED
        assert order_with("SPRING", email="bob@example.org", **who).status_code == 201

    def test_quote_does_not_count_as_use(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        make(max_uses=1)
        cart = make_cart((make_product(), 1))

        for _ in range(3):
            assert as_user.post(f"/store/carts/{cart.pk}/quote/", {"vouchers": ["SPRING"]}).status_code == 200
        assert Voucher.objects.get().used == 0

    def test_voucher_adds_three_queries(self, as_user: Any, make_product: Any, make_cart: Any, settings: Any) -> None:
        settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "TAX_RATE": "0.1"}
        make(max_uses=10, max_uses_per_customer=5)
        product, counts = make_product(), []
        for body in ({}, {"vouchers": ["SPRING"]}):
            with CaptureQueriesContext(connection) as queries:
                as_user.post("/store/orders/", {"cart_id": str(make_cart((product, 1)).pk), **body})
            counts.append(len(queries))

        assert counts[1] - counts[0] == 3  # the voucher, its use, the redemption


@pytest.mark.database
class TestConstraints:
    @pytest.mark.parametrize(
        "values",
        [
            {"value": 0},
            {"value": -1},
            {"value": "100.01"},
            {"max_uses": 1, "used": 2},
            {"starts_at": datetime(2030, 1, 2, tzinfo=UTC), "ends_at": datetime(2030, 1, 1, tzinfo=UTC)},
        ],
        ids=str,
    )
    def test_constraints_reject_invalid_values(self, values: Any) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            make(**values)

    def test_code_is_unique_ignoring_case(self) -> None:
        make("Straße")

        with pytest.raises(IntegrityError), transaction.atomic():
            make("STRASSE")
        with pytest.raises(ValidationError):
            Voucher(code="strasse", value=Decimal(1)).full_clean()

    def test_code_too_long_after_case_folding_is_rejected(self) -> None:
        with pytest.raises(ValidationError) as refused:
            Voucher(code="\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 64, value=Decimal(1)).full_clean()

        assert list(refused.value.message_dict) == ["code"]

    def test_use_number_is_unique_per_holder(self, order_with: Any) -> None:
        make()
        order_with("SPRING"), order_with("SPRING")
        one, two = VoucherRedemption.objects.order_by("pk")

        assert (one.number, two.number) == (1, 2)
        with pytest.raises(IntegrityError), transaction.atomic():
            VoucherRedemption.objects.filter(pk=two.pk).update(number=1)


class TestChecks:
    @pytest.mark.parametrize(
        ("adjusters", "ids"), [([VOUCHERS, TAX], []), ([TAX], ["W001"]), ([TAX, VOUCHERS], ["W002"]), (["a.b"], [])]
    )
    def test_missing_or_misplaced_adjuster_is_reported(
        self, adjusters: list[str], ids: list[str], settings: Any
    ) -> None:
        settings.STOREFRONT_STORE = {"ADJUSTERS": adjusters}

        assert [found.id.rpartition(".")[2] for found in checks.check_adjusters()] == ids

    @each("given", [{"MAX": 1}, {"MAX_VOUCHERS": True}, {"MAX_VOUCHERS": "2"}, []])
    def test_invalid_settings_are_reported(self, given: Any, settings: Any) -> None:
        settings.STOREFRONT_STORE_VOUCHERS = given

        assert [found.id for found in checks.check_settings()] == ["storefront_store_vouchers.E001"]
