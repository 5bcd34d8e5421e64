"""What arrives at a public API: each gets a 4xx in JSON (or what the reference says), and changes nothing.

What can reach a database runs on each: they differ over large numbers, NULs and lone surrogates.
"""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest
from storefront_store_testapp.tables import each

from storefront_store.models import (
    Address,
    Cart,
    CartItem,
    CatalogueVersion,
    Collection,
    Customer,
    Order,
    OrderItem,
    Product,
    ProductImage,
    Promotion,
    Review,
)

pytestmark = pytest.mark.django_db

STATE = (
    Address,
    Cart,
    CartItem,
    CatalogueVersion,
    Collection,
    Customer,
    Order,
    OrderItem,
    Product,
    ProductImage,
    Promotion,
    Review,
)
LEAKS = ("Traceback", "SELECT ", "INSERT ", "storefront_store", "site-packages", "/work", "psycopg", "sqlite", "MySQL")
DEEP_ARRAY = "[" * 100_000 + "]" * 100_000
DEEP_OBJECT = '{"a":' * 100_000 + "1" + "}" * 100_000


def state() -> list[Any]:
    return [list(model._base_manager.order_by("pk").values()) for model in STATE]


@pytest.fixture
def product(make_product: Any) -> Product:
    return make_product(title="Mug", sku="M-1")


@pytest.fixture
def valid(product: Product) -> dict[str, Any]:
    return {
        "title": "Cup",
        "slug": "cup",
        "unit_price": 9.5,
        "inventory": 3,
        "collection": product.collection_id,
        "description": "Blue",
    }


def refused(answer: Any, *statuses: int, fields: set[str] | None = None) -> None:
    """Check that an answer is a refusal such as any client can read, and that it gives nothing away."""
    assert answer.status_code in (statuses or (400,)), (answer.status_code, answer.content[:500])
    assert answer["Content-Type"].startswith("application/json")
    body = answer.json()
    assert isinstance(body, dict)
    if fields is not None:
        assert body.keys() == fields
        assert all(isinstance(messages, list) and messages for messages in body.values())
    else:
        assert body.keys() == {"detail", "code"}
    for leak in LEAKS:
        assert leak not in answer.content.decode()


NOT_A_PRICE = [
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
NOT_A_STOCK = [-1, 2**31, 2**63, 10**400, 1.5, "1.5", "", None, [], {}, "abc", "NaN", "\x00", "9" * 5000]
NOT_A_TITLE = [
    "",
    "   ",
    "\t\n",
    "\u200b",
    "\u200b\u2060\ufeff",
    "\u3164",
    "\u202e\u202e",
    "x" * 256,
    "a\x00b",
    "\ud800",
    None,
    [],
    {},
    True,
]
NOT_A_SLUG = ["", "a/b", "..", "a b", "ä", "a\x00", "x" * 256, None, [], "<b>", "a%20b", "\u200b"]
NOT_A_COLLECTION = [0, -1, 10**30, 2**63, "abc", "1;drop", None, [], {}, "", "\x00", 1.5, "9" * 5000]
NOT_A_SKU = ["x" * 65, "a\x00", [], {}, "\ud800"]
NOT_A_BOOLEAN = ["maybe", 2, None, [], {}, "\x00"]
NOT_A_DESCRIPTION = ["a\x00b", [], {}, "\ud800"]
PRODUCT_VALUES = [
    *(("unit_price", value) for value in NOT_A_PRICE),
    *(("inventory", value) for value in NOT_A_STOCK),
    *(("title", value) for value in NOT_A_TITLE),
    *(("slug", value) for value in NOT_A_SLUG),
    *(("collection", value) for value in NOT_A_COLLECTION),
    *(("sku", value) for value in NOT_A_SKU),
    *(("is_active", value) for value in NOT_A_BOOLEAN),
    *(("description", value) for value in NOT_A_DESCRIPTION),
]


@pytest.mark.database
@each("method", ["post", "put", "patch"])
@each("pair", PRODUCT_VALUES)
def test_product_fields(pair: Any, method: str, valid: Any, product: Product, as_staff: Any) -> None:
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


def test_all_that_is_wrong_is_told_at_once(valid: Any, as_staff: Any) -> None:
    answer = as_staff.post("/store/products/", {**valid, "unit_price": 0.5, "inventory": -1})

    assert answer.json() == {
        "unit_price": ["Ensure this value is greater than or equal to 1."],
        "inventory": ["Ensure this value is greater than or equal to 0."],
    }


def test_what_the_server_decides_is_ignored(valid: Any, as_staff: Any) -> None:
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


def test_a_repeated_slug_is_allowed_and_a_repeated_sku_is_not(valid: Any, product: Product, as_staff: Any) -> None:
    assert as_staff.post("/store/products/", {**valid, "slug": product.slug}).status_code == 201

    before = state()
    refused(as_staff.post("/store/products/", {**valid, "sku": product.sku}), fields={"sku"})
    assert state() == before


def test_products_without_a_sku_do_not_clash(valid: Any, as_staff: Any) -> None:
    answers = [as_staff.post("/store/products/", {**valid, "sku": sku}) for sku in ("", "", None, "  ")]

    assert [(answer.status_code, answer.json()["sku"]) for answer in answers] == [(201, None)] * 4


def test_prices_and_owners_sent_with_an_order_are_ignored(
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


@pytest.mark.database
class TestOtherFields:
    """The same kinds of values in the other bodies."""

    @each("value", NOT_A_TITLE)
    def test_collection_title(self, value: Any, as_staff: Any) -> None:
        before = state()

        answer = as_staff.generic(
            "POST", "/store/collections/", json.dumps({"title": value}), content_type="application/json"
        )

        refused(answer, fields=None if value == "\ud800" else {"title"})
        assert state() == before

    @each("value", [*NOT_A_COLLECTION[:5], [], {}, "\x00"])
    def test_featured_product(self, value: Any, as_staff: Any) -> None:
        before = state()

        refused(
            as_staff.post("/store/collections/", {"title": "A", "featured_product": value}), fields={"featured_product"}
        )

        assert state() == before

    @each(
        ("field", "value"),
        [
            *(("name", value) for value in NOT_A_TITLE if value != "\ud800"),
            *(("description", value) for value in ["", "  ", "\u200b", "a\x00", "x" * 10_001, None, [], {}]),
            *(("rating", value) for value in [0, 6, -1, 1.5, "abc", 10**30, "9" * 5000, [], {}]),
        ],
    )
    def test_review(self, field: str, value: Any, api: Any, product: Product) -> None:
        before = state()

        answer = api.post(
            f"/store/products/{product.pk}/reviews/", {"name": "Ann", "description": "Good", "rating": 5, field: value}
        )

        refused(answer, fields={field})
        assert state() == before

    def test_a_review_says_nothing_of_product_author_date_or_hiding(
        self, api: Any, product: Product, staff: Any
    ) -> None:
        sent = {"product": 99, "author": staff.pk, "date": "1999-01-01", "is_hidden": True, "id": 5}

        answer = api.post(f"/store/products/{product.pk}/reviews/", {"name": "Ann", "description": "Good", **sent})

        assert answer.status_code == 201
        review = Review.objects.get()
        assert (review.product, review.author, review.is_hidden) == (product, None, False)
        assert review.date.year > 1999

    @each(
        ("field", "value"),
        [
            *(("discount", value) for value in [0, -1, 100.01, 1000, "abc", None, "NaN", 1.001, [], "1e400"]),
            *(("description", value) for value in ["", "\u200b", "x" * 256, None, "a\x00"]),
            *(("products", value) for value in [[0], ["abc"], "abc", None, [10**30], [None], [[]], [1.5], 5]),
            ("products", [0] * 10_001),
            *(("starts_at", value) for value in ["abc", 5, "2026-13-01T00:00:00Z", [], "0000-00-00", "\x00"]),
            ("starts_at", "0001-01-01T00:00:00+14:00"),
            ("ends_at", "9999-12-31T23:59:59-12:00"),
            ("ends_at", "2026-01-01T00:00:00Z"),
        ],
    )
    def test_promotion(self, field: str, value: Any, as_staff: Any) -> None:
        body = {"description": "Sale", "discount": 5, "products": [], "starts_at": "2026-01-01T00:00:00Z", field: value}
        before = state()

        refused(as_staff.post("/store/promotions/", body), fields={field})

        assert state() == before

    @each(
        ("field", "value"),
        [
            ("phone", "x" * 256),
            ("phone", "a\x00"),
            ("phone", []),
            ("birth_date", "abc"),
            ("birth_date", "2026-02-30"),
            ("birth_date", 5),
            ("birth_date", "0000-01-01"),
            ("birth_date", []),
        ],
    )
    def test_customer(self, field: str, value: Any, as_user: Any) -> None:
        before = state()

        refused(as_user.patch("/store/customers/me/", {field: value}), fields={field})

        assert state() == before

    @each("value", [0, -1, 10**30, "abc", None, [], {}, "", True, "\x00"])
    def test_the_user_of_a_new_customer(self, value: Any, as_staff: Any) -> None:
        before = state()

        refused(as_staff.post("/store/customers/", {"user_id": value}), fields={"user_id"})

        assert state() == before

    def test_a_user_is_one_customer(self, as_staff: Any, user: Any) -> None:
        before = state()

        refused(as_staff.post("/store/customers/", {"user_id": user.pk}), fields={"user_id"})

        assert state() == before

    def test_the_membership_is_not_ones_own_to_choose(self, as_user: Any, user: Any) -> None:
        answer = as_user.put("/store/customers/me/", {"phone": "1", "membership": "G", "user_id": 99})

        assert (answer.status_code, answer.json()["membership"], answer.json()["user_id"]) == (200, "B", user.pk)

    @each("value", ["X", "GOLD", None, 1, [], ""])
    def test_membership(self, value: Any, as_staff: Any, user: Any) -> None:
        refused(as_staff.patch(f"/store/customers/{user.customer.pk}/", {"membership": value}), fields={"membership"})

    @each(
        ("field", "value"),
        [
            ("street", ""),
            ("street", "\u200b"),
            ("street", "x" * 256),
            ("city", None),
            ("zip", "1" * 33),
            ("country", "a\x00"),
        ],
    )
    def test_address(self, field: str, value: Any, as_user: Any) -> None:
        before = state()

        refused(
            as_user.post("/store/customers/me/addresses/", {"street": "R", "city": "T", field: value}), fields={field}
        )

        assert state() == before


@pytest.mark.database
class TestKeys:
    """Addresses of things that can't be there."""

    HOSTILE = [
        "0",
        "-1",
        "abc",
        "1;drop",
        "1e3",
        "1%00",
        "%00",
        "9" * 30,
        "9" * 5000,
        "null",
        "%F0%9F%92%A9",
        "1%27--",
        "%ED%A0%80",
    ]

    @each("key", HOSTILE)
    @each(
        "where",
        [
            "products/{}/",
            "collections/{}/",
            "promotions/{}/",
            "customers/{}/",
            "orders/{}/",
            "customers/{}/history/",
            "products/{}/reviews/",
            "products/{}/images/",
            "customers/me/addresses/{}/",
            "orders/{}/cancel/",
            "orders/{}/ship/",
            "carts/{}/",
            "carts/{}/items/",
        ],
    )
    def test_of_one_thing(self, where: str, key: str, make_user: Any, log_in: Any) -> None:
        client = log_in(make_user(is_staff=True, is_superuser=True))
        address = f"/store/{where.format(key)}"

        for method in ("get", "delete", "patch", "post", "put"):
            answer = getattr(client, method)(address, {} if method != "get" else None)
            assert answer.status_code in (404, 405), (method, answer.content)
            assert answer.json().keys() == {"detail", "code"}

    @each("key", HOSTILE)
    @each("where", ["products/{}/reviews/{}/", "products/{}/images/{}/"])
    def test_of_something_below(self, where: str, key: str, as_staff: Any, product: Product) -> None:
        for address in (where.format(product.pk, key), where.format(key, 1)):
            assert as_staff.get(f"/store/{address}").status_code == 404
            assert as_staff.delete(f"/store/{address}").status_code == 404

    def test_a_review_of_no_product(self, api: Any) -> None:
        body = {"name": "Ann", "description": "Good"}

        refused(api.post("/store/products/987654321/reviews/", body), 404)
        refused(api.get("/store/products/987654321/reviews/"), 404)
        assert not Review.objects.exists()

    def test_a_review_by_the_path_of_another_product(self, as_staff: Any, product: Product, make_product: Any) -> None:
        review = Review.objects.create(product=product, name="Ann", description="Good")
        address = f"/store/products/{make_product().pk}/reviews/{review.pk}/"

        for method in ("get", "put", "patch", "delete"):
            refused(getattr(as_staff, method)(address), 404)
        assert Review.objects.filter(pk=review.pk).exists()

    def test_script_in_a_review_stays_text(self, api: Any, product: Product) -> None:
        script = "<script>alert(1)</script>"

        answer = api.post(f"/store/products/{product.pk}/reviews/", {"name": script, "description": script})

        assert answer.status_code == 201
        assert answer["Content-Type"] == "application/json"
        assert answer.json()["name"] == script
        assert Review.objects.get().description == script


@pytest.mark.database
class TestBlockedDeletions:
    def test_a_product_in_an_order(self, product: Product, make_cart: Any, as_user: Any, as_staff: Any) -> None:
        assert as_user.post("/store/orders/", {"cart_id": str(make_cart((product, 1)).pk)}).status_code == 201
        before = state()

        answer = as_staff.delete(f"/store/products/{product.pk}/")

        assert answer.status_code == 405
        assert answer.json() == {
            "error": "Product cannot be deleted because it is associated with an order item.",
            "code": "protected",
        }
        assert state() == before

    def test_a_collection_with_products(self, product: Product, as_staff: Any) -> None:
        before = state()

        answer = as_staff.delete(f"/store/collections/{product.collection_id}/")

        assert answer.status_code == 405
        assert answer.json() == {
            "error": "Collection cannot be deleted because it includes one or more products.",
            "code": "protected",
        }
        assert state() == before


@pytest.mark.database
class TestProductList:
    """Query strings."""

    @each("page", ["0", "-1", "abc", "", "1.5", "10" * 10, "9" * 5000, "%00", "1%00", "٣", "last", "1e1", "+1", "2"])
    def test_pages_that_are_none(self, page: str, api: Any, product: Product) -> None:
        answer = api.get(f"/store/products/?page={page}")

        refused(answer, 404)
        assert answer.json()["detail"] == "Invalid page."

    @each(
        ("size", "shown"),
        [
            ("1000000000", 100),
            ("0", 10),
            ("0000", 10),
            ("-1", 10),
            ("abc", 10),
            ("", 10),
            ("9" * 5000, 100),
            ("%00", 10),
            ("5", 5),
            ("101", 100),
        ],
    )
    def test_page_sizes(self, size: str, shown: int, api: Any, product: Product) -> None:
        Product.objects.bulk_create(
            Product(title=f"P{n}", slug="p", unit_price=5, inventory=1, collection=product.collection)
            for n in range(110)
        )

        assert len(api.get(f"/store/products/?page_size={size}").json()["results"]) == shown

    @each(
        "ordering",
        [
            "?",
            "-password",
            "user__password",
            "collection__title",
            "inventory",
            "pk;drop",
            "%00",
            "",
            ",",
            "--title",
            "title_key",
            "relevance",
            "9" * 5000,
        ],
    )
    def test_orderings_that_are_none_are_ignored(self, ordering: str, api: Any, make_product: Any) -> None:
        for title in "bca":
            make_product(title=title)

        answer = api.get(f"/store/products/?ordering={ordering}")

        assert answer.status_code == 200
        assert [row["title"] for row in answer.json()["results"]] == ["a", "b", "c"]

    @each("name", ["collection_id", "unit_price__gt", "unit_price__gte", "unit_price__lt", "unit_price__lte"])
    @each(
        "value",
        [
            "abc",
            "NaN",
            "sNaN",
            "Infinity",
            "-Infinity",
            "1e51",
            "1e400",
            "1e1000000",
            "1e-1000000",
            "-1e%2B1000000",
            "9" * 5000,
            "9" * 30,
            "%00",
            "1%00",
            "1;drop table",
            "' OR 1=1--",
            "[]",
            "-0",
            "%ED%A0%80",
        ],
    )
    def test_filters_of_numbers(self, name: str, value: str, api: Any, product: Product) -> None:
        answer = api.get(f"/store/products/?{name}={value}")

        assert answer.status_code in (200, 400), answer.content
        assert answer["Content-Type"] == "application/json"
        if answer.status_code == 400:
            assert answer.json().keys() == {name}

    @each("name", ["in_stock", "on_promotion", "is_active"])
    @each("value", ["maybe", "1", "%00", "9" * 5000, "null"])
    def test_filters_of_yes_or_no(self, name: str, value: str, api: Any, product: Product) -> None:
        refused(api.get(f"/store/products/?{name}={value}"), fields={name})

    @each("name", ["slug", "sku"])
    @each("value", ["%00", "a%00b", "%ED%A0%80", "9" * 5000, "%27"])
    def test_filters_of_text(self, name: str, value: str, api: Any, product: Product) -> None:
        answer = api.get(f"/store/products/?{name}={value}")

        assert answer.status_code in (200, 400), answer.content
        if answer.status_code == 200:
            assert answer.json()["results"] == []

    @each(
        "text",
        ["a%00b", "x " * 2000, "x" * 100_000, "a," * 17, "x" * 201],
    )
    def test_searches_that_nobody_types(
        self, text: str, api: Any, product: Product, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(0):
            answer = api.get(f"/store/products/?search={text}")

        refused(answer, fields={"search"})

    @each("text", ["%25", "_", "\\", "%27", "%22", "*", "(", "[a-z]", "%ED%A0%80", "' OR 1=1 --", "\u200b", "ﷺ" * 50])
    def test_searches_for_signs_find_those_signs_alone(self, text: str, api: Any, product: Product) -> None:
        answer = api.get(f"/store/products/?search={text}")

        assert answer.status_code == 200
        assert answer.json()["results"] == []

    @each(
        "cursor",
        [
            "abc",
            "%00",
            "9" * 5000,
            "e30=",
            "W10=",
            "WzAsWyJ0aXRsZSJdLFsiYSJdXQ==",
            "bnVsbA==",
            "💩",
            "W1tbW1tb",
            "MQ==",
            "WzEsWyJ0aXRsZSIsInBrIl0sWyJhIiwieCJdXQ==",
            "WzAsWyJ0aXRsZSIsInBrIl0sWyJhXHUwMDAwIiwiMSJdXQ==",
            "WzAsWyJ0aXRsZSIsInBrIl0sWyJhIiwiOTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OSJdXQ==",
            "WzAsWyJ0aXRsZSIsInBrIl0sWyJcdWQ4MDAiLCIxIl1d",
        ],
    )
    def test_cursors_that_are_none(self, cursor: str, api: Any, product: Product) -> None:
        answer = api.get(f"/store/products/?pagination=cursor&cursor={quote(cursor, safe='%=')}")

        assert answer.status_code in (200, 404), answer.content
        if answer.status_code == 404:
            refused(answer, 404)
            assert answer.json()["detail"] == "Invalid cursor."

    @each(
        ("column", "value"),
        [
            ("last_update", "0001-01-01T00:00:00+14:00"),
            ("last_update", "9999-12-31T23:59:59-14:00"),
            ("last_update", "0001-01-01"),
            ("unit_price", "1E+1000000"),
            ("unit_price", "-1E-1000000"),
            ("unit_price", "sNaN"),
            ("unit_price", "9" * 60),
            ("title", "a" * 1000),
        ],
    )
    @each("backwards", [0, 1])
    def test_cursors_at_a_value_that_is_none(
        self, column: str, value: str, backwards: int, api: Any, product: Product
    ) -> None:
        position = json.dumps([backwards, [column, "pk"], [value, "1"]]).encode()
        question = {"pagination": "cursor", "ordering": column, "cursor": base64.urlsafe_b64encode(position).decode()}

        answer = api.get("/store/products/", question)

        assert answer.status_code in (200, 404), answer.content
        assert answer.json().keys() in ({"detail", "code"}, {"next", "previous", "results"})

    def test_the_cursor_of_another_order(self, api: Any, make_product: Any) -> None:
        for _ in range(3):
            make_product()
        following = api.get("/store/products/?pagination=cursor&page_size=1").json()["next"]

        refused(api.get(f"{following}&ordering=unit_price"), 404)


class TestBodies:
    """What is no JSON object in UTF-8."""

    CREATE = [
        "/store/products/",
        "/store/collections/",
        "/store/promotions/",
        "/store/orders/",
        "/store/customers/",
        "/store/customers/me/addresses/",
        "/store/carts/",
    ]

    @each("address", CREATE)
    @each(
        "body",
        [
            DEEP_ARRAY,
            DEEP_OBJECT,
            "NaN",
            '{"a": NaN}',
            '{"a": Infinity}',
            '{"title": "\\ud800"}',
            '{"\\ud800": 1}',
            b'{"title": "\xff"}',
            b"\xff\xfe{\0}\0",
            "[]",
            "null",
            "1",
            '"a"',
            "true",
            " ",
            "{",
            '{"a":1,}',
            "{'a':1}",
            '{"a":1}{"b":2}',
            "[" * 5,
            '{"a": ' + "9" * 5000 + "}",
        ],
    )
    def test_json(self, address: str, body: Any, as_staff: Any) -> None:
        before = state()

        refused(as_staff.generic("POST", address, body, content_type="application/json"))

        assert state() == before

    def test_no_json_at_all(self, as_staff: Any) -> None:
        answer = as_staff.generic("POST", "/store/collections/", "", content_type="application/json")

        refused(answer, fields={"title"})

    @each("kind", ["text/xml", "text/plain", "application/octet-stream", "application/jsonp", "image/png"])
    @each("address", CREATE)
    def test_other_kinds(self, address: str, kind: str, as_staff: Any) -> None:
        answer = as_staff.generic("POST", address, "<a/>", content_type=kind)

        refused(answer, 415)

    @each("kind", ["application/json; charset=utf-16", "application/json; charset=nonsense", "application/json;;;"])
    def test_charsets_are_not_listened_to(self, kind: str, as_staff: Any) -> None:
        assert as_staff.generic("POST", "/store/collections/", '{"title": "A"}', content_type=kind).status_code in (
            201,
            400,
            415,
        )

    @each("address", CREATE)
    def test_ten_megabytes(self, address: str, as_staff: Any, settings: Any) -> None:
        body = '{"a": "' + "x" * 10_000_000 + '"}'

        refused(as_staff.generic("POST", address, body, content_type="application/json"), 413)

    def test_a_project_without_a_bound_gets_what_it_asked_for(self, as_staff: Any, settings: Any) -> None:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = None
        body = '{"a": "' + "x" * 3_000_000 + '"}'

        refused(
            as_staff.generic("POST", "/store/collections/", body, content_type="application/json"), fields={"title"}
        )

    @each("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
    def test_ten_thousand_form_fields(self, kind: str, as_staff: Any) -> None:
        pairs = [(f"f{n}", "1") for n in range(10_000)]
        if kind.startswith("multipart"):
            parts = (
                f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in pairs
            )
            body = "".join(parts) + "--x--\r\n"
        else:
            body = "&".join(f"{name}={value}" for name, value in pairs)

        refused(as_staff.generic("POST", "/store/collections/", body, content_type=kind), 400, 413)

    def test_ten_megabytes_of_form(self, as_staff: Any) -> None:
        body = "title=" + "x" * 10_000_000

        answer = as_staff.generic("POST", "/store/collections/", body, content_type="application/x-www-form-urlencoded")

        refused(answer, 413)

    @each("body", [b"title=%FF", b"title=\xff", b"title=%00", b"title=a%00b", b"&&&==", b"title"])
    def test_forms(self, body: bytes, as_staff: Any) -> None:
        answer = as_staff.generic("POST", "/store/collections/", body, content_type="application/x-www-form-urlencoded")

        assert answer.status_code in (201, 400)
        if answer.status_code == 201:
            assert body == b"title=%FF"  # Django reads it as the sign for what can't be read

    @each("accept", ["text/xml", "image/png", "garbage", "*", ";;;", "application/json;version="])
    def test_answers_that_cannot_be_given(self, accept: str, api: Any, product: Product) -> None:
        assert api.get("/store/products/", HTTP_ACCEPT=accept).status_code in (200, 406)

    @each("format_", ["xml", "%00", "../x", "json"])
    def test_formats(self, format_: str, api: Any, product: Product) -> None:
        assert api.get(f"/store/products/?format={format_}").status_code in (200, 404)

    def test_prices_keep_every_digit(self, valid: Any, as_staff: Any) -> None:
        body = json.dumps({**valid, "unit_price": "PRICE"}).replace('"PRICE"', "9999999999.99")

        answer = as_staff.generic("POST", "/store/products/", body, content_type="application/json")

        assert answer.status_code == 201
        assert b'"unit_price":9999999999.99' in answer.content
