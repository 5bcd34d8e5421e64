"""Below the API's prefixes every error is JSON, also where no view of the API was asked."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.views.decorators.http import require_POST


def crash(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a secret detail")


def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("a secret detail")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


@require_POST
def post_only(request: HttpRequest) -> HttpResponse:
    return HttpResponse("done")


views = {"crash": crash, "suspicious": suspicious, "forbidden": forbidden, "post": post_only}
urlpatterns = [path(f"{prefix}/{name}/", view) for prefix in ("store", "pages") for name, view in views.items()]

ERRORS = [
    ("crash", 500, "error"),
    ("suspicious", 400, "bad_request"),
    ("forbidden", 403, "permission_denied"),
    ("post", 405, "method_not_allowed"),
    ("unknown", 404, "not_found"),
]


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(("name", "status", "code"), ERRORS)
def test_an_error_below_the_api_is_json(client: Client, name: str, status: int, code: str) -> None:
    answer = client.get(f"/store/{name}/")

    assert answer.status_code == status
    assert answer.json().keys() == {"detail", "code"}
    assert answer.json()["code"] == code
    assert "secret" not in answer.content.decode()


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(("name", "status", "code"), ERRORS)
def test_an_error_elsewhere_is_a_page(client: Client, name: str, status: int, code: str) -> None:
    answer = client.get(f"/pages/{name}/")

    assert answer.status_code == status
    assert not answer.headers["Content-Type"].startswith("application/json")


@pytest.mark.urls(__name__)
def test_the_headers_of_the_replaced_page_stay(client: Client) -> None:
    assert client.get("/store/post/").headers["Allow"] == "POST"


@pytest.mark.urls(__name__)
def test_a_failed_csrf_check_is_json() -> None:
    answer = Client(enforce_csrf_checks=True).post("/store/post/")

    assert answer.status_code == 403
    assert answer.json()["code"] == "permission_denied"


@pytest.mark.urls(__name__)
def test_unknown_paths_are_json_in_debug_mode_too(client: Client, settings: Any) -> None:
    settings.DEBUG = True

    answer = client.get("/store/unknown/")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.urls(__name__)
def test_a_developer_sees_the_page_of_a_crash(client: Client, settings: Any) -> None:
    settings.DEBUG = True

    assert "a secret detail" in client.get("/store/crash/").content.decode()


@pytest.mark.parametrize("prefix", ["store/products", "tags", "likes", "auth/users"])
@pytest.mark.parametrize("tail", ["%00/", "1%00/", "%FF%FE/", "%C3%28/", "%ED%A0%80/", "%2e%2e/", "a%0d%0ab/"])
@pytest.mark.django_db
def test_a_strange_path_is_refused_in_json(client: Client, prefix: str, tail: str) -> None:
    answer = client.get(f"/{prefix}/{tail}")

    assert answer.status_code in (401, 404)
    assert answer.json()["detail"]


def test_a_foreign_host_is_refused_in_json(client: Client) -> None:
    answer = client.get("/store/products/", headers={"host": "evil.example"})

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
