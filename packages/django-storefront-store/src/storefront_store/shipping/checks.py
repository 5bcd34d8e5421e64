"""System checks of shipping.

Errors: E001 unknown setting or value of a wrong kind.
Warnings: W001 no adjuster charges for shipping, W002 the adjuster comes after the tax.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks

from storefront_store.adjusters import Tax, load_adjusters
from storefront_store.shipping.adjusters import Shipping
from storefront_store.shipping.conf import DEFAULTS, SETTING


def register() -> None:
    """Register all checks with Django."""
    checks.register(check_settings, "storefront_store_shipping")
    checks.register(check_adjusters, "storefront_store_shipping")


def check_settings(**kwargs: Any) -> list[checks.CheckMessage]:
    """Check ``STOREFRONT_STORE_SHIPPING``."""
    given: Any = getattr(settings, SETTING, {})
    if isinstance(given, dict) and all(name in DEFAULTS and isinstance(value, bool) for name, value in given.items()):
        return []
    return [
        checks.Error(
            f"{SETTING} holds an unknown setting or a value of a wrong kind.",
            hint=f"It is a dictionary of {', '.join(DEFAULTS)}, each True or False.",
            id="storefront_store_shipping.E001",
        )
    ]


def check_adjusters(**kwargs: Any) -> list[checks.CheckMessage]:
    """Check that there is an adjuster of shipping, and that it comes before the tax."""
    try:
        adjusters = load_adjusters()
    except ImportError:
        return []  # reported by the store's own checks
    places = [place for place, adjuster in enumerate(adjusters) if isinstance(adjuster, Shipping)]
    taxes = [place for place, adjuster in enumerate(adjusters) if isinstance(adjuster, Tax)]
    if not places:
        return [
            checks.Warning(
                "storefront_store.shipping is installed, but no adjuster charges for shipping.",
                hint="Put 'storefront_store.shipping.adjusters.Shipping' into STOREFRONT_STORE['ADJUSTERS'].",
                id="storefront_store_shipping.W001",
            )
        ]
    if taxes and places[-1] > taxes[0]:
        return [
            checks.Warning(
                "Shipping comes after the tax in STOREFRONT_STORE['ADJUSTERS'], so that it is not taxed.",
                hint="Put it before 'storefront_store.adjusters.Tax'.",
                id="storefront_store_shipping.W002",
            )
        ]
    return []
