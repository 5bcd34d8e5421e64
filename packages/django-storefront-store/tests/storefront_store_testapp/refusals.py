"""What tests of input that is not valid ask: was it refused in JSON, and was nothing changed?"""

from __future__ import annotations

from typing import Any

from storefront_store.models import (
    Address,
    Cart,
    CartItem,
    CatalogueVersion,
    Collection,
    Customer,
    Order,
    OrderItem,
    Product,
    ProductImage,
    Promotion,
    Review,
)

STATE = (
    Address,
    Cart,
    CartItem,
    CatalogueVersion,
    Collection,
    Customer,
    Order,
    OrderItem,
    Product,
    ProductImage,
    Promotion,
    Review,
)
LEAKS = ("Traceback", "SELECT ", "INSERT ", "storefront_store", "site-packages", "psycopg", "sqlite", "MySQL")
DEEP_ARRAY = "[" * 100_000 + "]" * 100_000
DEEP_OBJECT = '{"a":' * 100_000 + "1" + "}" * 100_000


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


def code_of(answer: Any) -> tuple[int, str]:
    """Return the status and the code of an error."""
    return answer.status_code, answer.json()["code"]
