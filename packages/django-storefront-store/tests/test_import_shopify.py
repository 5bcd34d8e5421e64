"""Exports of Shopify: what is left out of them, variants that contradict each other, and its JSON."""

from __future__ import annotations

from typing import Any

import pytest
from storefront_store_testapp.imports import imported_products, load
from storefront_store_testapp.platforms import SHOPIFY

from storefront_store.models import Product

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("euros")]


def test_skipped_data_of_shopify_is_reported(write: Any) -> None:
    summary = load(write(SHOPIFY))

    assert dict(summary.skipped) == {"rows with images of the product above": 1}
    assert summary.failures == []
    assert summary.notes["images elsewhere, not fetched"] == 3
    assert summary.notes["stock below zero, taken as none"] == 1
    assert summary.notes["in stock, the number is not given"] == 1  # nobody tracks it
    assert Product.objects.get(sku="0017").description == "A mug\nfor tea"
    assert Product.objects.get(sku=None).slug == "jug"


def test_duplicate_sku_of_shopify_is_dropped(write: Any) -> None:
    summary = load(write(SHOPIFY.replace("0018", "'0017")))

    assert summary.failed == 0
    assert summary.notes["SKUs that another row has already, left out"] == 1
    assert Product.objects.get(slug="mug-blue").sku is None


def test_duplicate_options_in_group_fail(write: Any) -> None:
    summary = load(write(SHOPIFY.replace(",Blue,", ",red,")))

    assert summary.failures == [
        ("row 2 (line 3)", "options: Colour red: row 1 (line 2) has the same ones in its group")
    ]


def test_group_with_other_option_names_is_unchanged(write: Any) -> None:
    load(write(SHOPIFY))

    summary = load(write(SHOPIFY.replace("Colour", "Glaze")))

    assert [place for place, _reason in summary.failures] == ["row 1 (line 2)", "row 2 (line 3)"]
    assert "the group 'Mug' varies by Colour, and not by Glaze" in summary.failures[0][1]
    assert Product.objects.get(sku="0017").options == {"Colour": "Red"}


def test_shopify_products_json(write: Any) -> None:
    variant = {"sku": "MUG-R", "price": "9.00", "option1": "Red", "available": True, "inventory_quantity": 5}
    mug = {
        "id": 1,
        "title": "Mug",
        "handle": "mug",
        "body_html": "<p>A mug</p>",
        "product_type": "Kitchen",
        "published_at": "2024-01-01",
        "options": [{"name": "Colour"}],
        "images": [{"src": "https://x.example/1.jpg"}],
        "variants": [variant, variant | {"sku": "MUG-B", "option1": "Blue", "available": False}],
    }
    jug = mug | {"handle": "jug", "title": "Jug", "published_at": None, "images": []}
    jug["variants"] = [{"sku": "J1", "price": "20.00", "option1": "Default Title", "available": False}]

    summary = load(write({"products": [mug, jug]}))

    assert summary.preset == "Shopify products.json"
    assert imported_products() == [
        ("MUG-R", "Mug - Red", "9.00", 5, True, "Kitchen", "Mug", {"Colour": "Red"}),
        ("MUG-B", "Mug - Blue", "9.00", 5, True, "Kitchen", "Mug", {"Colour": "Blue"}),
        ("J1", "Jug", "20.00", 0, False, "Kitchen", None, {}),
    ]
    assert summary.notes["images elsewhere, not fetched"] == 1
