"""Settings of the app ``payments``, read live from ``settings.STOREFRONT_STORE_PAYMENTS``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypedDict

from django.conf import settings

SETTING: Final = "STOREFRONT_STORE_PAYMENTS"

DEFAULTS: Final[dict[str, Any]] = {
    "VARIANTS": {},
    "RETURN_ORIGINS": [],
    "AUTO_REFUND": True,
    "SYNC_AFTER_MINUTES": 5,
    "EXPIRE_AFTER_HOURS": 24,
}


class Variant(TypedDict, total=False):
    """One way to pay.

    Attributes:
        PROVIDER: The dotted path of a provider class of django-payments.
        OPTIONS: The arguments of the provider.
        LABEL: What customers read; the name of the variant if there is none.
    """

    PROVIDER: str
    OPTIONS: dict[str, Any]
    LABEL: str


class AppSettings:
    """Typed access to ``settings.STOREFRONT_STORE_PAYMENTS`` over :data:`DEFAULTS`. Nothing is cached."""

    @property
    def VARIANTS(self) -> Mapping[str, Variant]:  # noqa: N802
        """The ways to pay, by name."""
        variants: Mapping[str, Variant] = self._get("VARIANTS")
        return variants

    @property
    def RETURN_ORIGINS(self) -> Sequence[str]:  # noqa: N802
        """The origins, such as ``"https://shop.example"``, that customers may be sent back to."""
        origins: Sequence[str] = self._get("RETURN_ORIGINS")
        return origins

    @property
    def AUTO_REFUND(self) -> bool:  # noqa: N802
        """Whether money that no order needs is paid back at once; otherwise it is only flagged for staff."""
        return bool(self._get("AUTO_REFUND"))

    @property
    def SYNC_AFTER_MINUTES(self) -> int:  # noqa: N802
        """How long an open payment or refund is left alone before ``sync_payments`` asks the provider about it."""
        return int(self._get("SYNC_AFTER_MINUTES"))

    @property
    def EXPIRE_AFTER_HOURS(self) -> int:  # noqa: N802
        """After how many hours an open payment counts as failed if the provider can't be asked about it."""
        return int(self._get("EXPIRE_AFTER_HOURS"))

    def _get(self, name: str) -> Any:
        return getattr(settings, SETTING, {}).get(name, DEFAULTS[name])


app_settings: Final = AppSettings()
