from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from rest_framework.test import APIClient
from storefront_auth_testapp.paths import PUBLIC_PATHS

pytestmark = pytest.mark.django_db

BODIES: dict[str, bytes] = {
    "deep array": b"[" * 100_000 + b"]" * 100_000,
    "deep object": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep array, open": b"[" * 100_000,
    "deep array inside": b'{"username":' + b"[" * 400 + b"]" * 400 + b"}",
    "just too deep": b"[" * 65 + b"]" * 65,
    "NaN": b'{"username": NaN}',
    "Infinity": b'{"username": Infinity}',
    "invalid UTF-8": b'{"username": "\xff"}',
    "array": b"[]",
    "null": b"null",
    "number": b"1",
    "string": b'"x"',
    "nothing": b"",
    "half": b'{"username": ',
    "number with too many digits": b'{"username": ' + b"9" * 5000 + b"}",
    "UTF-16": '{"username": "x"}'.encode("utf-16"),
}


@pytest.mark.parametrize("path", PUBLIC_PATHS)
@pytest.mark.parametrize("name", BODIES)
def test_malformed_body_is_400(api: APIClient, path: str, name: str) -> None:
    response = api.post(f"/auth/{path}", BODIES[name], content_type="application/json")

    assert response.status_code == 400
    assert response["Content-Type"] == "application/json"
    assert not get_user_model().objects.exists()


@pytest.mark.parametrize("path", PUBLIC_PATHS)
@pytest.mark.parametrize("media_type", ["text/xml", "text/plain", "application/octet-stream", "x"])
def test_unsupported_media_type_is_415(api: APIClient, path: str, media_type: str) -> None:
    response = api.post(f"/auth/{path}", b"<a/>", content_type=media_type)

    assert response.status_code == 415
    assert response.json()["code"] == "unsupported_media_type"


@pytest.mark.parametrize("media_type", ["application/json", "application/x-www-form-urlencoded"])
def test_large_body_is_413(api: APIClient, media_type: str) -> None:
    response = api.post("/auth/jwt/create/", b'{"username": "' + b"x" * 10_000_000, content_type=media_type)

    assert response.status_code == 413
    assert response.json()["code"] == "body_too_large"


def test_large_multipart_field_is_413(api: APIClient) -> None:
    response = api.post("/auth/jwt/create/", {"username": "x" * 10_000_000}, format="multipart")

    assert response.status_code == 413


def test_body_size_limit_can_be_disabled(api: APIClient, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = None

    response = api.post("/auth/jwt/create/", {"username": "x" * 5_000_000, "password": "x"})

    assert response.status_code == 400
    assert "username" in response.json()


def test_too_many_form_fields_are_400(api: APIClient) -> None:
    body = "&".join(f"f{number}=1" for number in range(10_000))

    response = api.post("/auth/jwt/create/", body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 400
    assert response["Content-Type"] == "application/json"


def test_too_many_multipart_fields_are_400(api: APIClient) -> None:
    response = api.post("/auth/jwt/create/", {f"f{number}": "1" for number in range(2000)}, format="multipart")

    assert response.status_code == 400
    assert response["Content-Type"] == "application/json"


def test_multipart_body_without_boundary_is_400(api: APIClient) -> None:
    assert api.post("/auth/jwt/create/", b"x", content_type="multipart/form-data").status_code == 400


@pytest.mark.parametrize("charset", ["utf-16", "rot13", "hex", "zip", "nonsense"])
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_unsupported_charset_is_400(api: APIClient, kind: str, charset: str) -> None:
    response = api.post("/auth/jwt/create/", b"{}", content_type=f"{kind}; charset={charset}")

    assert response.status_code == 400
    assert response["Content-Type"] == "application/json"


@pytest.mark.parametrize("form", ["json", "multipart"])
def test_json_and_multipart_bodies_are_parsed(api: APIClient, user: Any, password: str, form: str) -> None:
    response = api.post("/auth/jwt/create/", {"username": "ann", "password": password}, format=form)

    assert response.status_code == 200


def test_urlencoded_body_is_parsed(api: APIClient, user: Any, password: str) -> None:
    body = f"username=ann&password={password}"

    assert api.post("/auth/jwt/create/", body, content_type="application/x-www-form-urlencoded").status_code == 200


def test_brackets_in_strings_and_siblings_are_not_counted_as_nesting(api: APIClient) -> None:
    body = json.dumps({"username": "[" * 200, "password": "x", "extra": [[1]] * 100})

    assert api.post("/auth/jwt/create/", body, content_type="application/json").status_code == 401


@pytest.mark.parametrize(("method", "path"), [("put", "jwt/create/"), ("get", "jwt/refresh/"), ("get", "jwt/logout/")])
def test_unsupported_method_is_405(api: APIClient, method: str, path: str) -> None:
    response = getattr(api, method)(f"/auth/{path}")

    assert response.status_code == 405
    assert response.json()["code"] == "method_not_allowed"
