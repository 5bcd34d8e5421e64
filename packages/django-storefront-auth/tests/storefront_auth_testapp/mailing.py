"""Mail settings in the form that this Django wants."""

from __future__ import annotations

from typing import Any

import django

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
