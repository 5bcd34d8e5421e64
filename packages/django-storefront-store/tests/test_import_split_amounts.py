"""A decimal comma without quotation marks makes two cells of a price; such rows are never read as something else."""

from __future__ import annotations

from typing import Any

import pytest
from storefront_store_testapp.imports import load

from storefront_store.models import Product

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("euros")]

HEADER = "title,price,stock,description"


def read(write: Any, *lines: str) -> tuple[list[str], list[str]]:
    """Import lines; return the titles and prices of the products, and the titles refused for a split number."""
    summary = load(write("\n".join(lines) + "\n"))
    refused = [place for place, reason in summary.failures if "decimal comma" in reason]
    assert len(refused) == len(summary.failures), summary.failures
    products = Product.objects.order_by("pk").values_list("title", "unit_price")
    return [f"{title} {price}" for title, price in products], refused


@pytest.mark.parametrize(
    ("lines", "expected", "refused"),
    [
        ([HEADER, "Pen,1.50,5,Blue", "Cup,9,99,3,White"], ["Pen 1.50"], 1),
        ([HEADER, "Pen,1.50,5,Blue", "Cup,1,299.00,3,White"], ["Pen 1.50"], 1),
        ([HEADER, "Pen,1.50,5,Blue", "Cup,€ 9,99,3,White"], ["Pen 1.50"], 1),
        ([HEADER, "Pen,1.50,5,", "Cup,9,99,3,"], ["Pen 1.50"], 1),
        ([HEADER, "Pen,1,50,5,", "Cup,9,99,3,"], [], 2),
        ([HEADER + ",", "Pen,1.50,5,,", "Cup,9,99,3,,"], ["Pen 1.50"], 1),
        (["title,price,stock", "Pen,1.50,5", "Cup,9,99,3"], ["Pen 1.50"], 1),
        (["title,price,stock", "Pen,1,50", "Cup,9,05", "Ink,2,00 €"], ["Pen 1.00"], 2),
    ],
    ids=["more cells", "thousands", "currency", "empty end", "all rows", "trailing delimiter", "three", "by accident"],
)
def test_number_split_into_two_cells_fails(write: Any, lines: list[str], expected: list[str], refused: int) -> None:
    found, places = read(write, *lines)

    assert (found, len(places)) == (expected, refused)


@pytest.mark.parametrize(
    "lines",
    [
        ["title,price,stock", "Pen,1.50,5,", "Cup,9,12,"],
        ["title,price,stock,", "Pen,1.50,5,", "Cup,9,12,"],
        ["title;price;stock", "Pen;1,50;5", "Cup;9;05"],
        ["title,price,stock", 'Pen,"1,50",5', "Cup,9,12"],
        ["sku,id,title,price", "12,05,Pen,1.50", "13,06,Cup,9"],
    ],
    ids=["trailing delimiters", "also in the header", "semicolons", "quoted", "other numbers"],
)
def test_similar_rows_are_read(write: Any, lines: list[str]) -> None:
    assert read(write, *lines) == (["Pen 1.50", "Cup 9.00"], [])
