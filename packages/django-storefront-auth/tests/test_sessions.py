"""Sessions end together with tokens, and don't guess passwords."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import aget_user
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext

from storefront_auth.middleware import SessionVersionMiddleware
from storefront_auth.services.tokens import logout_everywhere

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client: Client, make_user: Any, password: str) -> Any:
    root = make_user(username="root", is_staff=True, is_superuser=True)
    assert client.login(username="root", password=password)
    return root


def test_logging_out_everywhere_ends_sessions(client: Client, root: Any, as_user: Any) -> None:
    assert client.get("/admin/").status_code == 200

    assert as_user(root).post("/auth/jwt/logout_all/").status_code == 204

    assert client.get("/admin/").status_code == 302
    assert "_auth_user_id" not in client.session
    client.force_login(root, "storefront_auth.backends.AccountBackend")
    assert client.get("/admin/").status_code == 200


def test_other_sessions_stay(client: Client, root: Any, make_user: Any) -> None:
    logout_everywhere(make_user())

    assert client.get("/admin/").status_code == 200


def test_a_session_from_before_the_installation_ends(client: Client, root: Any) -> None:
    session = client.session
    del session["storefront_auth_version"]
    session.save()

    assert client.get("/admin/").status_code == 302


def test_the_user_of_a_session_is_read_by_one_statement(client: Client, root: Any) -> None:
    from django.db import connection

    with CaptureQueriesContext(connection) as captured:
        client.get("/admin/password_change/")

    assert sum("storefront_auth_user" in query["sql"] for query in captured.captured_queries) == 1


def test_a_project_without_sessions_is_left_alone() -> None:
    assert SessionVersionMiddleware(lambda request: HttpResponse("fine"))(HttpRequest()).content == b"fine"


@pytest.mark.django_db(transaction=True)
def test_sessions_end_for_views_that_ask_for_the_user_later(make_user: Any) -> None:
    user, seen = make_user(), []

    async def view(request: Any) -> HttpResponse:
        seen.append((await request.auser()).is_authenticated)
        return HttpResponse()

    async def visit(client: AsyncClient) -> None:
        request = HttpRequest()
        request.session = await client.asession()

        async def auser() -> Any:
            return await aget_user(request)

        request.user, request.auser = None, auser  # type: ignore[assignment]
        await SessionVersionMiddleware(view)(request)  # type: ignore[misc]

    client = AsyncClient()
    client.force_login(user, "storefront_auth.backends.AccountBackend")
    async_to_sync(visit)(client)
    logout_everywhere(user)
    async_to_sync(visit)(client)

    assert seen == [True, False]


def test_a_stolen_session_does_not_guess_the_password(client: Client, root: Any, settings: Any, password: str) -> None:
    settings.STOREFRONT_AUTH = {**settings.STOREFRONT_AUTH, "THROTTLE_RATES": {"password_account": (2, 60)}}
    new = {"new_password1": "battery-staple-9", "new_password2": "battery-staple-9"}

    answers = [
        client.post("/admin/password_change/", {"old_password": guess, **new}) for guess in ("wrong", "worse", password)
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1]["Retry-After"]) in range(1, 62)
    root.refresh_from_db()
    assert root.check_password(password)
