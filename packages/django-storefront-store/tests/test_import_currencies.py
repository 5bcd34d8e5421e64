"""Files with prices in several currencies, or in another one than that of the store."""

from __future__ import annotations

from typing import Any

import pytest
from storefront_store_testapp.imports import imported_products, load
from storefront_store_testapp.platforms import GOOGLE, MEDUSA

from storefront_store.models import Product

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("euros")]


def test_price_in_another_currency_fails(write: Any) -> None:
    summary = load(write(GOOGLE))

    assert summary.failures == [
        ("row 4 (line 5)", "unit_price: '5.00 USD' is not in EUR; choose a currency with --currency")
    ]


def test_currency_option(write: Any) -> None:
    load(write(MEDUSA), currency="USD")

    assert Product.objects.get(sku="POT").unit_price == 22


def test_currency_is_read_from_header_of_price(write: Any) -> None:
    file = write("""Category,Item Name,Variation Name,Price (EUR),Item ID,Variation ID,Description
Vases,Vase,Regular,€95.00,BMM4,LVRT,A vase
Cards,Card,Small,€4.00,GV5O,6Y6A,A card
Cards,Card,Large,€5.00,GV5O,6Y6B,A card
""")

    told, other = load(file), load(file, currency="CAD")

    assert [(row[1], row[2], row[5]) for row in imported_products()] == [
        ("Vase", "95.00", "Vases"),
        ("Card - Small", "4.00", "Cards"),
        ("Card - Large", "5.00", "Cards"),
    ]
    assert (told.preset, dict(other.skipped)) == ("Square item library", {"priced in EUR": 3})
