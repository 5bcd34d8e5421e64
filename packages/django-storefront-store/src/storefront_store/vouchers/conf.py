"""Settings of the app ``vouchers``, read live from ``settings.STOREFRONT_STORE_VOUCHERS``."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings

SETTING: Final = "STOREFRONT_STORE_VOUCHERS"

DEFAULTS: Final[dict[str, Any]] = {
    "MAX_VOUCHERS": 1,
}


class AppSettings:
    """Typed access to ``settings.STOREFRONT_STORE_VOUCHERS`` over :data:`DEFAULTS`. Nothing is cached."""

    @property
    def MAX_VOUCHERS(self) -> int:  # noqa: N802
        """Number of vouchers that one order can use."""
        return int(getattr(settings, SETTING, {}).get("MAX_VOUCHERS", DEFAULTS["MAX_VOUCHERS"]))


app_settings: Final = AppSettings()
