"""Every route of the site rejects malicious request bodies without a server error."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db

ENDPOINTS = [
    ("post", "/auth/users/"),
    ("post", "/auth/jwt/create/"),
    ("post", "/auth/jwt/refresh/"),
    ("post", "/auth/jwt/verify/"),
    ("post", "/auth/users/reset_password/"),
    ("put", "/auth/users/me/"),
    ("patch", "/auth/profile/"),
    ("post", "/store/products/"),
    ("post", "/store/collections/"),
    ("post", "/store/carts/"),
    ("post", "/store/orders/"),
    ("patch", "/store/customers/me/"),
    ("post", "/store/customers/me/addresses/"),
    ("post", "/tags/"),
]
DEEP = 100_000
BODIES: dict[str, bytes] = {
    "deep arrays": b"[" * DEEP + b"]" * DEEP,
    "deep objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "NaN": b'{"title": NaN}',
    "infinity": b'{"title": -Infinity}',
    "lone surrogate": b'{"title": "\\ud800", "username": "\\ud800", "display_name": "\\ud800"}',
    "invalid UTF-8": b'{"title": "\xff\xfe"}',
    "array": b"[1, 2]",
    "null": b"null",
    "number": b"1",
    "string": b'"text"',
    "truncated": b'{"title": "ke',
    "UTF-16": '{"title": "kettle"}'.encode("utf-16"),
}


@pytest.fixture
def staff(authenticate: Callable[..., APIClient]) -> APIClient:
    return authenticate("boss", is_staff=True, is_superuser=True)


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_invalid_body_is_400(staff: APIClient, method: str, path: str, body: bytes) -> None:
    answer = getattr(staff, method)(path, body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_body_over_size_limit_is_rejected(staff: APIClient, settings: Any, method: str, path: str) -> None:
    body = json.dumps({"title": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)})

    answer = getattr(staff, method)(path, body, content_type="application/json")

    assert answer.status_code in (400, 413)
    assert answer.json()["detail"]


@pytest.mark.parametrize("content_type", ["text/xml", "text/plain", "application/octet-stream"])
@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_unsupported_content_type_is_415(staff: APIClient, method: str, path: str, content_type: str) -> None:
    answer = getattr(staff, method)(path, b"<title/>", content_type=content_type)

    assert answer.status_code == 415
    assert answer.json()["detail"]


@pytest.mark.parametrize("query", ["%00", "%FF", "%ED%A0%80", "a" * 5000])
@pytest.mark.parametrize(
    "parameter", ["search", "page", "page_size", "ordering", "cursor", "collection_id", "unit_price__gt"]
)
@pytest.mark.parametrize("path", ["/store/products/", "/tags/", "/likes/", "/store/orders/"])
def test_malformed_query_causes_no_server_error(staff: APIClient, path: str, parameter: str, query: str) -> None:
    answer = staff.get(f"{path}?{parameter}={query}")

    assert answer.status_code in (200, 400, 404)
    assert answer.headers["Content-Type"].startswith("application/json")
