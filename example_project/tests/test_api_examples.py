"""The examples in the store's documentation match the responses of the example project."""

from __future__ import annotations

import json
from typing import Any

import pytest
from api_examples import DOCUMENT, EXAMPLE, Request, differences, parse_answer, parse_json, parse_request, replay
from django.core.management import call_command
from rest_framework.test import APIClient


@pytest.fixture
def demo(db: None) -> None:
    """The sample data of ``make demo``: catalogue, accounts, shipping methods and voucher."""
    call_command("seed_store", "--no-images", verbosity=0)
    call_command("seed_demo", "--no-sales", verbosity=0)


def test_documented_responses_match_actual_responses(demo: None, settings: Any) -> None:
    settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "THROTTLE_RATES": {}}
    client = APIClient(raise_request_exception=False)

    def send(request: Request) -> tuple[int, Any]:
        body = b"" if request.body is None else json.dumps(request.body).encode()
        answer = client.generic(
            request.method, request.path, body, content_type="application/json", headers=request.headers
        )
        return answer.status_code, parse_json(answer.content or b"null")

    assert replay(DOCUMENT.read_text(), send) == []


def test_every_store_route_has_example() -> None:
    documented = {parse_request(example["request"]).path for example in EXAMPLE.finditer(DOCUMENT.read_text())}

    for route in (
        "collections",
        "products",
        "promotions",
        "carts",
        "groups",
        "facets",
        "quote",
        "shipping-methods",
        "orders",
        "customers",
        "reviews",
        "images",
        "items",
    ):
        assert any(f"/{route}/" in path for path in documented)


def test_differences_between_responses_are_detected() -> None:
    status, body = parse_answer('// 200\n{"id": "{order}", "rows": [{"n": 1}], "at": "{*}"}')

    assert status == 200
    assert differences(body, {"id": 7, "rows": [{"n": 1}, {"n": 2}], "at": "now"}, {}) == []
    assert differences(body, {"id": 7, "rows": [{"n": 2}], "at": "now"}, {}) != []
    assert differences(body, {"id": 7, "rows": [], "at": "now"}, {}) != []
    assert differences(body, {"id": 7, "rows": [{"n": 1}]}, {}) != []
    assert differences(body, {"rows": [{"n": 1}], "id": 7, "at": "now"}, {}) != []
    assert differences(parse_json("[1.5, 2, true]"), parse_json("[1.5, 2, true]"), {}) == []
    assert [differences(parse_json("1.50"), parse_json(other), {}) == [] for other in ("1.5", "1.500", "1.50")] == [
        False,
        False,
        True,
    ]
    assert differences(parse_json("1"), parse_json("1.0"), {}) != []
    assert differences(parse_json("1"), parse_json("true"), {}) != []
    assert differences("{order}", 8, {"order": 7}) != []
