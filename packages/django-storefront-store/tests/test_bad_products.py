"""Values of a product that are not valid: each gets a 4xx in JSON and changes nothing.

What can reach a database runs on each: they differ over large numbers, NULs and lone surrogates.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from storefront_store_testapp.refusals import INVALID_COLLECTIONS, INVALID_TITLES, refused, state, valid_body
from storefront_store_testapp.tables import each

from storefront_store.models import Product

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(make_product: Any) -> Product:
    return make_product(title="Mug", sku="M-1")


@pytest.fixture
def valid(product: Product) -> dict[str, Any]:
    return valid_body(product)


INVALID_PRICES = [
    -1,
    0,
    0.99,
    "0.999",
    "NaN",
    "sNaN",
    "Infinity",
    "-Infinity",
    "1e400",
    "1E+30",
    1.001,
    10**10,
    "10000000000.00",
    10**400,
    "",
    " ",
    None,
    True,
    [],
    {},
    [1],
    {"a": 1},
    "abc",
    "1,50",
    "0x10",
    "١٢\x00",
    "\ud800",
    "9" * 5000,
]
INVALID_INVENTORIES = [-1, 2**31, 2**63, 10**400, 1.5, "1.5", "", None, [], {}, "abc", "NaN", "\x00", "9" * 5000]
INVALID_SLUGS = ["", "a/b", "..", "a b", "ä", "a\x00", "x" * 256, None, [], "<b>", "a%20b", "\u200b"]
INVALID_SKUS = ["x" * 65, "a\x00", [], {}, "\ud800"]
INVALID_BOOLEANS = ["maybe", 2, None, [], {}, "\x00"]
INVALID_DESCRIPTIONS = ["a\x00b", [], {}, "\ud800"]
PRODUCT_VALUES = [
    *(("unit_price", value) for value in INVALID_PRICES),
    *(("inventory", value) for value in INVALID_INVENTORIES),
    *(("title", value) for value in INVALID_TITLES),
    *(("slug", value) for value in INVALID_SLUGS),
    *(("collection", value) for value in INVALID_COLLECTIONS),
    *(("sku", value) for value in INVALID_SKUS),
    *(("is_active", value) for value in INVALID_BOOLEANS),
    *(("description", value) for value in INVALID_DESCRIPTIONS),
]


@pytest.mark.database
@each("method", ["post", "put", "patch"])
@each("pair", PRODUCT_VALUES)
def test_invalid_product_fields_are_rejected(
    pair: Any, method: str, valid: Any, product: Product, as_staff: Any
) -> None:
    field, value = pair
    address = "/store/products/" + ("" if method == "post" else f"{product.pk}/")
    body = {field: value} if method == "patch" else {**valid, field: value}
    before = state()

    answer = as_staff.generic(method.upper(), address, json.dumps(body), content_type="application/json")

    if isinstance(value, str) and "\ud800" in value:
        refused(answer)  # no text at all
    else:
        refused(answer, fields={field})
    assert state() == before


@each("missing", ["title", "slug", "unit_price", "inventory", "collection"])
def test_required_product_fields(missing: str, valid: Any, as_staff: Any) -> None:
    valid.pop(missing)

    answer = as_staff.post("/store/products/", valid)

    refused(answer, fields={missing})
    assert answer.json() == {missing: ["This field is required."]}


def test_all_errors_are_reported_together(valid: Any, as_staff: Any) -> None:
    answer = as_staff.post("/store/products/", {**valid, "unit_price": 0.5, "inventory": -1})

    assert answer.json() == {
        "unit_price": ["Ensure this value is greater than or equal to 1."],
        "inventory": ["Ensure this value is greater than or equal to 0."],
    }


def test_read_only_and_unknown_fields_are_ignored(valid: Any, as_staff: Any) -> None:
    sent = {
        "id": 77,
        "effective_price": 1,
        "price_with_tax": 1,
        "rating": {"count": 9},
        "images": [1],
        "last_update": 0,
    }

    answer = as_staff.post("/store/products/", {**valid, **sent, "unknown": 1})

    assert answer.status_code == 201
    made = answer.json()
    assert made["id"] != 77
    assert (made["effective_price"], made["price_with_tax"]) == (9.5, 10.45)
    assert (made["rating"], made["images"]) == ({"average": None, "count": 0}, [])


def test_slug_may_repeat_and_sku_is_unique(valid: Any, product: Product, as_staff: Any) -> None:
    assert as_staff.post("/store/products/", {**valid, "slug": product.slug}).status_code == 201

    before = state()
    refused(as_staff.post("/store/products/", {**valid, "sku": product.sku}), fields={"sku"})
    assert state() == before


def test_products_without_sku_do_not_conflict(valid: Any, as_staff: Any) -> None:
    answers = [as_staff.post("/store/products/", {**valid, "sku": sku}) for sku in ("", "", None, "  ")]

    assert [(answer.status_code, answer.json()["sku"]) for answer in answers] == [(201, None)] * 4


def test_prices_and_customer_sent_with_order_are_ignored(
    product: Product, make_cart: Any, as_user: Any, user: Any, make_user: Any
) -> None:
    body = {
        "cart_id": str(make_cart((product, 2)).pk),
        "unit_price": 0.01,
        "total": 0.01,
        "placed_at": "1999-01-01T00:00:00Z",
        "customer": make_user().customer.pk,
        "payment_status": "C",
        "items": [{"product": product.pk, "unit_price": 0.01}],
    }

    answer = as_user.post("/store/orders/", body)

    assert answer.status_code == 201
    order = answer.json()
    assert (order["total"], order["customer"], order["payment_status"]) == (22.0, user.customer.pk, "P")
    assert order["items"][0]["unit_price"] == 10.0
    assert not order["placed_at"].startswith("1999")
