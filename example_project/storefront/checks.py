"""System checks of the environment variables, for ``check --deploy``."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register

LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


@register(Tags.security, deploy=True)
def check_variables(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Return warnings about values that are suitable for development but not for production."""
    return [*_throttling(), *_addresses(), *_site(), *_mail()]


def _throttling() -> Iterator[CheckMessage]:
    if not settings.THROTTLING:
        yield checks.Warning(
            "THROTTLING=off disables all request limits: passwords can be guessed as fast as the server responds.",
            hint="Remove the variable. It is for load tests.",
            id="storefront.W001",
        )
    if settings.PLAYGROUND:
        yield checks.Warning(
            "PLAYGROUND=on shows pages that wait for two seconds to anybody.",
            hint="Remove the variable, or accept that a few visitors can keep all threads waiting.",
            id="storefront.W005",
        )


def _addresses() -> Iterator[CheckMessage]:
    parts = urlsplit(settings.FRONTEND_URL)
    if parts.hostname in LOCAL_HOSTS:
        yield checks.Warning(
            "FRONTEND_URL is missing: links in mails point to localhost.",
            hint="Set FRONTEND_URL to the address of the shop's pages, such as https://shop.example.",
            id="storefront.W002",
        )
    elif parts.scheme != "https":
        yield checks.Warning(
            "FRONTEND_URL is not an https address: links in mails carry keys over an open line.",
            hint="Set FRONTEND_URL to an address that begins with https://.",
            id="storefront.W002",
        )


def _site() -> Iterator[CheckMessage]:
    if urlsplit(settings.SITE_URL).hostname in LOCAL_HOSTS:
        yield checks.Warning(
            "SITE_URL is missing: payment providers get callback URLs on localhost.",
            hint="Set SITE_URL to the address of this project, such as https://api.shop.example.",
            id="storefront.W007",
        )


def _mail() -> Iterator[CheckMessage]:
    if not settings.MAIL.backend.endswith("smtp.EmailBackend"):
        yield checks.Warning(
            "EMAIL_URL is missing: mail is written to files or to the console, and not sent.",
            hint="Set EMAIL_URL, for example to smtp+tls://user:password@mail.example:587.",
            id="storefront.W003",
        )
    if parseaddr(settings.DEFAULT_FROM_EMAIL)[1].endswith("@storefront.example"):
        yield checks.Warning(
            "DEFAULT_FROM_EMAIL is missing: mail claims to come from storefront.example.",
            hint="Set DEFAULT_FROM_EMAIL to an address of your own domain.",
            id="storefront.W004",
        )
    admins = [admin[1] if isinstance(admin, tuple) else admin for admin in settings.ADMINS]
    if any(address.endswith("@storefront.example") for address in admins):
        yield checks.Warning(
            "ADMINS is missing: reports of crashes go to an address that doesn't exist.",
            hint="Set ADMINS to the addresses of those who look after the site.",
            id="storefront.W006",
        )
