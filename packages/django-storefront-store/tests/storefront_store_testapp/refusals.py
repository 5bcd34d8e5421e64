"""What tests of input that is not valid ask: was it refused in JSON, and was nothing changed?"""

from __future__ import annotations

from typing import Any

from storefront_store import models

STATE = (
    models.Address,
    models.Cart,
    models.CartItem,
    models.CatalogueVersion,
    models.Collection,
    models.Customer,
    models.Order,
    models.OrderItem,
    models.Product,
    models.ProductImage,
    models.Promotion,
    models.Review,
)
LEAKS = ("Traceback", "SELECT ", "INSERT ", "storefront_store", "site-packages", "psycopg", "sqlite", "MySQL")
DEEP_ARRAY = "[" * 100_000 + "]" * 100_000
DEEP_OBJECT = '{"a":' * 100_000 + "1" + "}" * 100_000
INVALID_TITLES = [
    "",
    "   ",
    "\t\n",
    "\u200b",
    "\u200b\u2060\ufeff",
    "\u3164",
    "\u202e\u202e",
    "x" * 256,
    "a\x00b",
    "\ud800",
    None,
    [],
    {},
    True,
]
INVALID_COLLECTIONS = [0, -1, 10**30, 2**63, "abc", "1;drop", None, [], {}, "", "\x00", 1.5, "9" * 5000]


def state() -> list[Any]:
    """Return every row of the tables that a refused request must leave as they are."""
    return [list(model._base_manager.order_by("pk").values()) for model in STATE]


def refused(answer: Any, *statuses: int, fields: set[str] | None = None) -> None:
    """Check that an answer is a refusal such as any client can read, and that it gives nothing away."""
    assert answer.status_code in (statuses or (400,)), (answer.status_code, answer.content[:500])
    assert answer["Content-Type"].startswith("application/json")
    body = answer.json()
    assert isinstance(body, dict)
    if fields is not None:
        assert body.keys() == fields
        assert all(isinstance(messages, list) and messages for messages in body.values())
    else:
        assert body.keys() == {"detail", "code"}
    for leak in LEAKS:
        assert leak not in answer.content.decode()


def valid_body(product: models.Product) -> dict[str, Any]:
    """Return a body that creates another product in the collection of ``product``, for tests to spoil."""
    return {
        "title": "Cup",
        "slug": "cup",
        "unit_price": 9.5,
        "inventory": 3,
        "collection": product.collection_id,
        "description": "Blue",
    }
