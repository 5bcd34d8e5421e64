"""The mails of the package: rendering and sending them."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from threading import BoundedSemaphore
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from storefront_auth.accounts import links
from storefront_auth.accounts.lookup import decoy, email_of
from storefront_auth.conf import app_settings
from storefront_auth.transactions import database_of
from storefront_auth.types import AnyUser

logger: Final = logging.getLogger(__name__)

WORKERS = 2
# Seconds by which sending a mail is delayed, so that the response is sent first.
HEAD_START = 0.02
# The size of the queue. Further mails are dropped, so that a mail server that hangs does not use up the memory.
MAX_WAITING = 1000

# The purposes of mails that carry a link: the setting with its path, and the maker of its token.
_LINKS: dict[str, tuple[str, links.LinkTokens]] = {
    "activation": ("ACTIVATION_PATH", links.activation),
    "password_reset": ("PASSWORD_RESET_PATH", links.password_reset),
    "username_reset": ("USERNAME_RESET_PATH", links.username_reset),
}


@dataclass(frozen=True)
class Mail:
    """A rendered mail in plain values, which a sender can pass to a task.

    A mail without recipients is a decoy: there is no such account, but the same work is done. Django does not send a
    mail without recipients, and neither should any other sender.
    """

    subject: str
    text: str
    html: str
    to: tuple[str, ...]

    def asdict(self) -> dict[str, Any]:
        """Return the values as a dictionary, for serializing; ``Mail(**values)`` restores the mail."""
        return asdict(self)

    def send(self) -> None:
        """Send the mail with Django's mail backend, whose exceptions are not caught."""
        message = EmailMultiAlternatives(self.subject, self.text, to=list(self.to))
        message.attach_alternative(self.html, "text/html")
        message.send()


def frontend_url(path: str) -> str:
    """Return the URL of a page of the front end, from ``FRONTEND_URL`` and not from the untrusted Host header."""
    return f"{app_settings.FRONTEND_URL.rstrip('/')}/{path.lstrip('/')}"


def compose(purpose: str, user: AnyUser) -> Mail:
    """Render the mail for ``purpose`` in the language of the user's profile.

    Args:
        purpose: The name of its templates in ``storefront_auth/email/``.
        user: Its recipient; an unsaved user makes a decoy.
    """
    context: dict[str, Any] = {"user": user, "site_name": app_settings.SITE_NAME}
    if purpose in _LINKS:
        path, tokens = _LINKS[purpose]
        place = {"uid": links.encode_uid(user), "token": tokens.make_token(user)}
        context |= {**place, "url": frontend_url(getattr(app_settings, path).format(**place))}
    template = f"storefront_auth/email/{purpose}"
    with translation.override(_language_of(user)):
        return Mail(
            subject=" ".join(render_to_string(f"{template}.subject.txt", context).split()),
            text=render_to_string(f"{template}.txt", context),
            html=render_to_string(f"{template}.html", context),
            to=_recipients(user),
        )


def dispatch(mail: Mail, using: str | None = None) -> None:
    """Pass ``mail`` to ``MAIL_SENDER`` when the transaction is committed; errors of the sender are only logged.

    Args:
        mail: The rendered mail.
        using: The alias of the transaction's database; by default the one to which accounts are written.
    """

    def send() -> None:
        app_settings.MAIL_SENDER(mail)

    # robust=True logs an exception of the sender, so that the response does not reveal that the account exists.
    transaction.on_commit(send, using=using or database_of(), robust=True)


def post(purpose: str, user: AnyUser) -> None:
    """Render the mail for ``purpose``, and send it to ``user`` after the commit.

    Args:
        purpose: The name of its templates in ``storefront_auth/email/``.
        user: Its recipient.
    """
    dispatch(compose(purpose, user), database_of(user))


def post_each(purpose: str, users: Sequence[AnyUser]) -> None:
    """Post the mail to each of ``users``; if there are none, do the same work for a decoy.

    Args:
        purpose: The name of its templates in ``storefront_auth/email/``.
        users: Its recipients.
    """
    stand_in = decoy()
    for user in users or [stand_in]:
        post(purpose, user)


def send_now(mail: Mail) -> None:
    """Send ``mail`` in the current thread; for tests, commands and workers of task queues."""
    try:
        mail.send()
    except Exception:
        logger.exception("A mail could not be sent")


def send_in_background(mail: Mail) -> None:
    """Send ``mail`` in a background thread, so that responses do not depend on the speed of the mail server."""
    room = _room()
    if not room.acquire(blocking=False):
        logger.error("Too many mails are waiting; one was dropped")
        return
    _workers().submit(_send_later, mail).add_done_callback(lambda _: room.release())


def _send_later(mail: Mail) -> None:
    # Send the response first: work in this thread during the request would show in the response time.
    time.sleep(HEAD_START)
    send_now(mail)


@cache
def _room() -> BoundedSemaphore:
    return BoundedSemaphore(MAX_WAITING)


@cache
def _workers() -> ThreadPoolExecutor:
    # Created on first use, because threads don't survive the fork of a server's worker.
    return ThreadPoolExecutor(WORKERS, thread_name_prefix="storefront-auth-mail")


def _recipients(user: AnyUser) -> tuple[str, ...]:
    """Return the address of ``user``, empty for decoys and for users without an address."""
    address = "" if user._state.adding else email_of(user)
    return (address,) if address else ()


def _language_of(user: AnyUser) -> str:
    profile = getattr(user, "storefront_profile", None)
    return profile.language if profile else settings.LANGUAGE_CODE
