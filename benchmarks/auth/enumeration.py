"""Measure whether the time of an answer tells if an account exists. See README.md."""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2] / "packages" / "django-storefront-auth"
LIMIT = 0.10
PASSWORD = "correct-horse-7"  # noqa: S105
BAD_LINK = "c8xq4r-" + "0" * 32


def set_up() -> Any:
    """Configure Django as the tests do, but with the real hasher, no throttles, and mail by SMTP in the background."""
    sys.path.insert(0, str(ROOT / "tests"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "storefront_auth_testapp.settings"
    from django.conf import global_settings, settings

    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 1
    settings.ALLOWED_HOSTS = ["*"]
    settings.DJOSER = {**settings.DJOSER, "SEND_ACTIVATION_EMAIL": True}
    settings.LOGGING = {"version": 1, "disable_existing_loggers": True}
    import django

    django.setup()
    from storefront_auth.conf import DEFAULTS

    settings.STOREFRONT_AUTH = {
        "FRONTEND_URL": "https://shop.example.com",
        "THROTTLE_RATES": dict.fromkeys(DEFAULTS["THROTTLE_RATES"]),
    }
    return settings


class Working:
    """A mail server's handler that takes everything."""

    async def handle_DATA(self, *args: Any) -> str:  # noqa: N802
        return "250 OK"


class Refusing:
    """A mail server's handler that takes nothing."""

    async def handle_RCPT(self, *args: Any) -> str:  # noqa: N802
        return "550 No such user"


@contextmanager
def mail_server(settings: Any, kind: str) -> Iterator[None]:
    """Run a mail server that works, refuses or hangs, and have Django send to it."""
    from aiosmtpd.controller import Controller

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = listener.getsockname()
        if kind == "hanging":
            listener.listen(1000)
            yield
            return
    handler = Working() if kind == "working" else Refusing()
    controller = Controller(handler, hostname="127.0.0.1", port=settings.EMAIL_PORT)
    controller.start()
    yield
    controller.stop()


def make_accounts() -> dict[str, Any]:
    """Return an account in each state; the missing one was never saved."""
    from django.contrib.auth import get_user_model

    from storefront_auth.models import TokenState

    model = get_user_model()
    accounts = {
        name: model.objects.create_user(username=name, email=f"{name}@example.com", password=PASSWORD)
        for name in ("active", "inactive")
    }
    accounts["missing"] = model(pk=10**9, username="missing", email="missing@example.com", password=None)
    model.objects.filter(username="inactive").update(is_active=False)
    TokenState.objects.create(user=accounts["active"])
    TokenState.objects.create(user=accounts["inactive"], awaits_activation=True)
    return accounts


def endpoints() -> dict[str, Callable[[Any], Any]]:
    """Return the six open endpoints, each as a request for an account."""
    from rest_framework.test import APIClient

    from storefront_auth.accounts import links
    from storefront_auth.tokens import RefreshToken

    post = APIClient().post

    def old_token(account: Any) -> str:
        token = RefreshToken()
        token["user_id"], token["ver"], token["pwd"] = str(account.pk), 1, "x"
        return str(token)

    def link(account: Any) -> dict[str, str]:
        return {"uid": links.encode_uid(account), "token": BAD_LINK}

    return {
        "login": lambda account: post("/auth/jwt/create/", {"username": account.username, "password": "wrong-one-1"}),
        "refresh": lambda account: post("/auth/jwt/refresh/", {"refresh": old_token(account)}),
        "activation": lambda account: post("/auth/users/activation/", link(account)),
        "resend activation": lambda account: post("/auth/users/resend_activation/", {"email": account.email}),
        "reset password": lambda account: post("/auth/users/reset_password/", {"email": account.email}),
        "reset username": lambda account: post("/auth/users/reset_username/", {"email": account.email}),
    }


def settle() -> None:
    """Wait until the mail of the request before is out, for its threads would slow down the request that follows."""
    from storefront_auth.accounts import mail

    deadline = time.monotonic() + 0.2
    while mail._room()._value < mail.MAX_WAITING and time.monotonic() < deadline:  # type: ignore[attr-defined]
        time.sleep(0.001)


def medians(
    request: Callable[[Any], Any], one: Any, other: Any, pairs: int, clock: Callable[[], float]
) -> tuple[float, float]:
    """Return the median times, in milliseconds, of interleaved requests for two accounts.

    Args:
        request: sends one for an account.
        one: the first account.
        other: the second.
        pairs: how many of each.
        clock: what to measure with.
    """
    times: dict[int, list[float]] = {0: [], 1: []}
    statuses = set()
    for number in range(pairs + 5):
        # Which of the two comes first alternates, so that neither profits from the other.
        for place in (0, 1) if number % 2 else (1, 0):
            settle()
            started = clock()
            response = request((one, other)[place])
            took = clock() - started
            statuses.add((response.status_code, response.content))
            if number >= 5:
                times[place].append(took * 1000)
    if len(statuses) > 1:
        sys.exit(f"The answers differ: {statuses}")
    return statistics.median(times[0]), statistics.median(times[1])


def main() -> int:
    """Print a table; return 1 if two medians differ by more than the limit."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pairs", type=int, default=200)
    arguments.add_argument("--mail", choices=["working", "refusing", "hanging"], default="working")
    arguments.add_argument("--endpoint", action="append", help="Only this one; may be given again.")
    arguments.add_argument("--cpu", action="store_true", help="Measure the CPU time of the request's thread instead.")
    options = arguments.parse_args()
    clock = time.thread_time if options.cpu else time.perf_counter
    settings = set_up()
    from django.db import connection
    from django.test.runner import DiscoverRunner

    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    worst = 0.0
    lines = [
        (
            f"{options.pairs} interleaved pairs each, {connection.vendor}, mail server {options.mail}, "
            f"{'CPU' if options.cpu else 'wall'} time"
        ),
        "",
        "| endpoint | account | median ms | missing account, median ms | difference |",
        "|---|---|---|---|---|",
    ]
    with mail_server(settings, options.mail):
        accounts = make_accounts()
        for name, request in endpoints().items():
            if options.endpoint and name not in options.endpoint:
                continue
            for state in ("active", "inactive"):
                known, missing = medians(request, accounts[state], accounts["missing"], options.pairs, clock)
                worst = max(worst, abs(known / missing - 1))
                lines.append(f"| {name} | {state} | {known:.2f} | {missing:.2f} | {known / missing - 1:+.1%} |")
                print(lines[-1], file=sys.stderr)  # noqa: T201
        print("\n".join(lines))  # noqa: T201
        from storefront_auth.accounts import mail

        mail._workers().shutdown(cancel_futures=True)
    runner.teardown_databases(databases)
    return int(worst > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
