"""Values of collections, reviews, promotions, customers and addresses that are not valid change nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from storefront_store_testapp.refusals import INVALID_COLLECTIONS, INVALID_TITLES, refused, state
from storefront_store_testapp.tables import each

from storefront_store.models import Product, Review

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(make_product: Any) -> Product:
    return make_product(title="Mug", sku="M-1")


@pytest.mark.database
class TestOtherFields:
    """The same kinds of values in the other bodies."""

    @each("value", INVALID_TITLES)
    def test_invalid_collection_title(self, value: Any, as_staff: Any) -> None:
        before = state()

        answer = as_staff.generic(
            "POST", "/store/collections/", json.dumps({"title": value}), content_type="application/json"
        )

        refused(answer, fields=None if value == "\ud800" else {"title"})
        assert state() == before

    @each("value", [*INVALID_COLLECTIONS[:5], [], {}, "\x00"])
    def test_invalid_featured_product(self, value: Any, as_staff: Any) -> None:
        before = state()

        refused(
            as_staff.post("/store/collections/", {"title": "A", "featured_product": value}), fields={"featured_product"}
        )

        assert state() == before

    @each(
        ("field", "value"),
        [
            *(("name", value) for value in INVALID_TITLES if value != "\ud800"),
            *(("description", value) for value in ["", "  ", "\u200b", "a\x00", "x" * 10_001, None, [], {}]),
            *(("rating", value) for value in [0, 6, -1, 1.5, "abc", 10**30, "9" * 5000, [], {}]),
        ],
    )
    def test_invalid_review(self, field: str, value: Any, api: Any, product: Product) -> None:
        before = state()

        answer = api.post(
            f"/store/products/{product.pk}/reviews/", {"name": "Ann", "description": "Good", "rating": 5, field: value}
        )

        refused(answer, fields={field})
        assert state() == before

    def test_read_only_fields_of_review_are_ignored(self, api: Any, product: Product, staff: Any) -> None:
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
    def test_invalid_promotion(self, field: str, value: Any, as_staff: Any) -> None:
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
    def test_invalid_customer(self, field: str, value: Any, as_user: Any) -> None:
        before = state()

        refused(as_user.patch("/store/customers/me/", {field: value}), fields={field})

        assert state() == before

    @each("value", [0, -1, 10**30, "abc", None, [], {}, "", True, "\x00"])
    def test_invalid_user_of_new_customer(self, value: Any, as_staff: Any) -> None:
        before = state()

        refused(as_staff.post("/store/customers/", {"user_id": value}), fields={"user_id"})

        assert state() == before

    def test_second_customer_of_user_is_rejected(self, as_staff: Any, user: Any) -> None:
        before = state()

        refused(as_staff.post("/store/customers/", {"user_id": user.pk}), fields={"user_id"})

        assert state() == before

    def test_own_membership_is_read_only(self, as_user: Any, user: Any) -> None:
        answer = as_user.put("/store/customers/me/", {"phone": "1", "membership": "G", "user_id": 99})

        assert (answer.status_code, answer.json()["membership"], answer.json()["user_id"]) == (200, "B", user.pk)

    @each("value", ["X", "GOLD", None, 1, [], ""])
    def test_invalid_membership(self, value: Any, as_staff: Any, user: Any) -> None:
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
    def test_invalid_address(self, field: str, value: Any, as_user: Any) -> None:
        before = state()

        refused(
            as_user.post("/store/customers/me/addresses/", {"street": "R", "city": "T", field: value}), fields={field}
        )

        assert state() == before
