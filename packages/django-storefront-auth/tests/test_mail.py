from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.contrib.auth import get_user_model
from django.core import mail as django_mail
from django.db import transaction
from rest_framework.test import APIClient
from storefront_auth_testapp.mailing import send_to, wait_for_mail_threads

from storefront_auth.accounts import mail
from storefront_auth.models import TokenState

NEW = {"username": "bea", "email": "bea@example.com", "password": "correct-horse-7"}


def wait_for(condition: Callable[[], Any], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.01)


class Mailbox:
    """Keeps what a mail server receives."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"


class RejectingHandler:
    async def handle_RCPT(self, *args: Any) -> str:  # noqa: N802
        return "550 No such user"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def smtp(settings: Any) -> Iterator[Callable[[Any], None]]:
    """Start a mail server with the given behaviour and have Django send to it."""
    controllers = []

    def start(handler: Any) -> None:
        controller = Controller(handler, hostname="127.0.0.1", port=free_port())
        controller.start()
        controllers.append(controller)
        send_to(settings, "127.0.0.1", controller.port)
        settings.STOREFRONT_AUTH = {
            **settings.STOREFRONT_AUTH,
            "MAIL_SENDER": "storefront_auth.accounts.mail.send_in_background",
        }

    yield start
    for controller in controllers:
        controller.stop()


def link_in(message: EmailMessage) -> dict[str, str]:
    """Return the parts of the link that a mail holds, in its text and in its HTML alike."""
    bodies = [message.get_body((kind,)).get_content() for kind in ("plain", "html")]  # type: ignore[union-attr]
    urls = [set(re.findall(r'https://[^\s"<]+', body)) for body in bodies]
    assert urls[0] == urls[1]
    assert len(urls[0]) == 1
    uid, token = urls[0].pop().split("/")[-2:]
    return {"uid": uid, "token": token}


@pytest.mark.django_db(transaction=True)
def test_activation_mail_is_delivered_and_link_works(api: APIClient, smtp: Any, activation_on: None) -> None:
    mailbox = Mailbox()
    smtp(mailbox)

    registered = api.post("/auth/users/", NEW, HTTP_HOST="testserver")
    wait_for(lambda: mailbox.messages)
    inactive = api.post("/auth/jwt/create/", {"username": "bea", "password": NEW["password"]})
    followed = api.post("/auth/users/activation/", link_in(mailbox.messages[0]))
    again = api.post("/auth/users/activation/", link_in(mailbox.messages[0]))
    active = api.post("/auth/jwt/create/", {"username": "bea", "password": NEW["password"]})

    assert registered.status_code == 201
    assert (inactive.status_code, followed.status_code, again.status_code, active.status_code) == (401, 204, 400, 200)
    message = mailbox.messages[0]
    assert message["To"] == "bea@example.com"
    assert message["Subject"] == "Example Shop: Activate your account"
    assert "testserver" not in message.as_string()


@pytest.mark.django_db(transaction=True)
def test_password_reset_mail_is_delivered_and_link_works_once(api: APIClient, smtp: Any, user: Any) -> None:
    mailbox = Mailbox()
    smtp(mailbox)

    asked = api.post("/auth/users/reset_password/", {"email": "ANN@example.com"}, HTTP_X_FORWARDED_HOST="evil.example")
    wait_for(lambda: mailbox.messages)
    link = link_in(mailbox.messages[0])
    weak = api.post("/auth/users/reset_password_confirm/", {**link, "new_password": "password"})
    done = api.post("/auth/users/reset_password_confirm/", {**link, "new_password": "battery-staple-9"})
    again = api.post("/auth/users/reset_password_confirm/", {**link, "new_password": "battery-staple-8"})

    assert (asked.status_code, weak.status_code, done.status_code, again.status_code) == (204, 400, 204, 400)
    assert "new_password" in weak.json()
    assert again.json() == {"token": ["The link is invalid or has expired."]}
    user.refresh_from_db()
    assert user.check_password("battery-staple-9")
    assert "evil.example" not in mailbox.messages[0].as_string()


@pytest.mark.django_db(transaction=True)
def test_username_reset_mail_is_delivered_and_link_works_once(
    api: APIClient, smtp: Any, user: Any, make_user: Any
) -> None:
    make_user(username="bob")
    mailbox = Mailbox()
    smtp(mailbox)

    api.post("/auth/users/reset_username/", {"email": "ann@example.com"})
    wait_for(lambda: mailbox.messages)
    link = link_in(mailbox.messages[0])
    taken = api.post("/auth/users/reset_username_confirm/", {**link, "new_username": "Bob"})
    done = api.post("/auth/users/reset_username_confirm/", {**link, "new_username": "eve"})
    again = api.post("/auth/users/reset_username_confirm/", {**link, "new_username": "eva"})

    assert (taken.status_code, done.status_code, again.status_code) == (400, 204, 400)
    assert "new_username" in taken.json()
    user.refresh_from_db()
    assert user.username == "eve"


ENDPOINTS = ["reset_password", "reset_username", "resend_activation"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("email", ["ann@example.com", "nobody@example.com", "sleeping@example.com"])
@pytest.mark.parametrize("trouble", ["refuses", "hangs", "is away", "has no name"])
def test_mail_server_failures_do_not_affect_response(
    api: APIClient, smtp: Any, user: Any, make_user: Any, settings: Any, path: str, email: str, trouble: str
) -> None:
    TokenState.objects.create(user=make_user(username="sleeping", is_active=False), awaits_activation=True)
    smtp(RejectingHandler())
    hanging = socket.socket()
    hanging.bind(("127.0.0.1", 0))
    hanging.listen()
    match trouble:
        case "hangs":
            send_to(settings, "127.0.0.1", hanging.getsockname()[1], timeout=10)
        case "is away":
            send_to(settings, "127.0.0.1", free_port())
        case "has no name":
            send_to(settings, "no-such-host.invalid", free_port())

    started = time.perf_counter()
    response = api.post(f"/auth/users/{path}/", {"email": email})
    took = time.perf_counter() - started

    assert response.status_code == 204
    assert not response.content
    assert took < 5, "The answer has waited for the mail server."
    hanging.close()  # which ends the wait for it
    wait_for_mail_threads()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ENDPOINTS)
def test_failing_sender_is_logged_and_does_not_affect_response(
    api: APIClient, user: Any, settings: Any, path: str, caplog: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.STOREFRONT_AUTH = {**settings.STOREFRONT_AUTH, "MAIL_SENDER": "storefront_auth_testapp.senders.broken"}

    with django_capture_on_commit_callbacks(execute=True):
        response = api.post(f"/auth/users/{path}/", {"email": "ann@example.com"})

    assert response.status_code == 204
    assert "broken on purpose" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_mail_is_sent_on_commit_only(user: Any) -> None:
    composed = mail.compose("confirmation", user)

    with transaction.atomic():
        mail.dispatch(composed)
        assert not django_mail.outbox
    assert len(django_mail.outbox) == 1

    with transaction.atomic():
        mail.dispatch(composed)
        transaction.set_rollback(True)
    assert len(django_mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("path", "email", "count"),
    [
        ("reset_password", "ann@example.com", 1),
        ("reset_password", "nobody@example.com", 0),
        ("reset_password", "sleeping@example.com", 0),
        ("reset_password", "banned@example.com", 0),
        ("reset_password", "keyless@example.com", 0),
        ("reset_username", "ann@example.com", 1),
        ("reset_username", "nobody@example.com", 0),
        ("reset_username", "sleeping@example.com", 0),
        ("resend_activation", "ann@example.com", 0),
        ("resend_activation", "nobody@example.com", 0),
        ("resend_activation", "sleeping@example.com", 1),
        ("resend_activation", "banned@example.com", 0),
    ],
)
def test_recipients_of_mail(
    api: APIClient, user: Any, make_user: Any, activation_on: None, path: str, email: str, count: int
) -> None:
    TokenState.objects.create(user=make_user(username="sleeping", is_active=False), awaits_activation=True)
    TokenState.objects.create(user=make_user(username="banned", is_active=False))
    make_user(username="keyless", password=None)

    response = api.post(f"/auth/users/{path}/", {"email": email})

    assert response.status_code == 204
    assert len(django_mail.outbox) == count


@pytest.mark.django_db(transaction=True)
def test_mail_is_sent_to_stored_address(api: APIClient, user: Any) -> None:
    api.post("/auth/users/reset_password/", {"email": "ANN@EXAMPLE.COM"})

    assert django_mail.outbox[0].to == ["ann@example.com"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("setting", "action", "subject"),
    [
        ("SEND_CONFIRMATION_EMAIL", "register", "Your account is ready"),
        ("PASSWORD_CHANGED_EMAIL_CONFIRMATION", "set_password", "Your password was changed"),
        ("USERNAME_CHANGED_EMAIL_CONFIRMATION", "set_username", "Your user name was changed"),
    ],
)
@pytest.mark.parametrize("on", [False, True])
def test_confirmation_mails_follow_djoser_settings(
    api: APIClient, as_user: Any, user: Any, settings: Any, setting: str, action: str, subject: str, on: bool
) -> None:
    settings.DJOSER = {**settings.DJOSER, setting: on}
    body = {
        "current_password": "correct-horse-7",
        "new_password": "battery-staple-9",
        "new_username": "eve",
    }

    if action == "register":
        api.post("/auth/users/", NEW)
    else:
        as_user(user).post(f"/auth/users/{action}/", body)

    assert [message.subject for message in django_mail.outbox] == [f"Example Shop: {subject}"] * on


@pytest.mark.django_db(transaction=True)
def test_activation_is_confirmed_by_mail(api: APIClient, settings: Any) -> None:
    settings.DJOSER = {**settings.DJOSER, "SEND_ACTIVATION_EMAIL": True, "SEND_CONFIRMATION_EMAIL": True}
    api.post("/auth/users/", NEW)
    uid, token = re.findall(r"https://\S+", django_mail.outbox[0].body)[0].split("/")[-2:]

    api.post("/auth/users/activation/", {"uid": uid, "token": token})

    assert [message.subject for message in django_mail.outbox] == [
        "Example Shop: Activate your account",
        "Example Shop: Your account is ready",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "purpose",
    [
        "activation",
        "confirmation",
        "password_reset",
        "password_changed",
        "username_reset",
        "username_changed",
    ],
)
def test_every_mail_has_subject_text_and_html(user: Any, settings: Any, purpose: str) -> None:
    settings.STOREFRONT_AUTH = {"FRONTEND_URL": "https://shop.example.com/app/", "SITE_NAME": "Tom & Jerry\n<Shop>"}

    composed = mail.compose(purpose, user)

    assert composed.subject.startswith("Tom & Jerry <Shop>: ")
    assert "\n" not in composed.subject
    assert "Tom & Jerry" in composed.text
    assert "Tom &amp; Jerry" in composed.html
    assert "<Shop>" not in composed.html
    assert mail.Mail(**composed.asdict()) == composed
    if purpose in ("activation", "password_reset", "username_reset"):
        assert "https://shop.example.com/app/" in composed.text


@pytest.mark.django_db
def test_mail_is_in_language_of_recipient(user: Any) -> None:
    user.storefront_profile.language = "de"

    assert mail.compose("password_reset", user).subject != mail.compose("password_reset", get_user_model()()).subject


def test_failure_of_send_now_is_logged_without_address(settings: Any, caplog: Any) -> None:
    send_to(settings, "127.0.0.1", free_port())

    mail.send_now(mail.Mail("subject", "text", "html", ("ann@example.com",)))

    assert "could not be sent" in caplog.text
    assert "ann@example.com" not in caplog.text


def test_mail_is_dropped_and_logged_when_queue_is_full(monkeypatch: Any, caplog: Any) -> None:
    monkeypatch.setattr(mail, "_room", lambda: threading.BoundedSemaphore(1))
    full = threading.BoundedSemaphore(1)
    full.acquire()
    monkeypatch.setattr(mail, "_room", lambda: full)

    mail.send_in_background(mail.Mail("s", "t", "h", ("a@example.com",)))

    assert "one was dropped" in caplog.text
    assert not django_mail.outbox
