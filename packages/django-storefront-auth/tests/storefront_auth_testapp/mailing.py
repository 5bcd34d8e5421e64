"""Mail settings in the form that this Django wants."""

from __future__ import annotations

from threading import Barrier
from typing import Any

import django

from storefront_auth.accounts import mail

SMTP = "django.core.mail.backends.smtp.EmailBackend"


def smtp_settings(host: str, port: int, timeout: float | None) -> dict[str, Any]:
    """Return the settings that send mail to a server."""
    if django.VERSION >= (6, 1):
        options = {"host": host, "port": port, **({} if timeout is None else {"timeout": timeout})}
        return {"MAILERS": {"default": {"BACKEND": SMTP, "OPTIONS": options}}}
    return {"EMAIL_BACKEND": SMTP, "EMAIL_HOST": host, "EMAIL_PORT": port, "EMAIL_TIMEOUT": timeout}


def send_to(settings: Any, host: str, port: int, timeout: float = 5) -> None:
    """Have Django send its mail to a server, for the length of a test."""
    for name, value in smtp_settings(host, port, timeout).items():
        setattr(settings, name, value)


def wait_for_mail_threads() -> None:
    """Wait until both threads that send mail have done what they were given."""
    idle = Barrier(mail.WORKERS + 1)
    for _ in range(mail.WORKERS):
        mail._workers().submit(idle.wait, 10)
    idle.wait(10)
