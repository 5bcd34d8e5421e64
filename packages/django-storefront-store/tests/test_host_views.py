"""Parts of the API that a project replaces: prices, permissions and views."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import F
from rest_framework.permissions import IsAdminUser
from rest_framework.test import APIRequestFactory
from storefront_store_testapp.answers import titles

from storefront_store.api.views import ProductViewSet
from storefront_store.models import Collection, Product

pytestmark = pytest.mark.django_db


class TestReplacedParts:
    """Replacements in the settings take effect at once."""

    def test_custom_price_provider(self, api: Any, mug: Product, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"PRICE_PROVIDER": "storefront_store_testapp.prices.HalfPrice"}

        assert api.get(f"/store/products/{mug.pk}/").json()["effective_price"] == 5.0

    def test_custom_tax_provider(self, api: Any, mug: Product, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"TAX_PROVIDER": "storefront_store_testapp.prices.NoTax"}

        assert api.get("/store/products/").json()["results"][0]["price_with_tax"] == 9.99

    def test_custom_permissions(self, as_user: Any, mugs: Collection, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"PERMISSIONS": {"collection": ["rest_framework.permissions.IsAuthenticated"]}}

        assert as_user.patch(f"/store/collections/{mugs.pk}/", {"title": "Cups"}).status_code == 200


class TestCustomViews:
    """Views and orderings of a project."""

    def test_permission_classes_of_subclass_are_kept(self, mug: Product) -> None:
        class Internal(ProductViewSet):
            permission_classes = [IsAdminUser]

        answer = Internal.as_view({"get": "list"})(APIRequestFactory().get("/"))

        assert answer.status_code in (401, 403)

    @pytest.mark.parametrize(
        ("order", "shown"),
        [
            ([F("title").desc()], ["b", "a"]),
            (["collection__title", "-title"], ["b", "a"]),
            (["-sku"], ["b", "a"]),
            (["title"], ["a", "b"]),
            ([], ["a", "b"]),
        ],
    )
    def test_custom_default_ordering_of_products(
        self, order: list[Any], shown: list[str], api: Any, make_product: Any, monkeypatch: Any, mugs: Collection
    ) -> None:
        for title in ("a", "b"):
            make_product(title=title, sku=title, collection=mugs)
        monkeypatch.setattr(Product._meta, "ordering", order)

        assert titles(api.get("/store/products/")) == shown
        first = api.get("/store/products/?pagination=cursor&page_size=1")
        second = api.get(first.json()["next"])
        assert sorted(titles(first) + titles(second)) == ["a", "b"]
        assert second.json()["next"] is None
