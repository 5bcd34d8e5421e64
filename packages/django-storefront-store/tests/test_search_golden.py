"""Fifty searches of the demo catalogue find the same, in the same order, on every database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from storefront_store.models import Product

pytestmark = [pytest.mark.database, pytest.mark.django_db]

GOLDEN = [
    tuple(part.strip() for part in line.split("|"))
    for line in (Path(__file__).parent / "search_golden.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("seed_store", no_images=True, quiet=True)
        yield
        transaction.set_rollback(True)


class TestGolden:
    """The same words, in the same order, on every database."""

    def test_golden_file_has_fifty_searches(self) -> None:
        assert len({text for text, _number, _skus in GOLDEN}) == 50

    @pytest.mark.parametrize(("text", "number", "skus"), GOLDEN, ids=[text for text, *_ in GOLDEN])
    def test_search_returns_golden_results(self, text: str, number: str, skus: str, demo: None) -> None:
        products = Product.objects.search(text).by_relevance()

        assert (products.count(), [product.sku for product in products[:8]]) == (int(number), skus.split())

    @pytest.mark.parametrize("text", ["tea", "lamp", "steel oak"])
    def test_cursor_pages_keep_order_of_relevance(self, text: str, demo: None, api: Any) -> None:
        wanted = [product.pk for product in Product.objects.search(text).by_relevance()]
        url, seen = f"/store/products/?search={text}&pagination=cursor&page_size=4", []

        while url:
            page = api.get(url).json()
            seen += [row["id"] for row in page["results"]]
            url = page["next"]

        assert seen == wanted

    @pytest.mark.parametrize("ordering", ["title", "-title", "unit_price", "-last_update"])
    @pytest.mark.parametrize("mode", ["", "&pagination=cursor"])
    def test_other_orderings_return_same_rows(self, ordering: str, mode: str, demo: None, api: Any) -> None:
        name = ordering.lstrip("-")
        rows = Product.objects.search("steel").order_by()
        url, seen = f"/store/products/?search=steel&ordering={ordering}&page_size=7{mode}", []

        while url:
            page = api.get(url).json()
            seen += [row["id"] for row in page["results"]]
            url = page["next"]

        key = "title_key" if name == "title" else name
        ordered = sorted(rows, key=lambda row: (getattr(row, key), row.pk), reverse=ordering.startswith("-"))
        assert seen == [row.pk for row in ordered]
