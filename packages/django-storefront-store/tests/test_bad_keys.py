"""Unknown and malformed keys are 404, and protected rows are not deleted."""

from __future__ import annotations

from typing import Any

import pytest
from storefront_store_testapp.refusals import refused, state
from storefront_store_testapp.tables import each

from storefront_store.models import Product, Review

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(make_product: Any) -> Product:
    return make_product(title="Mug", sku="M-1")


@pytest.mark.database
class TestKeys:
    """URLs of objects that cannot exist."""

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
    def test_malformed_key_is_404_or_405(self, where: str, key: str, make_user: Any, log_in: Any) -> None:
        client = log_in(make_user(is_staff=True, is_superuser=True))
        address = f"/store/{where.format(key)}"

        for method in ("get", "delete", "patch", "post", "put"):
            answer = getattr(client, method)(address, {} if method != "get" else None)
            assert answer.status_code in (404, 405), (method, answer.content)
            assert answer.json().keys() == {"detail", "code"}

    @each("key", HOSTILE)
    @each("where", ["products/{}/reviews/{}/", "products/{}/images/{}/"])
    def test_malformed_nested_key_is_404(self, where: str, key: str, as_staff: Any, product: Product) -> None:
        for address in (where.format(product.pk, key), where.format(key, 1)):
            assert as_staff.get(f"/store/{address}").status_code == 404
            assert as_staff.delete(f"/store/{address}").status_code == 404

    def test_review_of_unknown_product_is_404(self, api: Any) -> None:
        body = {"name": "Ann", "description": "Good"}

        refused(api.post("/store/products/987654321/reviews/", body), 404)
        refused(api.get("/store/products/987654321/reviews/"), 404)
        assert not Review.objects.exists()

    def test_review_at_path_of_another_product_is_404(self, as_staff: Any, product: Product, make_product: Any) -> None:
        review = Review.objects.create(product=product, name="Ann", description="Good")
        address = f"/store/products/{make_product().pk}/reviews/{review.pk}/"

        for method in ("get", "put", "patch", "delete"):
            refused(getattr(as_staff, method)(address), 404)
        assert Review.objects.filter(pk=review.pk).exists()

    def test_script_in_review_is_not_interpreted(self, api: Any, product: Product) -> None:
        script = "<script>alert(1)</script>"

        answer = api.post(f"/store/products/{product.pk}/reviews/", {"name": script, "description": script})

        assert answer.status_code == 201
        assert answer["Content-Type"] == "application/json"
        assert answer.json()["name"] == script
        assert Review.objects.get().description == script


@pytest.mark.database
class TestBlockedDeletions:
    def test_deleting_ordered_product_is_405(
        self, product: Product, make_cart: Any, as_user: Any, as_staff: Any
    ) -> None:
        assert as_user.post("/store/orders/", {"cart_id": str(make_cart((product, 1)).pk)}).status_code == 201
        before = state()

        answer = as_staff.delete(f"/store/products/{product.pk}/")

        assert answer.status_code == 405
        assert answer.json() == {
            "error": "Product cannot be deleted because it is associated with an order item.",
            "code": "protected",
        }
        assert state() == before

    def test_deleting_collection_with_products_is_405(self, product: Product, as_staff: Any) -> None:
        before = state()

        answer = as_staff.delete(f"/store/collections/{product.collection_id}/")

        assert answer.status_code == 405
        assert answer.json() == {
            "error": "Collection cannot be deleted because it includes one or more products.",
            "code": "protected",
        }
        assert state() == before
