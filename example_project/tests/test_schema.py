"""The schema in the repository matches the code, and changes that break clients are reported."""

from __future__ import annotations

import copy
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from schema_changes import changes
from schema_page import PAGE, page_of

FILE = Path(__file__).parents[2] / "docs" / "openapi.yaml"
CART = "#/components/schemas/Cart"


@pytest.fixture(scope="module")
def stored_schema() -> dict[str, Any]:
    return yaml.load(FILE.read_text(), yaml.CSafeLoader)


def test_schema_file_matches_code(stored_schema: dict[str, Any]) -> None:
    GENERATOR_STATS.reset()
    now = SchemaGenerator().get_schema(request=None, public=True)

    assert not GENERATOR_STATS
    validate_schema(now)
    now = _plain(now)
    found = changes(stored_schema, now)
    assert not found, "Run `make schema` if these changes are wanted:\n" + "\n".join(str(each) for each in found)
    assert stored_schema == now, "Texts or examples have changed: run `make schema`"


def test_operations_page_matches_schema(stored_schema: dict[str, Any]) -> None:
    assert PAGE.read_text() == page_of(stored_schema), "Run `make schema`"


def _plain(value: Any) -> Any:
    """Return a schema with strings in place of lazy translations."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return float(value)
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)


def _set(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(schema: dict[str, Any]) -> None:
        *parents, last = path.split(" ")
        for name in parents:
            schema = schema[name]
        if value is None:
            del schema[last]
        else:
            schema[last] = value

    return change


PLACE = "paths /store/orders/ post"
SCHEMAS = "components schemas"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_set(PLACE, None), "POST /store/orders/: the operation was removed"),
        (_set(f"{PLACE} operationId", "orders_create"), "its ID was orders_place and is orders_create"),
        (_set(f"{SCHEMAS} Cart properties total_price", None), "Cart (response).total_price: the property was removed"),
        (_set(f"{SCHEMAS} CheckoutRequest required", ["cart_id", "email"]), ".email: the property is required now"),
        (_set(f"{SCHEMAS} OrderPaymentStatus enum", ["P"]), "the choices were C, F, P, R and are P"),
        (_set(f"{SCHEMAS} AddItemRequest properties quantity minimum", 2), "minimum was 1 and is 2"),
        (_set(f"{SCHEMAS} AddItemRequest properties quantity type", "string"), "type was integer and is string"),
        (_set(f"{PLACE} responses 201", None), "POST /store/orders/ 201: the status was removed"),
        (_set("paths /store/products/ get security", [{"jwtAuth": []}]), "it needs a login now"),
    ],
)
def test_breaking_changes_are_reported(
    stored_schema: dict[str, Any], change: Callable[[dict[str, Any]], None], expected: str
) -> None:
    changed = copy.deepcopy(stored_schema)
    change(changed)

    breaking = [str(each) for each in changes(stored_schema, changed) if each.breaks]

    assert breaking, expected
    assert any(expected in line for line in breaking), breaking


def test_additions_are_not_breaking(stored_schema: dict[str, Any]) -> None:
    changed = copy.deepcopy(stored_schema)
    schemas = changed["components"]["schemas"]
    schemas["Cart"]["properties"]["note"] = {"type": "string"}
    schemas["CheckoutRequest"]["properties"]["note"] = {"type": "string"}
    changed["paths"]["/store/wishes/"] = changed["paths"]["/store/carts/"]

    found = changes(stored_schema, changed)

    assert len(found) >= 3
    assert not [str(each) for each in found if each.breaks]
