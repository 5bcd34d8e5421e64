"""Files from practice, if their folder is available; constructed inputs are tested elsewhere."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.files import File
from PIL import Image
from storefront_store_testapp.catalogues import real_catalogue
from storefront_store_testapp.imports import counts, load

from storefront_store.images import sanitise
from storefront_store.interchange.services import Summary, export_catalogue
from storefront_store.models import Product, ProductGroup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("euros")]


def wild(name: str, **options: Any) -> Summary:
    return load(str(real_catalogue(f"wild/{name}")), **options)


def test_shopify() -> None:
    assert counts(wild("shopify.csv")) == (3, 0, 0, 1, 0)
    assert ProductGroup.objects.get().products.count() == 2
    assert set(Product.objects.filter(group__isnull=False).values_list("collection__title", flat=True)) == {"Kitchen"}
    assert [row.title for row in Product.objects.filter(is_active=False)] == ["Tray"]
    assert Product.objects.filter(sku="0017").exists()


def test_woocommerce() -> None:
    summary = wild("woo.csv")

    assert dict(summary.skipped) == {"parents of variants": 1, "grouped products": 1}
    assert (summary.created, summary.failed) == (4, 0)
    first, second = Product.objects.filter(group__isnull=False).order_by("pk")
    assert (first.unit_price, first.inventory, first.collection.title) == (Decimal("7.50"), 5, "Cups")
    assert (second.unit_price, second.collection.title) == (9, "Cups")
    assert sorted(Product.objects.filter(is_active=False).values_list("title", flat=True)) == ["Pot", "Tray"]
    assert summary.notes["in stock, the number is not given"] == 1


def test_spree_with_priced_master() -> None:
    assert counts(wild("spree-priced-master.csv", currency="USD")) == (2, 0, 0, 1, 0)
    assert ProductGroup.objects.get().products.count() == 2


def test_google_feed() -> None:
    assert counts(wild("google.tsv")) == (2, 0, 0, 0, 0)


def test_prices() -> None:
    summary = wild("prices.csv")

    assert sorted(Product.objects.values_list("sku", "unit_price")) == [
        ("a1", 1299),
        ("b1", 1299),
        ("c1", Decimal("9.99")),
        ("d1", Decimal("9.99")),
        ("e1", Decimal("9.99")),
        ("g1", Decimal("9.99")),
        ("h1", 1299),
        ("i1", 1299),
        ("j1", 1299),
        ("k1", Decimal("9.99")),
        ("n1", 1299),
        ("p1", Decimal("9.99")),
    ]
    assert [place.split()[1] for place, _reason in summary.failures] == [
        "6",
        "12",
        "13",
        "15",
        "17",
        "18",
        "19",
        "20",
        "21",
    ]


def test_ambiguous_thousands_separators() -> None:
    summary = wild("thousand-points.csv")

    assert counts(summary) == (0, 0, 0, 0, 2)
    assert all("--decimal" in reason for _place, reason in summary.failures)
    assert counts(wild("thousand-points.csv", decimal=",")) == (2, 0, 0, 0, 0)
    assert Product.objects.get(title="Rice cooker").unit_price == 1500
    assert Product.objects.get(title="Rice cooker").inventory == 2000


def test_hidden_product_is_inactive() -> None:
    wild("hidden-product.csv")

    assert Product.objects.get().is_active is False


def test_used_columns_are_reported() -> None:
    summary = wild("unused-columns.csv")

    assert summary.used_columns["Inventory Level"] == "inventory"
    assert Product.objects.get().inventory == 25


def test_category_takes_precedence_over_product_type() -> None:
    wild("product-type.csv")

    assert Product.objects.get().collection.title == "Cups"


@pytest.mark.parametrize("name", ["padded-quotes.csv", "excel-sep.csv", "late-bom.csv"])
def test_csv_quirks_of_programs(name: str) -> None:
    assert counts(wild(name)) == (1, 0, 0, 0, 0)


def test_own_export_saved_by_german_excel() -> None:
    wild("own-export.csv")

    assert counts(wild("own-export-excel-de.csv")) == (0, 0, 2, 0, 0)


def test_files_without_required_columns_update_products() -> None:
    wild("base.csv")

    assert counts(wild("stock-update-header.csv")) == (0, 1, 0, 0, 0)
    assert counts(wild("price-update.csv")) == (0, 1, 0, 0, 0)
    saw = Product.objects.get(sku="ART0815")
    assert (saw.inventory, saw.unit_price) == (12, Decimal("8.90"))


def test_formulas_are_text() -> None:
    assert counts(wild("formulas.csv")) == (2, 0, 0, 0, 1)
    assert Product.objects.get(sku="-5").title == "-Minus"


def test_formulas_are_escaped_in_export() -> None:
    wild("formulas.csv")
    stream = io.StringIO()
    export_catalogue(stream, "csv")

    cells = [cell for row in csv.reader(io.StringIO(stream.getvalue())) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    assert wild("formulas.csv").unchanged == 2


def test_display_p3_image_is_converted() -> None:
    with real_catalogue("wild/display-p3.jpg").open("rb") as stream:
        stored = sanitise(File(stream, name="display-p3.jpg"))

    with Image.open(stored) as image:
        middle = image.convert("RGB").getpixel((image.width // 2, image.height // 2))
    assert middle == pytest.approx((239, 35, 17), abs=3)
