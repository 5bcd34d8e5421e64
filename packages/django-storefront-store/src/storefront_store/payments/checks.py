"""System checks of the payments.

Errors: E001 unknown setting, E002 provider that can't be imported, E003 value of a wrong kind.
Warnings: W001 no return origin, W002 no variant, W003 dummy provider in production.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from storefront_store.payments.conf import DEFAULTS, SETTING, app_settings

DUMMY: Final = "payments.dummy.DummyProvider"
NUMBERS: Final = ("SYNC_AFTER_MINUTES", "EXPIRE_AFTER_HOURS")


def register() -> None:
    """Register all checks with Django."""
    checks.register(check_settings, "storefront_store_payments")
    checks.register(check_deployment, checks.Tags.security, deploy=True)


def check_settings(**kwargs: Any) -> list[checks.CheckMessage]:
    """Check ``STOREFRONT_STORE_PAYMENTS``."""
    wrong = [*_wrong_kinds()]
    return wrong or [*_unknown_names(), *_variants(), *_origins()]


def _error(text: str, hint: str, number: str) -> checks.CheckMessage:
    return checks.Error(text, hint=hint, id=f"storefront_store_payments.{number}")


def _wrong_kinds() -> Iterator[checks.CheckMessage]:
    given = getattr(settings, SETTING, {})
    if not isinstance(given, dict):
        yield _error(f"{SETTING} must be a dictionary.", "The page on payments shows an example.", "E003")
        return
    for name, value in given.items():
        expected = type(DEFAULTS.get(name))
        kinds = (list, tuple) if expected is list else (expected,)
        if name in DEFAULTS and type(value) not in kinds:
            yield _error(f"{SETTING}[{name!r}] must be of the type {expected.__name__}.", "Change its value.", "E003")
        elif name in NUMBERS and value < 1:
            yield _error(f"{SETTING}[{name!r}] must be at least 1.", "Change its value.", "E003")
    for variant, config in given.get("VARIANTS", {}).items() if isinstance(given.get("VARIANTS"), dict) else ():
        if not isinstance(config, dict) or not isinstance(config.get("PROVIDER"), str):
            yield _error(
                f"{SETTING}['VARIANTS'][{variant!r}] must be a dictionary with a PROVIDER.",
                'Write {"PROVIDER": "payments.dummy.DummyProvider", "OPTIONS": {}}.',
                "E003",
            )


def _unknown_names() -> Iterator[checks.CheckMessage]:
    for name in getattr(settings, SETTING, {}).keys() - DEFAULTS.keys():
        yield _error(
            f"{SETTING}[{name!r}] is not a setting of the payments.", "Compare its spelling with the page.", "E001"
        )


def _variants() -> Iterator[checks.CheckMessage]:
    if not app_settings.VARIANTS:
        yield checks.Warning(
            "No payment method is configured.",
            hint=f"Add a variant to {SETTING}['VARIANTS'].",
            id="storefront_store_payments.W002",
        )
    for name, config in app_settings.VARIANTS.items():
        try:
            import_string(config["PROVIDER"])(**config.get("OPTIONS", {}))
        except (ImportError, TypeError, ImproperlyConfigured) as error:
            yield _error(
                f"The provider of the variant {name!r} can't be used: {error}",
                "Check the dotted path and the options, and that the provider's library is installed.",
                "E002",
            )


def _origins() -> Iterator[checks.CheckMessage]:
    if not app_settings.RETURN_ORIGINS:
        yield checks.Warning(
            "Customers can't be sent back after they have paid.",
            hint=f'Name the origins of your shop in {SETTING}["RETURN_ORIGINS"], such as "https://shop.example".',
            id="storefront_store_payments.W001",
        )
    for origin in app_settings.RETURN_ORIGINS:
        parts = urlsplit(origin) if isinstance(origin, str) else None
        if parts is None or parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/"):
            yield _error(
                f"{SETTING}['RETURN_ORIGINS']: {origin!r} is not an origin.", 'Write "https://shop.example".', "E003"
            )


def check_deployment(**kwargs: Any) -> list[checks.CheckMessage]:
    """Check settings that only matter in production."""
    return [
        checks.Warning(
            f"The variant {name!r} marks orders as paid without a payment.",
            hint="The dummy provider is for tests and demonstrations: use a real one.",
            id="storefront_store_payments.W003",
        )
        for name, config in app_settings.VARIANTS.items()
        if config.get("PROVIDER") == DUMMY
    ]
