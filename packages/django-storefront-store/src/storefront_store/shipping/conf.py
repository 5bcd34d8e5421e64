"""Settings of the app ``shipping``, read live from ``settings.STOREFRONT_STORE_SHIPPING``."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings

SETTING: Final = "STOREFRONT_STORE_SHIPPING"

DEFAULTS: Final[dict[str, Any]] = {
    "REQUIRE_SHIPPING": True,
}


class AppSettings:
    """Typed access to ``settings.STOREFRONT_STORE_SHIPPING`` over :data:`DEFAULTS`. Nothing is cached."""

    @property
    def REQUIRE_SHIPPING(self) -> bool:  # noqa: N802
        """Whether an order with an address needs a shipping method."""
        return bool(getattr(settings, SETTING, {}).get("REQUIRE_SHIPPING", DEFAULTS["REQUIRE_SHIPPING"]))


app_settings: Final = AppSettings()
