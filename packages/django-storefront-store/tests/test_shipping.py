"""Shipping methods: offered, chosen, charged and taxed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from storefront_store_testapp.shop import client_of, staff_with
from storefront_store_testapp.tables import each

from storefront_store.models import Address, Order
from storefront_store.shipping import checks
from storefront_store.shipping.models import ShippingMethod

pytestmark = pytest.mark.django_db

SHIPPING = "storefront_store.shipping.adjusters.Shipping"
TAX = "storefront_store.adjusters.Tax"
HOME = {"street": "1 High Street", "city": "Ely", "country": "GB"}


@pytest.fixture(autouse=True)
def _charged(settings: Any) -> None:
    settings.STOREFRONT_STORE = {"ADJUSTERS": [SHIPPING, TAX], "THROTTLE_RATES": {}}


@pytest.fixture
def parcel() -> ShippingMethod:
    return ShippingMethod.objects.create(name="Parcel", price="4.90", free_from="50", countries=["GB", "DE"])


@pytest.fixture
def letter() -> ShippingMethod:
    return ShippingMethod.objects.create(name="Letter", price="1.00", position=1)


class TestOffers:
    def test_active_methods_are_listed_in_order(self, api: Any, letter: Any, parcel: Any) -> None:
        ShippingMethod.objects.create(name="Old", price=1, is_active=False)

        answer = api.get("/store/shipping-methods/")

        assert answer.json() == [
            {"id": str(parcel.pk), "name": "Parcel", "price": 4.9, "free_from": 50.0, "countries": ["GB", "DE"]},
            {"id": str(letter.pk), "name": "Letter", "price": 1.0, "free_from": None, "countries": []},
        ]
        assert api.post("/store/shipping-methods/", {}).status_code == 405

    def test_quote_lists_methods_for_address(
        self, api: Any, parcel: Any, letter: Any, make_product: Any, make_cart: Any
    ) -> None:
        url = f"/store/carts/{make_cart((make_product(unit_price='10.00'), 1)).pk}/quote/"

        def offered(body: Any) -> list[tuple[str, float]]:
            return [(row["label"], row["amount"]) for row in api.post(url, body).json()["shipping_methods"]]

        assert offered({}) == [("Parcel", 4.9), ("Letter", 1.0)]
        assert offered({"address": HOME}) == [("Parcel", 4.9), ("Letter", 1.0)]
        assert offered({"address": {**HOME, "country": "FR"}}) == [("Letter", 1.0)]

    def test_shipping_is_free_from_given_subtotal(
        self, api: Any, parcel: Any, make_product: Any, make_cart: Any
    ) -> None:
        url = f"/store/carts/{make_cart((make_product(unit_price='50.00'), 1)).pk}/quote/"

        quote = api.post(url, {"shipping_method": str(parcel.pk)}).json()

        assert quote["shipping_methods"][0]["amount"] == 0.0
        assert (quote["total"], quote["adjustments"][0]["amount"]) == (55.0, 0.0)

    def test_missing_method_for_address_is_reported_as_problem(
        self, api: Any, parcel: Any, make_product: Any, make_cart: Any, settings: Any
    ) -> None:
        url = f"/store/carts/{make_cart((make_product(), 1)).pk}/quote/"

        problems = api.post(url, {"address": HOME}).json()["problems"]

        assert [(row["code"], row["field"]) for row in problems] == [("shipping_method_required", "shipping_method")]
        assert api.post(url, {}).json()["problems"] == []
        settings.STOREFRONT_STORE_SHIPPING = {"REQUIRE_SHIPPING": False}
        assert api.post(url, {"address": HOME}).json()["problems"] == []


class TestCheckout:
    def test_shipping_is_charged_and_taxed(self, as_user: Any, parcel: Any, make_product: Any, make_cart: Any) -> None:
        body = {
            "cart_id": str(make_cart((make_product(unit_price="10.00"), 1)).pk),
            "address": HOME,
            "shipping_method": str(parcel.pk),
        }

        order = as_user.post("/store/orders/", body).json()

        assert (order["subtotal"], order["tax"], order["total"]) == (10.0, 1.49, 16.39)
        assert order["adjustments"][0] == {
            "kind": "shipping",
            "label": "Parcel",
            "amount": 4.9,
            "included": False,
            "reference": str(parcel.pk),
        }

    def test_untaxed_method_adds_no_tax(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        free = ShippingMethod.objects.create(name="Courier", price="5.00", taxable=False)
        cart = make_cart((make_product(unit_price="10.00"), 1))

        order = as_user.post("/store/orders/", {"cart_id": str(cart.pk), "shipping_method": str(free.pk)}).json()

        assert order["total"] == 16.0

    def test_checkout_with_address_requires_method(
        self, as_user: Any, user: Any, parcel: Any, make_product: Any, make_cart: Any
    ) -> None:
        cart = make_cart((make_product(), 1))

        given = as_user.post("/store/orders/", {"cart_id": str(cart.pk), "address": HOME})
        Address.objects.create(customer=user.customer, shipping_default_of=user.customer, **HOME)
        default = as_user.post("/store/orders/", {"cart_id": str(cart.pk)})

        for answer in (given, default):
            assert (answer.status_code, list(answer.json())) == (400, ["shipping_method"])
        assert not Order.objects.exists()

    def test_checkout_without_address_requires_no_method(self, as_user: Any, make_product: Any, make_cart: Any) -> None:
        cart = make_cart((make_product(), 1))

        assert as_user.post("/store/orders/", {"cart_id": str(cart.pk)}).status_code == 201

    @each("bad", ["0", "-1", "x", "1.0", " ", "9" * 40, "1 OR 1=1", "\x00", [], {}, True, 1.5])
    def test_invalid_method_is_400(
        self, bad: Any, as_user: Any, parcel: Any, make_product: Any, make_cart: Any
    ) -> None:
        cart = make_cart((make_product(), 1))

        for url, body in (("/store/orders/", {"cart_id": str(cart.pk)}), (f"/store/carts/{cart.pk}/quote/", {})):
            answer = as_user.post(url, {**body, "shipping_method": bad})
            if bad == " ":  # blank: nothing was chosen
                continue
            assert (answer.status_code, list(answer.json())) == (400, ["shipping_method"])

    @pytest.mark.parametrize("why", ["country", "inactive"])
    def test_unavailable_method_is_400(
        self, why: str, as_user: Any, parcel: Any, make_product: Any, make_cart: Any
    ) -> None:
        ShippingMethod.objects.update(is_active=why != "inactive")
        home = {**HOME, "country": "FR" if why == "country" else "GB"}
        cart = make_cart((make_product(), 1))

        answer = as_user.post(
            "/store/orders/", {"cart_id": str(cart.pk), "address": home, "shipping_method": str(parcel.pk)}
        )

        assert (answer.status_code, list(answer.json())) == (400, ["shipping_method"])
        assert cart.items.count() == 1

    def test_shipping_adds_one_query(
        self, as_user: Any, parcel: Any, make_product: Any, make_cart: Any, settings: Any
    ) -> None:
        product, counts = make_product(), []
        for adjusters in ([TAX], [SHIPPING, TAX]):
            settings.STOREFRONT_STORE = {"ADJUSTERS": adjusters, "THROTTLE_RATES": {}}
            body = {"cart_id": str(make_cart((product, 1)).pk)}
            if SHIPPING in adjusters:
                body["shipping_method"] = str(parcel.pk)
            with CaptureQueriesContext(connection) as queries:
                assert as_user.post("/store/orders/", body).status_code == 201
            counts.append(len(queries))

        assert counts[1] == counts[0] + 1


class TestMethods:
    @each("bad", ["GB", {"GB": 1}, ["gb"], ["XX"], [""], [1], [None], ["GB", "United Kingdom"]])
    def test_invalid_country_codes_are_rejected(self, bad: Any) -> None:
        with pytest.raises(ValidationError):
            ShippingMethod(name="X", price=1, countries=bad).full_clean()

    @pytest.mark.database
    @pytest.mark.parametrize("values", [{"price": -1}, {"price": 1, "free_from": -1}])
    def test_constraint_forbids_negative_prices(self, values: Any) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            ShippingMethod.objects.create(name="X", **values)

    def test_methods_can_be_added_in_admin(self) -> None:
        client = client_of(staff_with_shipping())
        form = {"name": "Post", "price": "3.50", "countries": ["DE", "AT"], "position": 2, "taxable": "on"}

        answer = client.post("/admin/storefront_store_shipping/shippingmethod/add/", form)

        assert answer.status_code == 302
        made = ShippingMethod.objects.get()
        assert (made.name, made.price, made.countries) == ("Post", Decimal("3.50"), ["DE", "AT"])
        assert client.get("/admin/storefront_store_shipping/shippingmethod/").status_code == 200


def staff_with_shipping() -> Any:
    from django.contrib.auth.models import Permission

    user = staff_with()
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="storefront_store_shipping"))
    return user


class TestChecks:
    @pytest.mark.parametrize(
        ("adjusters", "ids"), [([SHIPPING, TAX], []), ([TAX], ["W001"]), ([TAX, SHIPPING], ["W002"]), (["a.b"], [])]
    )
    def test_missing_or_misplaced_adjuster_is_reported(
        self, adjusters: list[str], ids: list[str], settings: Any
    ) -> None:
        settings.STOREFRONT_STORE = {"ADJUSTERS": adjusters}

        assert [found.id.rpartition(".")[2] for found in checks.check_adjusters()] == ids

    @each("given", [{"REQUIRE": True}, {"REQUIRE_SHIPPING": 1}, []])
    def test_invalid_settings_are_reported(self, given: Any, settings: Any) -> None:
        settings.STOREFRONT_STORE_SHIPPING = given

        assert [found.id for found in checks.check_settings()] == ["storefront_store_shipping.E001"]
