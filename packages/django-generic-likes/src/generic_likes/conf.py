"""Settings of the package, from the dictionary ``GENERIC_LIKES`` in the project's settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from django.db import models

APP_LABEL: Final = "generic_likes"
SETTING: Final = "GENERIC_LIKES"
LINK_MODEL: Final = "LikedItem"

DEFAULTS: Final[dict[str, Any]] = {
    "MODELS": [],
    "VISIBLE": None,
    "PAGE_SIZE": 20,
    "MAX_PAGE_SIZE": 100,
    "PERMISSION": "rest_framework.permissions.IsAuthenticated",
    "READ_PERMISSION": "rest_framework.permissions.AllowAny",
}
IMPORT_STRINGS: Final = frozenset({"VISIBLE", "PERMISSION", "READ_PERMISSION"})
POSITIVE_NUMBERS: Final = ("PAGE_SIZE", "MAX_PAGE_SIZE")


class AppSettings:
    """Typed access to the settings. Nothing is cached, so that ``override_settings`` works."""

    @property
    def MODELS(self) -> list[str]:  # noqa: N802 - named as in the settings
        """Models that may be liked, as ``"app_label.Model"``."""
        return self._get("MODELS")

    @property
    def VISIBLE(self) -> Callable[[models.QuerySet[Any], Any], models.QuerySet[Any]] | None:  # noqa: N802
        """Function that filters a queryset by the objects that a user may see; ``None`` shows all."""
        return self._get("VISIBLE")

    @property
    def PAGE_SIZE(self) -> int:  # noqa: N802
        """Number of rows on a page of the API."""
        return self._get("PAGE_SIZE")

    @property
    def MAX_PAGE_SIZE(self) -> int:  # noqa: N802
        """The maximum ``?page_size=`` of the API."""
        return self._get("MAX_PAGE_SIZE")

    @property
    def PERMISSION(self) -> type[Any]:  # noqa: N802
        """Permission class for liking and for the list of one's own likes; it must deny anonymous users."""
        return self._get("PERMISSION")

    @property
    def READ_PERMISSION(self) -> type[Any]:  # noqa: N802
        """Permission class for reading how many users like an object."""
        return self._get("READ_PERMISSION")

    @staticmethod
    def _get(name: str) -> Any:
        given = getattr(settings, SETTING, {})
        # A system check reports a value that is not a dictionary, so reading it must not raise an error.
        value = given.get(name, DEFAULTS[name]) if isinstance(given, dict) else DEFAULTS[name]
        return import_string(value) if name in IMPORT_STRINGS and isinstance(value, str) else value


app_settings: Final = AppSettings()
