"""Test settings without the glue app, with which tests use the four packages alone."""

from __future__ import annotations

from typing import Any

from store_custom import overrides
from storefront.settings.test import *  # noqa: F403
from storefront.settings.test import GENERIC_LIKES, GENERIC_TAGS, INSTALLED_APPS, STOREFRONT_AUTH, STOREFRONT_STORE


def without(settings: dict[str, Any], added: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of a package without those that the glue app adds."""
    return {name: value for name, value in settings.items() if name not in added}


INSTALLED_APPS = [app for app in INSTALLED_APPS if app != "store_custom"]
STOREFRONT_STORE = without(STOREFRONT_STORE, overrides.STOREFRONT_STORE)
GENERIC_TAGS = without(GENERIC_TAGS, overrides.GENERIC_TAGS)
GENERIC_LIKES = without(GENERIC_LIKES, overrides.GENERIC_LIKES)
STOREFRONT_AUTH = without(STOREFRONT_AUTH, overrides.STOREFRONT_AUTH)
