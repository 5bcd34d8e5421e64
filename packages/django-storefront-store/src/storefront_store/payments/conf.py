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
    """The settings of a payment method.

    Attributes:
        PROVIDER: The dotted path of a provider class of django-payments.
        OPTIONS: The arguments of the provider.
        LABEL: The label shown to customers; defaults to the name of the variant.
    """

    PROVIDER: str
    OPTIONS: dict[str, Any]
    LABEL: str


class AppSettings:
    """Typed access to ``settings.STOREFRONT_STORE_PAYMENTS`` over :data:`DEFAULTS`. Nothing is cached."""

    @property
    def VARIANTS(self) -> Mapping[str, Variant]:  # noqa: N802
        """Payment methods by name."""
        variants: Mapping[str, Variant] = self._get("VARIANTS")
        return variants

    @property
    def RETURN_ORIGINS(self) -> Sequence[str]:  # noqa: N802
        """Origins, such as ``"https://shop.example"``, to which customers can return after payment."""
        origins: Sequence[str] = self._get("RETURN_ORIGINS")
        return origins

    @property
    def AUTO_REFUND(self) -> bool:  # noqa: N802
        """Whether excess payments are refunded at once; otherwise they are only flagged for staff."""
        return bool(self._get("AUTO_REFUND"))

    @property
    def SYNC_AFTER_MINUTES(self) -> int:  # noqa: N802
        """Minutes after which ``sync_payments`` requests the status of an open payment or refund from the provider."""
        return int(self._get("SYNC_AFTER_MINUTES"))

    @property
    def EXPIRE_AFTER_HOURS(self) -> int:  # noqa: N802
        """Hours after which an open payment fails if the provider can't return its status."""
        return int(self._get("EXPIRE_AFTER_HOURS"))

    def _get(self, name: str) -> Any:
        return getattr(settings, SETTING, {}).get(name, DEFAULTS[name])


app_settings: Final = AppSettings()
