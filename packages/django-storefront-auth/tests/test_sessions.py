"""Sessions end together with tokens, and their password changes are throttled."""

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


def test_sessions_of_other_users_are_kept(client: Client, root: Any, make_user: Any) -> None:
    logout_everywhere(make_user())

    assert client.get("/admin/").status_code == 200


def test_session_without_version_is_ended(client: Client, root: Any) -> None:
    session = client.session
    del session["storefront_auth_version"]
    session.save()

    assert client.get("/admin/").status_code == 302


def test_user_of_session_is_loaded_in_one_query(client: Client, root: Any) -> None:
    from django.db import connection

    with CaptureQueriesContext(connection) as captured:
        client.get("/admin/password_change/")

    assert sum("storefront_auth_user" in query["sql"] for query in captured.captured_queries) == 1


def test_middleware_ignores_requests_without_session() -> None:
    assert SessionVersionMiddleware(lambda request: HttpResponse("fine"))(HttpRequest()).content == b"fine"


@pytest.mark.django_db(transaction=True)
def test_sessions_end_for_async_views_that_call_auser(make_user: Any) -> None:
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


def test_password_guesses_in_password_change_are_throttled(
    client: Client, root: Any, settings: Any, password: str
) -> None:
    settings.STOREFRONT_AUTH = {**settings.STOREFRONT_AUTH, "THROTTLE_RATES": {"password_account": (2, 60)}}
    new = {"new_password1": "battery-staple-9", "new_password2": "battery-staple-9"}

    answers = [
        client.post("/admin/password_change/", {"old_password": guess, **new}) for guess in ("wrong", "worse", password)
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1]["Retry-After"]) in range(1, 62)
    root.refresh_from_db()
    assert root.check_password(password)
