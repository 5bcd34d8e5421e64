"""Every public page responds without a server error to any method, format and token."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.core import mail
from django.test import Client

pytestmark = pytest.mark.django_db

PAGES = ["/", "/docs/", "/schema/", "/healthz", "/admin/login/", "/store/", "/tags/", "/playground/hello/cached/"]
HEADERS = {
    "plain": {},
    "xml": {"accept": "application/xml"},
    "bad token": {"authorization": "JWT nonsense"},
    "bad token for xml": {"authorization": "JWT nonsense", "accept": "application/xml"},
    "page": {"accept": "text/html"},
}


METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"]
QUERIES = ["", "?format=csv", "?format=json"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_cause_no_server_errors(path: str, settings: Any) -> None:
    settings.SLOW_SERVICE_URL = "http://127.0.0.1:1/"
    client = Client(raise_request_exception=False)

    statuses = {
        (method, query, name): client.generic(method, path + query, headers=headers).status_code
        for method, query, (name, headers) in product(METHODS, QUERIES, HEADERS.items())
    }

    assert {request: status for request, status in statuses.items() if status >= 500} == {}
    assert mail.outbox == []


def test_docs_page_lists_allowed_methods(client: Client) -> None:
    answer = client.options("/docs/")

    assert (answer.status_code, answer.headers["Allow"]) == (200, "GET, HEAD, OPTIONS")
