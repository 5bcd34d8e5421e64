from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from storefront_store_testapp.catalogues import DUMMYJSON, SPREE, real_catalogue
from storefront_store_testapp.imports import counts, load

from storefront_store.models import Collection, Product, Review

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("low_prices")]


class TestRealCatalogues:
    def test_dummyjson(self) -> None:
        path = str(real_catalogue(DUMMYJSON))

        summary = load(path)

        assert counts(summary) == (194, 0, 0, 0, 0)
        assert (Product.objects.count(), Collection.objects.count(), Review.objects.count()) == (194, 24, 582)
        mascara = Product.objects.get(sku="BEA-ESS-ESS-001")
        assert (mascara.title, mascara.unit_price) == ("Essence Mascara Lash Princess", Decimal("9.99"))
        assert (mascara.inventory, mascara.collection.title) == (99, "beauty")
        assert mascara.reviews.filter(name="Eleanor Collins", rating=3, date="2025-04-30").exists()
        assert Product.objects.filter(title="Rolex Cellini Moonphase").count() == 2
        assert counts(load(path)) == (0, 0, 194, 0, 0)

    def test_spree(self) -> None:
        path = str(real_catalogue(SPREE))

        summary = load(path)

        assert counts(summary) == (87, 0, 0, 124, 0)
        assert dict(summary.skipped) == {"priced in EUR": 87, "parents of variants": 37}
        machine = Product.objects.get(sku="AUTOMATIC-ESPRESSO-MACHINE-MATTE-BLACK")
        assert machine.title == "Automatic Espresso Machine - Matte Black"
        assert (machine.unit_price, machine.inventory) == (Decimal("879.99"), 5000)
        assert machine.collection.title == "Coffee Machines"
        assert machine.description.startswith("Fully automatic bean-to-cup")
        assert counts(load(path)) == (0, 0, 87, 124, 0)

    def test_spree_in_euros(self) -> None:
        summary = load(str(real_catalogue(SPREE)), currency="EUR")

        assert (summary.created, summary.failed) == (87, 0)
        machine = Product.objects.get(sku="AUTOMATIC-ESPRESSO-MACHINE-MATTE-BLACK")
        assert (machine.title, machine.unit_price) == ("Automatic Espresso Machine - Matte Black", Decimal("819.99"))

    @pytest.mark.parametrize(
        ("name", "number", "collection"),
        [
            ("essential", 82, "Essential programming"),
            ("hacking", 33, "Hacking"),
            ("computers-in-fiction", 86, "Computers in Literature"),
        ],
    )
    def test_oscar(self, name: str, number: int, collection: str) -> None:
        path = str(real_catalogue(f"oscar/books.{name}.csv"))

        assert counts(load(path)) == (number, 0, 0, 0, 0)
        assert Collection.objects.get().title == collection
        assert counts(load(path)) == (0, 0, number, 0, 0)

    def test_invalid_rows_of_real_catalogue_fail(self, write: Any) -> None:
        rows = json.loads(real_catalogue(DUMMYJSON).read_text(encoding="utf-8"))
        rows[6]["price"] = {"amount": "wrong"}
        rows[7]["sku"] = rows[0]["sku"]

        summary = load(write(rows))

        assert counts(summary) == (192, 0, 0, 0, 2)
        assert [place for place, _reason in summary.failures] == ["row 7", "row 8"]
