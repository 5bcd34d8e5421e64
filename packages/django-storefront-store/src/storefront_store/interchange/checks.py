"""System checks of imports and exports, each with a stable id and a hint.

Errors: E001 unknown setting, E002 app missing. Warnings: W001 listed before the store, so that the admin page
of a swapped product model is not registered yet.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import checks

from storefront_store.interchange.conf import DEFAULTS, SETTING


def register() -> None:
    """Register all checks with Django."""
    checks.register(check_settings, "storefront_store")
    checks.register(check_apps, "storefront_store")


def check_settings(**kwargs: Any) -> list[checks.CheckMessage]:
    """Check the names in ``STOREFRONT_STORE_INTERCHANGE``."""
    return [
        checks.Error(
            f"{SETTING}[{name!r}] is not a setting.",
            hint=f"The settings are: {', '.join(DEFAULTS)}.",
            id="storefront_store_interchange.E001",
        )
        for name in getattr(settings, SETTING, {})
        if name not in DEFAULTS
    ]


def check_apps(**kwargs: Any) -> list[checks.CheckMessage]:
    """Check that the store is installed and listed before this app."""
    names = [config.name for config in apps.get_app_configs()]
    if "storefront_store" not in names:
        return [
            checks.Error(
                "Imports and exports need 'storefront_store' in INSTALLED_APPS.",
                hint="Add 'storefront_store' before 'storefront_store.interchange'.",
                id="storefront_store_interchange.E002",
            )
        ]
    if names.index("storefront_store") > names.index("storefront_store.interchange"):
        return [
            checks.Warning(
                "'storefront_store.interchange' is listed before 'storefront_store' in INSTALLED_APPS.",
                hint="Put it after: the store must register its admin page of products before it is extended.",
                id="storefront_store_interchange.W001",
            )
        ]
    return []
