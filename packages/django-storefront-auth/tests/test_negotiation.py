"""No Accept or Authorization header causes a server error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.urls.exceptions import NoReverseMatch
from rest_framework.test import APIClient

from storefront_auth.tokens import RefreshToken

pytestmark = pytest.mark.django_db

ROUTES = sorted({name for name, _ in json.loads(Path(__file__).with_name("urls_snapshot.json").read_text())})
HEADERS: dict[str, dict[str, str]] = {
    "nobody": {},
    "bad token": {"HTTP_AUTHORIZATION": "JWT bad"},
    "bad header": {"HTTP_AUTHORIZATION": "JWT a b c"},
}


def route_urls() -> list[str]:
    found = []
    for name in ROUTES:
        try:
            found.append(reverse(name))
        except NoReverseMatch:
            found.append(reverse(name, args=["1"]))
    return found


@pytest.mark.parametrize("who", [*HEADERS, "somebody"])
@pytest.mark.parametrize("accept", ["application/xml", "text/html", "image/*", ";;;", "application/json"])
@pytest.mark.parametrize("method", ["get", "post", "options", "put", "head"])
def test_accept_and_authorization_headers_cause_no_server_error(user: Any, who: str, accept: str, method: str) -> None:
    headers = HEADERS.get(who, {"HTTP_AUTHORIZATION": f"JWT {RefreshToken.for_user(user).access_token}"})
    client = APIClient(raise_request_exception=False)

    for address in route_urls():
        for place in (address, f"{address}?format=csv"):
            answer = getattr(client, method)(place, HTTP_ACCEPT=accept, **headers)
            assert answer.status_code < 500, (place, answer.content[:500])


def test_negotiation_precedes_authentication(user: Any) -> None:
    client = APIClient()

    assert client.get("/auth/users/me/", HTTP_ACCEPT="application/xml").status_code == 406
    assert client.get("/auth/users/me/", HTTP_AUTHORIZATION="JWT bad").status_code == 401
    assert client.options("/auth/users/").status_code == 200
