"""Staff place orders for customers in the admin, by the same use case as the API."""

from __future__ import annotations

from typing import Any

import pytest
from storefront_store_testapp.shop import client_of, staff_with

from storefront_store.models import Order, OrderEvent, Product
from storefront_store.shipping.models import ShippingMethod
from storefront_store.signals import order_placing
from storefront_store.vouchers.models import Voucher

pytestmark = pytest.mark.django_db

ADD = "/admin/storefront_store/order/add/"
PERMISSIONS = ("add_order", "view_order", "view_customer", "view_product")


def form(user: Any, *lines: tuple[Any, Any], **others: Any) -> dict[str, Any]:
    data = {
        "customer": user.customer.pk if user else "",
        "items-TOTAL_FORMS": len(lines),
        "items-INITIAL_FORMS": 0,
        "items-MIN_NUM_FORMS": 1,
        "items-MAX_NUM_FORMS": 10,
    }
    for number, (product, quantity) in enumerate(lines):
        data |= {f"items-{number}-product": product, f"items-{number}-quantity": quantity}
    return {**data, **others}


@pytest.fixture
def staff_client() -> Any:
    return client_of(staff_with(*PERMISSIONS))


def test_order_with_two_items_address_and_note(staff_client: Any, user: Any, make_product: Any, listen: Any) -> None:
    pen, ink = make_product(unit_price="2.50", inventory=10), make_product(unit_price="10.00", inventory=5)
    seen: list[Any] = []
    listen(order_placing, lambda order, **kwargs: seen.append(order.pk))
    address = {"address_name": "Ann", "address_street": "1 High St", "address_city": "Ely", "address_country": "GB"}

    answer = staff_client.post(ADD, form(user, (pen.pk, 4), (ink.pk, 1), note="By phone", **address))

    order = Order.objects.get()
    assert answer.status_code == 302, answer.context["errors"]
    assert (str(order.total), order.note, order.customer) == ("22.00", "By phone", user.customer)
    assert (order.shipping_address["street"], order.shipping_address["country"]) == ("1 High St", "GB")
    assert [Product.objects.get(pk=product.pk).inventory for product in (pen, ink)] == [6, 4]
    assert (OrderEvent.objects.get().event, seen) == ("placed", [order.pk])
    page = staff_client.get(f"/admin/storefront_store/order/{order.pk}/change/").content.decode()
    assert "22.00 USD" in page
    assert "Tax 10 %" in page
    assert "By phone" in page


def test_form_has_fields_of_adjusters(staff_client: Any, user: Any, make_product: Any, settings: Any) -> None:
    assert 'name="vouchers"' not in staff_client.get(ADD).content.decode()
    settings.STOREFRONT_STORE = {
        "ADJUSTERS": [
            "storefront_store.vouchers.adjusters.Vouchers",
            "storefront_store.shipping.adjusters.Shipping",
            "storefront_store.adjusters.Tax",
        ],
    }
    parcel = ShippingMethod.objects.create(name="Parcel", price=5)
    Voucher.objects.create(code="SPRING", value=10)
    assert "Parcel" in staff_client.get(ADD).content.decode()

    lines = [(make_product(unit_price="100.00").pk, 1)]
    staff_client.post(ADD, form(user, *lines, shipping_method=parcel.pk, vouchers="spring"))

    assert str(Order.objects.get().total) == "104.50"


@pytest.mark.parametrize(
    "why", ["no customer", "no line", "no quantity", "half an address", "short", "inactive", "eleven lines"]
)
def test_invalid_order_shows_form_errors(why: str, staff_client: Any, user: Any, make_product: Any) -> None:
    product = make_product(inventory=2, is_active=why != "inactive")
    lines = {
        "no line": [],
        "no quantity": [(product.pk, 0)],
        "short": [(product.pk, 3)],
        "eleven lines": [(make_product().pk, 1) for _ in range(11)],
    }.get(why, [(product.pk, 1)])
    others = {"address_street": "1 High St"} if why == "half an address" else {}

    answer = staff_client.post(ADD, form(None if why == "no customer" else user, *lines, **others))

    assert answer.status_code == 200
    assert answer.context["errors"]
    assert not Order.objects.exists()
    assert Product.objects.get(pk=product.pk).inventory == 2


@pytest.mark.parametrize("bad", ["x", "0", "999999", "\x00", "1e9", "-1"])
@pytest.mark.parametrize("field", ["customer", "items-0-product", "items-0-quantity"])
def test_tampered_fields_are_refused(bad: str, field: str, staff_client: Any, user: Any, make_product: Any) -> None:
    answer = staff_client.post(ADD, {**form(user, (make_product(inventory=5).pk, 1)), field: bad})

    assert answer.status_code == 200
    assert not Order.objects.exists()


def test_add_permission_is_required(user: Any, make_product: Any) -> None:
    client = client_of(staff_with("view_order", "change_order"))

    assert client.get(ADD).status_code == 403
    assert client.post(ADD, form(user, (make_product().pk, 1))).status_code == 403
    assert not Order.objects.exists()
