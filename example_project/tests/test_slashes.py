"""An unsafe request without a trailing slash gets a JSON error and no redirect."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["/store/carts", "/store/products/1", "/auth/profile", "/tags"])
def test_unsafe_request_without_slash_is_404(
    api_client: APIClient, settings: Any, debug: bool, method: str, path: str
) -> None:
    settings.DEBUG = debug

    answer = getattr(api_client, method)(path, {})

    assert answer.status_code == 404
    assert answer.json() == {"detail": f"This address needs a slash at its end: {path}/", "code": "missing_slash"}


def test_unknown_path_without_slash_is_404(api_client: APIClient) -> None:
    answer = api_client.post("/store/unknown", {})

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_get_without_slash_is_redirected(api_client: APIClient) -> None:
    answer = api_client.get("/store/products")

    assert (answer.status_code, answer.headers["Location"]) == (301, "/store/products/")
