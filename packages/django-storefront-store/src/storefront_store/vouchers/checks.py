"""System checks of the vouchers.

Errors: E001 unknown setting or value of a wrong kind.
Warnings: W001 no adjuster takes vouchers, W002 the adjuster comes after the tax.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks

from storefront_store.adjusters import Tax, load_adjusters
from storefront_store.vouchers.adjusters import Vouchers
from storefront_store.vouchers.conf import DEFAULTS, SETTING


def register() -> None:
    """Register all checks with Django."""
    checks.register(check_settings, "storefront_store_vouchers")
    checks.register(check_adjusters, "storefront_store_vouchers")


def check_settings(**kwargs: Any) -> list[checks.CheckMessage]:
    """Check ``STOREFRONT_STORE_VOUCHERS``."""
    given: Any = getattr(settings, SETTING, {})
    if isinstance(given, dict) and given.keys() <= DEFAULTS.keys() and all(type(n) is int for n in given.values()):
        return []
    return [
        checks.Error(
            f"{SETTING} holds an unknown setting or a value of a wrong kind.",
            hint=f"It is a dictionary of {', '.join(DEFAULTS)}, each a whole number.",
            id="storefront_store_vouchers.E001",
        )
    ]


def check_adjusters(**kwargs: Any) -> list[checks.CheckMessage]:
    """Check that there is an adjuster of vouchers, and that it comes before the tax."""
    try:
        adjusters = load_adjusters()
    except ImportError:
        return []  # reported by the store's own checks
    places = [place for place, adjuster in enumerate(adjusters) if isinstance(adjuster, Vouchers)]
    taxes = [place for place, adjuster in enumerate(adjusters) if isinstance(adjuster, Tax)]
    if not places:
        return [
            checks.Warning(
                "storefront_store.vouchers is installed, but no adjuster takes vouchers.",
                hint="Put 'storefront_store.vouchers.adjusters.Vouchers' into STOREFRONT_STORE['ADJUSTERS'].",
                id="storefront_store_vouchers.W001",
            )
        ]
    if taxes and places[-1] > taxes[0]:
        return [
            checks.Warning(
                "Vouchers come after the tax in STOREFRONT_STORE['ADJUSTERS'], so that they do not lower it.",
                hint="Put them before 'storefront_store.adjusters.Tax'.",
                id="storefront_store_vouchers.W002",
            )
        ]
    return []
