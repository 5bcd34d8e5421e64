"""What tests of imports share."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

from django.core.management import call_command

from storefront_store.interchange.services import Options, Summary, import_catalogue
from storefront_store.models import Product

HEADER = "sku,title,price,stock,category,description\n"
PEN: dict[str, Any] = {
    "sku": "P1", "title": "Pen", "price": 2.5, "stock": 7, "category": "Desk", "description": "Blue.",
}  # fmt: skip
INK: dict[str, Any] = {"sku": "I1", "title": "Ink", "price": "9.99", "stock": 0, "category": "Desk"}


def load(path: str, **options: Any) -> Summary:
    """Import a file with some options."""
    return import_catalogue(path, Options(**options))


def counts(summary: Summary) -> tuple[int, int, int, int, int]:
    """The numbers of created, updated, unchanged, skipped and failed rows."""
    return summary.created, summary.updated, summary.unchanged, summary.skipped.total(), summary.failed


def imported_products() -> list[tuple[Any, ...]]:
    """Return the products in order: SKU, title, price, stock, active, collection, group, options."""
    return [
        (
            row.sku,
            row.title,
            str(row.unit_price),
            row.inventory,
            row.is_active,
            row.collection.title,
            row.group and row.group.title,
            row.options,
        )
        for row in Product.objects.order_by("pk").select_related("collection", "group")
    ]


def run(*args: str) -> SimpleNamespace:
    """Call the command; return what it wrote."""
    out, err = io.StringIO(), io.StringIO()
    call_command("import_catalogue", *args, stdout=out, stderr=err)
    return SimpleNamespace(out=out.getvalue(), err=err.getvalue())


def own(sku: str, **fields: Any) -> dict[str, Any]:
    """A product in our own format."""
    return {
        "sku": sku,
        "title": f"Product {sku}",
        "slug": "a-product",
        "description": None,
        "unit_price": "1.00",
        "inventory": 1,
        "is_active": True,
        "collection": "A",
        **fields,
    }
