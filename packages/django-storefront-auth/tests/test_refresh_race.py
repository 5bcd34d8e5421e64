from __future__ import annotations

import os
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from rest_framework.test import APIClient
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken

from storefront_auth.accounts import links
from storefront_auth.conf import DEFAULTS
from storefront_auth.tokens import RefreshToken

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

ROUNDS = int(os.environ.get("RACE_ROUNDS", "5"))
CLIENTS = 8


def at_once(function: Any, count: int, pool: ThreadPoolExecutor) -> list[Any]:
    """Call ``function`` in as many threads, which start together."""
    barrier = threading.Barrier(count)

    def call(number: int) -> Any:
        barrier.wait(30)
        return function(number)

    return list(pool.map(call, range(count)))


@pytest.fixture
def pool() -> Any:
    """Threads that keep their connections, as the workers of a server do."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        yield pool
        at_once(lambda _: connections.close_all(), CLIENTS, pool)


def test_one_of_parallel_refreshes_succeeds(user: Any, pool: ThreadPoolExecutor) -> None:
    outcomes: Counter[tuple[int, ...]] = Counter()
    token = str(RefreshToken.for_user(user))
    for _ in range(ROUNDS):
        spent = token
        answers = at_once(lambda _, spent=spent: APIClient().post("/auth/jwt/refresh/", {"refresh": spent}), 8, pool)
        outcomes[tuple(sorted(answer.status_code for answer in answers))] += 1
        winners = [answer for answer in answers if answer.status_code == 200]
        # Reuse within the grace ends nothing: the winner's token serves the next round.
        token = winners[0].json()["refresh"] if winners else str(RefreshToken.for_user(user))

    assert outcomes == {(200,) + (401,) * 7: ROUNDS}
    assert BlacklistedToken.objects.count() == ROUNDS


def test_one_of_parallel_logouts_succeeds(user: Any, pool: ThreadPoolExecutor) -> None:
    token = str(RefreshToken.for_user(user))

    answers = at_once(lambda _: APIClient().post("/auth/jwt/logout/", {"refresh": token}), CLIENTS, pool)

    assert sorted(answer.status_code for answer in answers) == [204] + [401] * 7


@pytest.mark.parametrize(
    "bodies",
    [
        [{"username": "bea", "email": f"bea{number}@example.com"} for number in range(8)],
        [{"username": ["bea", "BEA"][number % 2], "email": f"bea{number}@example.com"} for number in range(8)],
        [{"username": f"bea{number}", "email": ["Bea@x.org", "bea@X.org"][number % 2]} for number in range(8)],
    ],
    ids=["one name", "one name in two spellings", "one address in two spellings"],
)
def test_one_of_parallel_registrations_succeeds(
    db: None, pool: ThreadPoolExecutor, bodies: list[dict[str, str]]
) -> None:
    answers = at_once(
        lambda number: APIClient().post("/auth/users/", {**bodies[number], "password": "correct-horse-7"}),
        CLIENTS,
        pool,
    )

    assert sorted(answer.status_code for answer in answers) == [201] + [400] * 7
    assert {field for answer in answers if answer.status_code == 400 for field in answer.json()} in (
        {"username"},
        {"email"},
    )
    assert get_user_model().objects.count() == 1


def test_link_used_in_parallel_succeeds_once(user: Any, pool: ThreadPoolExecutor) -> None:
    link = {"uid": links.encode_uid(user), "token": links.password_reset.make_token(user)}

    answers = at_once(
        lambda number: APIClient().post(
            "/auth/users/reset_password_confirm/", {**link, "new_password": f"battery-staple-{number}"}
        ),
        CLIENTS,
        pool,
    )

    assert sorted(answer.status_code for answer in answers) == [204] + [400] * 7


def patch_address(client: APIClient, user: Any, refresh: str) -> Any:
    body = {"email": f"new{user.pk}@example.com", "current_password": "correct-horse-7"}
    return client.patch("/auth/users/me/", body)


def patch_profile(client: APIClient, user: Any, refresh: str) -> Any:
    return client.patch("/auth/profile/", {"display_name": "An"})


def log_in(client: APIClient, user: Any, refresh: str) -> Any:
    return APIClient().post("/auth/jwt/create/", {"username": user.username, "password": "correct-horse-7"})


def refresh(client: APIClient, user: Any, refresh: str) -> Any:
    return client.post("/auth/jwt/refresh/", {"refresh": refresh})


def delete(client: APIClient, user: Any, refresh: str) -> Any:
    return client.delete("/auth/users/me/", {"current_password": "correct-horse-7"})


@pytest.mark.parametrize(
    "rivals",
    [(patch_address,), (patch_profile, log_in), (refresh, refresh), (delete,)],
    ids=lambda rivals: " ".join(rival.__name__ for rival in rivals),
)
def test_deletion_concurrent_with_other_writes_causes_no_server_error(
    make_user: Any, pool: ThreadPoolExecutor, settings: Any, rivals: tuple[Any, ...]
) -> None:
    settings.DJOSER = {**settings.DJOSER, "SEND_ACTIVATION_EMAIL": True}
    settings.STOREFRONT_AUTH = {**settings.STOREFRONT_AUTH, "THROTTLE_RATES": dict.fromkeys(DEFAULTS["THROTTLE_RATES"])}
    statuses = set()
    for number in range(2 * ROUNDS):
        user = make_user(username=f"person{number}")
        token = RefreshToken.for_user(user)
        calls = (delete, *rivals)

        def call(number: int, user: Any = user, token: RefreshToken = token, calls: Any = calls) -> Any:
            client = APIClient(raise_request_exception=False)
            client.credentials(HTTP_AUTHORIZATION=f"JWT {token.access_token}")
            return calls[number](client, user, str(token))

        statuses |= {answer.status_code for answer in at_once(call, len(calls), pool)}

    # Requests after the deletion find no account, by token, name or key.
    assert statuses <= {200, 204, 401, 404}


def test_parallel_first_logins_all_succeed(user: Any, password: str, pool: ThreadPoolExecutor) -> None:
    answers = at_once(
        lambda number: APIClient().post(
            "/auth/jwt/create/", {"username": "ann", "password": password}, REMOTE_ADDR=f"10.0.0.{number}"
        ),
        4,
        pool,
    )

    assert [answer.status_code for answer in answers] == [200] * 4
    tokens = [answer.json()["access"] for answer in answers]
    checks = [APIClient().get("/auth/users/me/", HTTP_AUTHORIZATION=f"JWT {token}").status_code for token in tokens]
    assert checks == [200] * 4
