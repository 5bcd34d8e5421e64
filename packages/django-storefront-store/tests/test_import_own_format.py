from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from storefront_store_testapp.imports import counts, load, own

from storefront_store.models import CatalogueVersion, Collection, Product, Promotion

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("low_prices")]


@pytest.mark.database
class TestOwnFormat:
    def test_collections_and_promotions_are_imported(self, write: Any) -> None:
        sale = {"description": "Sale", "discount": "12.50", "products": ["P1", "P2", "none"]}
        timed = {
            "description": "Sale",
            "discount": 5,
            "starts_at": "2030-01-01T00:00:00+00:00",
            "ends_at": "2030-02-01T00:00:00",
            "products": [],
        }
        document = {
            "collections": [{"title": "Empty"}, {"title": "A", "featured_product": "P2"}, {"title": "A"}],
            "products": [own("P1"), own("P2")],
            "promotions": [sale, timed],
        }

        summary = load(write(document))

        assert counts(summary) == (2, 0, 0, 0, 0)
        assert [row.title for row in Collection.objects.order_by("pk")] == ["Empty", "A"]
        assert Collection.objects.get(title="A").featured_product.sku == "P2"
        first, second = Promotion.objects.order_by("pk")
        assert (first.discount, first.products.count()) == (Decimal("12.50"), 2)
        assert second.ends_at.month in (1, 2)

        version = CatalogueVersion.objects.current()
        again = load(write(document))
        assert counts(again) == (0, 0, 2, 0, 0)
        assert CatalogueVersion.objects.current() == version

    def test_promotions_and_featured_products_are_updated(self, write: Any) -> None:
        sale = {"description": "Sale", "discount": "10", "products": ["P1"]}
        document = {"collections": [{"title": "A", "featured_product": "P1"}], "products": [own("P1"), own("P2")]}
        load(write(document | {"promotions": [sale]}))

        document["collections"][0]["featured_product"] = "P2"  # type: ignore[index]
        summary = load(write(document | {"promotions": [sale | {"discount": "20", "products": ["P2"]}]}))

        assert summary.notes["changed promotions"] == 1
        promotion = Promotion.objects.get()
        assert (promotion.discount, promotion.products.get().sku) == (20, "P2")
        assert Collection.objects.get().featured_product.sku == "P2"

    @pytest.mark.parametrize(
        ("promotion", "reason"),
        [
            ({"description": "Sale", "discount": "200"}, "discount: "),
            ({"description": "Sale", "discount": "much"}, "discount: 'much' is not a number"),
            ({"discount": "5"}, "description: None is not text"),
            ({"description": "Sale", "discount": 5, "starts_at": "soon"}, "starts_at: not a date with a time"),
            ({"description": "Sale", "discount": 5, "starts_at": 7}, "starts_at: not a date with a time"),
            ({"description": "Sale", "discount": 5, "ends_at": "2030-99-01T00:00Z"}, "ends_at: not a date with a time"),
            ({"description": "Sale", "discount": 5, "products": "P1"}, "products: not a list of article numbers"),
            ({"description": "Sale", "discount": 5, "products": [1]}, "products: not a list of article numbers"),
            ("Sale", "not an object"),
            (
                {
                    "description": "Sale",
                    "discount": 5,
                    "starts_at": "2030-02-01T00:00Z",
                    "ends_at": "2030-01-01T00:00Z",
                },
                "__all__: A promotion must end after it starts.",
            ),
        ],
    )
    def test_invalid_promotions_fail(self, write: Any, promotion: Any, reason: str) -> None:
        summary = load(write({"products": [own("P1")], "promotions": [promotion]}))

        assert (summary.created, summary.failed) == (1, 1)
        place, said = summary.failures[0]
        assert place == "promotion 1"
        assert said.startswith(reason)
        assert not Promotion.objects.exists()

    @pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
    def test_out_of_range_dates_fail(self, write: Any, moment: str) -> None:
        promotion = {"description": "Sale", "discount": 5, "starts_at": moment}

        summary = load(write({"products": [own("P1")], "promotions": [promotion]}))

        assert summary.failures == [("promotion 1", "starts_at: not a date with a time")]
        assert list(Promotion.objects.all()) == []

    def test_missing_fields_of_promotion_are_kept(self, write: Any, make_product: Any) -> None:
        ends_at = datetime(2030, 1, 1, tzinfo=UTC)
        sale = Promotion.objects.create(description="Sale", discount=10, ends_at=ends_at)
        sale.products.set([make_product(sku="P1")])

        summary = load(write({"products": [own("P1")], "promotions": [{"description": "Sale", "discount": 20}]}))

        sale.refresh_from_db()
        assert (sale.discount, sale.ends_at, sale.products.get().sku) == (20, ends_at, "P1")
        assert summary.notes["changed promotions"] == 1

    def test_skus_of_promotion_are_case_sensitive(self, write: Any) -> None:
        sale = {"description": "Sale", "discount": 5, "products": ["p1"]}

        load(write({"products": [own("P1")], "promotions": [sale]}))

        assert not Promotion.objects.get().products.exists()

    def test_products_without_sku_stay_in_promotion(self, write: Any, make_product: Any) -> None:
        bare, numbered, gone = make_product(), make_product(sku="P1"), make_product(sku="P2")
        sale = Promotion.objects.create(description="Sale", discount=10)
        sale.products.set([bare, numbered, gone])

        load(write({"products": [own("P1")], "promotions": [{"description": "Sale", "products": ["P1"]}]}))

        assert set(sale.products.all()) == {bare, numbered}

    def test_update_that_starts_promotion_after_its_end_fails(self, write: Any) -> None:
        sale = Promotion.objects.create(description="Sale", discount=10, ends_at=datetime(2030, 1, 1, tzinfo=UTC))
        later = {"description": "Sale", "starts_at": "2031-01-01T00:00Z"}

        summary = load(write({"products": [own("P1")], "promotions": [later, {"description": "Gift", "discount": 5}]}))

        assert summary.failures == [("promotion 1", "__all__: A promotion must end after it starts.")]
        sale.refresh_from_db()
        assert sale.starts_at is None
        assert Promotion.objects.filter(description="Gift").exists()

    @pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite counts the parameters of a statement")
    def test_promotion_of_more_products_than_sql_parameters(self, write: Any, make_product: Any) -> None:
        product = make_product(sku="P1")
        Product.objects.bulk_create(
            Product(title="P", slug="p", sku=f"N{n}", unit_price=5, inventory=1, collection=product.collection)
            for n in range(1200)
        )
        document = {"description": "Sale", "discount": 5, "products": [f"N{n}" for n in range(1200)]}
        path = write({"products": [own("P1")], "promotions": [document]})
        before = connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 1100)
        try:
            load(path)
            load(write({"products": [own("P1")], "promotions": [document | {"products": []}]}, "none.json"))
            load(path)
        finally:
            connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, before)

        assert Promotion.objects.get().products.count() == 1200

    @pytest.mark.parametrize("collection", [{"title": ""}, {"title": None}, {}, {"title": "x" * 256}, 7])
    def test_invalid_collections_fail(self, write: Any, collection: Any) -> None:
        summary = load(write({"collections": [collection], "products": [own("P1")]}))

        assert (summary.created, summary.failed) == (1, 1)
        assert summary.failures[0][0] == "collection 1"
