"""Under the API's prefixes every error is JSON, also outside of the API's views."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from http import HTTPStatus
from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from asgiref.testing import ApplicationCommunicator
from django.core import mail
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client
from django.urls import path
from django.views.decorators.http import require_POST

from storefront.settings import services


def crash(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a secret detail")


def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("a secret detail")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def query(request: HttpRequest) -> HttpResponse:
    return JsonResponse(request.GET.dict())


@require_POST
def post_only(request: HttpRequest) -> HttpResponse:
    return HttpResponse("done")


views = {"crash": crash, "suspicious": suspicious, "forbidden": forbidden, "post": post_only, "query": query}
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
def test_errors_under_api_prefix_are_json(client: Client, name: str, status: int, code: str) -> None:
    answer = client.get(f"/store/{name}/")

    assert answer.status_code == status
    assert answer.json().keys() == {"detail", "code"}
    assert answer.json()["code"] == code
    assert "secret" not in answer.content.decode()


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(("name", "status", "code"), ERRORS)
def test_only_server_errors_are_mailed_to_admins(client: Client, name: str, status: int, code: str) -> None:
    client.get(f"/store/{name}/")

    assert len(mail.outbox) == (status >= HTTPStatus.INTERNAL_SERVER_ERROR)


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    "value",
    [
        "redis://:{secret}@10.0.0.1:6379/1",
        "redis://10.0.0.1:6379/1?password={secret}&protocol=3",
        "sentinel://:{secret}@10.0.0.2:26379;sentinel://:{secret}@10.0.0.1:26379",
        ["https://shop:p@/{secret}@10.0.0.1/"],
        services.caches("redis://user:{secret}@10.0.0.1:6379/2"),
        services.database("postgres://shop:{secret}@10.0.0.1/shop"),
        dataclasses.asdict(services.mail("smtp+tls://shop:{secret}@10.0.0.1")),
        services.media("s3://key:{secret}@pictures/media?endpoint_url=https://10.0.0.1"),
    ],
)
def test_error_report_contains_no_passwords(
    client: Client, settings: Any, caplog: pytest.LogCaptureFixture, value: Any
) -> None:
    settings.SERVICE = json.loads(json.dumps(value).replace("{secret}", "hunter2"))

    client.get("/store/crash/", headers={"referer": "https://me:hunter2@elsewhere.example/page"})

    [report] = mail.outbox
    assert "RuntimeError" in report.body
    assert "10.0.0.1" in report.body
    assert "elsewhere.example/page" in report.body
    assert "hunter2" not in report.message().as_string()
    assert "hunter2" not in caplog.text


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(("name", "status", "code"), ERRORS)
def test_errors_outside_api_are_not_json(client: Client, name: str, status: int, code: str) -> None:
    answer = client.get(f"/pages/{name}/")

    assert answer.status_code == status
    assert not answer.headers["Content-Type"].startswith("application/json")


@pytest.mark.urls(__name__)
def test_headers_of_replaced_response_are_kept(client: Client) -> None:
    assert client.get("/store/post/").headers["Allow"] == "POST"


@pytest.mark.urls(__name__)
def test_csrf_failure_is_json() -> None:
    answer = Client(enforce_csrf_checks=True).post("/store/post/")

    assert answer.status_code == 403
    assert answer.json()["code"] == "permission_denied"


@pytest.mark.urls(__name__)
def test_unknown_paths_are_json_in_debug_mode(client: Client, settings: Any) -> None:
    settings.DEBUG = True

    answer = client.get("/store/unknown/")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.urls(__name__)
def test_debug_page_shows_exception(client: Client, settings: Any) -> None:
    settings.DEBUG = True

    assert "a secret detail" in client.get("/store/crash/").content.decode()


@pytest.mark.parametrize("prefix", ["store/products", "tags", "likes", "auth/users"])
@pytest.mark.parametrize("tail", ["%00/", "1%00/", "%FF%FE/", "%C3%28/", "%ED%A0%80/", "%2e%2e/", "a%0d%0ab/"])
@pytest.mark.django_db
def test_malformed_path_error_is_json(client: Client, prefix: str, tail: str) -> None:
    answer = client.get(f"/{prefix}/{tail}")

    assert answer.status_code in (401, 404)
    assert answer.json()["detail"]


@pytest.mark.parametrize("letters", [256, 4200])
def test_media_file_with_too_long_name_is_404(client: Client, settings: Any, letters: int) -> None:
    settings.MEDIA_ROOT.mkdir()

    assert client.get(f"/media/{'a' * letters}").status_code == 404


def test_disallowed_host_error_is_json(client: Client) -> None:
    answer = client.get("/store/products/", headers={"host": "evil.example"})

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


# WSGI and ASGI requests as servers create them. With Django's test client, errors would be raised in the test.


def ask_wsgi(path: str, query: str, content_type: str, body: bytes = b"") -> tuple[int, Any]:
    from storefront.wsgi import application

    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST" if body else "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": "testserver",
        "wsgi.input": BytesIO(body),
    }
    setup_testing_defaults(environ)
    statuses: list[str] = []
    response = application(environ, lambda status, headers: statuses.append(status))
    body = b"".join(response)
    response.close()
    return int(statuses[0].split()[0]), json.loads(body)


def ask_asgi(path: str, query: str, content_type: str) -> tuple[int, Any]:
    from storefront.asgi import application

    headers = [(b"host", b"testserver"), (b"content-type", content_type.encode())]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": headers}

    async def ask() -> tuple[int, Any]:
        communicator = ApplicationCommunicator(application, scope)
        await communicator.send_input({"type": "http.request", "body": b""})
        start, body = [await communicator.receive_output(10) for _ in range(2)]
        await communicator.wait()
        return start["status"], json.loads(body["body"])

    return asyncio.run(ask())


@pytest.mark.django_db
@pytest.mark.urls(__name__)
@pytest.mark.parametrize("ask", [ask_wsgi, ask_asgi])
@pytest.mark.parametrize("charset", ["", "; charset=utf-8", "; charset=latin-1", "; charset=hex"])
def test_too_many_fields_error_is_json(ask: Any, charset: str) -> None:
    status, answer = ask("/store/query/", "a&" * 1001, f"application/json{charset}")

    assert (status, answer["code"]) == (HTTPStatus.BAD_REQUEST, "bad_request")


@pytest.mark.django_db
@pytest.mark.urls(__name__)
@pytest.mark.parametrize("ask", [ask_wsgi, ask_asgi])
@pytest.mark.parametrize(
    "charset",
    ["=utf-8", "=latin-1", "=utf-16", "=hex", "=idna", "=undefined", "=unknown", "=", "*=hex''a", "*=unknown''a",
     "*=utf-8''%00"],
)  # fmt: skip
def test_query_is_decoded_as_utf_8_for_any_charset(ask: Any, charset: str) -> None:
    assert ask("/store/query/", "a=%C3%A9", f"text/plain; charset{charset}") == (HTTPStatus.OK, {"a": "é"})


@pytest.mark.django_db
def test_malformed_charset_of_body_is_415() -> None:
    status, answer = ask_wsgi("/store/carts/", "", "application/json; charset*=unknown''a", body=b"{}")

    assert (status, answer["code"]) == (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type")
