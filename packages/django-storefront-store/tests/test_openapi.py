"""The OpenAPI description of the store: complete, without a warning, and inert where drf-spectacular is missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

pytest.importorskip("drf_spectacular")

from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.settings import patched_settings
from drf_spectacular.utils import extend_schema, extend_schema_view
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator
from rest_framework.routers import SimpleRouter

from storefront_store.api.views import ProductViewSet

METHODS = {"get", "post", "put", "patch", "delete"}
TESTS = Path(__file__).parent

pytestmark = pytest.mark.skipif(not settings.WITH_PAYMENTS, reason="describes the payments as well")


def generate() -> dict[str, Any]:
    GENERATOR_STATS.reset()
    return SchemaGenerator().get_schema(public=True)


def by_id(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        operation["operationId"]: operation
        for item in schema["paths"].values()
        for method, operation in item.items()
        if method in METHODS
    }


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    with patched_settings({"COMPONENT_SPLIT_REQUEST": True, "OAS_VERSION": "3.1.1"}):
        schema = generate()
    assert not GENERATOR_STATS, GENERATOR_STATS
    return schema


@pytest.fixture(scope="module")
def operations(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return by_id(schema)


def parameters(operation: dict[str, Any], location: str) -> set[str]:
    return {each["name"] for each in operation.get("parameters", ()) if each["in"] == location}


def test_schema_is_valid(schema: dict[str, Any]) -> None:
    validate_schema(schema)


@pytest.mark.parametrize("version", ["3.0.3", "3.1.1"])
def test_schema_is_valid_without_warnings_in_each_version(version: str) -> None:
    with patched_settings({"OAS_VERSION": version}):
        other = generate()

    assert not GENERATOR_STATS
    validate_schema(other)
    kind = {"type": ["string", "null"]} if version == "3.1.1" else {"type": "string", "nullable": True}
    link = other["components"]["schemas"]["PaginatedProductList"]["properties"]["next"]
    assert link == {"format": "uri", **kind}


def test_every_operation_has_name_summary_and_errors(operations: dict[str, dict[str, Any]]) -> None:
    assert len(operations) == 83
    for name, operation in operations.items():
        answers = set(operation["responses"])
        assert operation["summary"], name
        assert not name.startswith("store_"), name
        assert {"401", "406", "503"} <= answers, name
        if "requestBody" in operation:
            assert {"400", "413", "415"} <= answers, name
        for status, answer in operation["responses"].items():
            if status >= "400":
                assert next(iter(answer["content"].values()))["schema"]["$ref"], name
                assert answer["description"], name


def test_checkout_documents_body_idempotency_key_and_errors(
    schema: dict[str, Any], operations: dict[str, dict[str, Any]]
) -> None:
    place = operations["orders_place"]

    assert sorted(place["responses"]) == [
        *("201", "400", "401", "403", "404", "406", "409", "413", "415", "422", "429", "503"),
    ]
    assert parameters(place, "header") == {"Idempotency-Key"}
    assert "Idempotent-Replayed" in place["responses"]["201"]["headers"]
    assert "Retry-After" in place["responses"]["429"]["headers"]
    body = schema["components"]["schemas"]["CheckoutRequest"]
    assert body["required"] == ["cart_id"]
    assert {"address", "email", "vouchers", "expected_total"} <= set(body["properties"])
    assert "key" not in schema["components"]["schemas"]["PlacedOrder"]["required"]
    assert "`out_of_stock`" in place["responses"]["409"]["description"]


def test_product_list_documents_query_parameters(operations: dict[str, dict[str, Any]]) -> None:
    listed, counted = operations["products_list"], operations["products_facets"]

    assert {"search", "ordering", "page", "page_size", "pagination", "cursor", "collection_id", "in_stock"} <= (
        parameters(listed, "query")
    )
    assert {"search", "collection_id", "in_stock", "options"} <= parameters(counted, "query")
    assert not {"ordering", "page"} & parameters(counted, "query")
    kinds = {each["name"]: each["schema"] for each in listed["parameters"]}
    assert kinds["in_stock"] == {"type": "boolean"}
    assert kinds["collection_id"] == {"type": "array", "items": {"type": "integer"}}
    assert kinds["ordering"]["items"]["enum"][0] == "title"
    assert "ETag" in listed["responses"]["200"]["headers"]
    assert "304" in listed["responses"]


def test_if_match_is_documented_where_it_is_checked(operations: dict[str, dict[str, Any]]) -> None:
    for name in ("products_update", "products_replace", "products_delete", "promotions_update", "addresses_delete"):
        assert "If-Match" in parameters(operations[name], "header"), name
        assert "412" in operations[name]["responses"], name
    assert "If-Match" not in parameters(operations["carts_delete"], "header")


def test_operations_without_login_are_documented(operations: dict[str, dict[str, Any]]) -> None:
    is_open = {name for name, operation in operations.items() if {} in operation["security"]}

    assert {"products_list", "carts_create", "cart_items_create", "reviews_create", "shipping_methods_list"} <= is_open
    assert {"orders_retrieve", "orders_cancel", "payments_start"} <= is_open  # by the key of the order
    assert not {"orders_place", "orders_list", "products_create", "customers_list", "customers_me"} & is_open


def test_guest_checkout_setting_documents_order_without_login(settings: Any) -> None:
    settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "GUEST_CHECKOUT": True}

    assert {} in by_id(generate())["orders_place"]["security"]


def test_image_upload_is_documented_as_binary_multipart(operations: dict[str, dict[str, Any]]) -> None:
    ((kind, body),) = operations["product_images_create"]["requestBody"]["content"].items()

    assert kind == "multipart/form-data"
    assert body["schema"]["properties"]["image"] == {"type": "string", "format": "binary"}
    assert body["schema"]["required"] == ["image"]
    assert "507" in operations["product_images_create"]["responses"]


def test_examples_match_their_schemas(schema: dict[str, Any], operations: dict[str, dict[str, Any]]) -> None:
    def check(content: dict[str, Any]) -> int:
        validator = Draft202012Validator({**content["schema"], "components": schema["components"]})
        for example in content.get("examples", {}).values():
            validator.validate(example["value"])
        return len(content.get("examples", {}))

    bodies = [operation["requestBody"] for operation in operations.values() if "requestBody" in operation]
    answers = [answer for operation in operations.values() for answer in operation["responses"].values()]

    assert sum(check(content) for each in [*bodies, *answers] for content in each.get("content", {}).values()) >= 10


@extend_schema_view(
    list=extend_schema(operation_id="goods", summary="The goods"),
    destroy=extend_schema(responses={204: None, 418: None}),
)
@extend_schema(tags=["Goods"])
class ProjectProductViewSet(ProductViewSet):
    """A custom subclass of a project."""


def test_schema_of_custom_subclass_takes_precedence() -> None:
    router = SimpleRouter()
    router.register("goods", ProjectProductViewSet, basename="goods")

    operations = by_id(SchemaGenerator(patterns=router.urls).get_schema(public=True))

    assert operations["goods"]["summary"] == "The goods"
    assert "304" in operations["goods"]["responses"]
    assert operations["goods"]["tags"] == operations["products_retrieve"]["tags"] == ["Goods"]
    assert set(operations["products_delete"]["responses"]) == {"204", "418"}
    assert operations["products_create"]["summary"] == "Create a product"


def test_store_works_without_drf_spectacular() -> None:
    code = (
        "import sys; sys.modules['drf_spectacular'] = None\n"
        "import django; from django.conf import settings\n"
        "django.setup()\n"
        "assert not settings.WITH_SPECTACULAR\n"
        "import storefront_store_testapp.urls\n"
        "from storefront_store import urls\n"
        "print(len(urls.urlpatterns) > 5)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"DJANGO_SETTINGS_MODULE": "storefront_store_testapp.settings", "PYTHONPATH": str(TESTS)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == "True\n", done.stderr
