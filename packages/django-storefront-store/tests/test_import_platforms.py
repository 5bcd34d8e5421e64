"""Exports of each platform are imported with groups, variants, drafts, prices and stock."""

from __future__ import annotations

from typing import Any

import pytest
from storefront_store_testapp.imports import counts, imported_products, load
from storefront_store_testapp.platforms import FILES

from storefront_store.interchange.services import PRESETS
from storefront_store.models import Product, ProductGroup

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("euros")]


@pytest.mark.parametrize("name", FILES)
class TestPlatforms:
    def test_expected_products_are_imported(self, write: Any, name: str) -> None:
        content, expected = FILES[name]

        summary = load(write(content))

        assert summary.preset == PRESETS[name].label
        assert imported_products() == expected

    def test_second_import_changes_nothing(self, write: Any, name: str) -> None:
        path = write(FILES[name][0])
        load(path)
        groups = list(ProductGroup.objects.order_by("pk").values())

        again = load(path)

        assert (again.created, again.updated, again.unchanged) == (0, 0, len(FILES[name][1]))
        assert list(ProductGroup.objects.order_by("pk").values()) == groups

    def test_dry_run_has_same_counts_and_writes_nothing(self, write: Any, name: str) -> None:
        path = write(FILES[name][0])

        tried = load(path, dry_run=True)

        assert not Product.objects.exists()
        assert not ProductGroup.objects.exists()
        assert counts(tried) == counts(load(path))


def test_translated_headers_of_etsy(write: Any) -> None:
    load(
        write("""TITOLO,DESCRIZIONE,PREZZO,CURRENCY_CODE,QUANTITÀ,TAG,IMMAGINE1,IMMAGINE2,"VALORI VARIANTE 1",SKU
Vaso,Un vaso,46,EUR,1,a,https://x.example/1.jpg,https://x.example/2.jpg,,32
""")
    )

    assert [row[:4] for row in imported_products()] == [("32", "Vaso", "46.00", 1)]


def test_atom_feed(write: Any) -> None:
    pytest.importorskip("defusedxml")
    feed = """<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><title>Shop</title>
<entry><g:id>M1</g:id><title>Mug</title><g:price>9.00 EUR</g:price><link href="https://x.example/m"/>
<g:availability>in_stock</g:availability><g:product_type>Home &gt; Cups</g:product_type>
<g:additional_image_link>https://x.example/1.jpg</g:additional_image_link>
<g:additional_image_link>https://x.example/2.jpg</g:additional_image_link></entry></feed>"""

    summary = load(write(feed.encode(), "feed.xml"))

    assert summary.preset == "Google Merchant feed"
    assert imported_products() == [("M1", "Mug", "9.00", 0, True, "Cups", None, {})]
    assert summary.notes["images elsewhere, not fetched"] == 2
