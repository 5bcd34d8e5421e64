"""Settings of the package, from the dictionary ``GENERIC_TAGS`` in the project's settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from django.db import models

APP_LABEL: Final = "generic_tags"
SETTING: Final = "GENERIC_TAGS"
LINK_MODEL: Final = "TaggedItem"

DEFAULTS: Final[dict[str, Any]] = {
    "MODELS": [],
    "VISIBLE": None,
    "MAX_LABELS": 100,
    "PAGE_SIZE": 20,
    "MAX_PAGE_SIZE": 100,
    "WRITE_PERMISSION": "generic_tags.api.permissions.IsStaffOrReadOnly",
}
IMPORT_STRINGS: Final = frozenset({"VISIBLE", "WRITE_PERMISSION"})
POSITIVE_NUMBERS: Final = ("MAX_LABELS", "PAGE_SIZE", "MAX_PAGE_SIZE")


class AppSettings:
    """Typed access to the settings. Nothing is cached, so that ``override_settings`` works."""

    @property
    def MODELS(self) -> list[str]:  # noqa: N802 - named as in the settings
        """Models that may be tagged, as ``"app_label.Model"``."""
        return self._get("MODELS")

    @property
    def VISIBLE(self) -> Callable[[models.QuerySet[Any], Any], models.QuerySet[Any]] | None:  # noqa: N802
        """Function that filters a queryset by the objects that a user may see; ``None`` shows all."""
        return self._get("VISIBLE")

    @property
    def MAX_LABELS(self) -> int:  # noqa: N802
        """The maximum number of tags in one call."""
        return self._get("MAX_LABELS")

    @property
    def PAGE_SIZE(self) -> int:  # noqa: N802
        """Number of rows on a page of the API."""
        return self._get("PAGE_SIZE")

    @property
    def MAX_PAGE_SIZE(self) -> int:  # noqa: N802
        """The maximum ``?page_size=`` of the API."""
        return self._get("MAX_PAGE_SIZE")

    @property
    def WRITE_PERMISSION(self) -> type[Any]:  # noqa: N802
        """Permission class of the API, a subclass of ``rest_framework.permissions.BasePermission``."""
        return self._get("WRITE_PERMISSION")

    @staticmethod
    def _get(name: str) -> Any:
        given = getattr(settings, SETTING, {})
        # A system check reports a value that is not a dictionary, so reading it must not raise an error.
        value = given.get(name, DEFAULTS[name]) if isinstance(given, dict) else DEFAULTS[name]
        return import_string(value) if name in IMPORT_STRINGS and isinstance(value, str) else value


app_settings: Final = AppSettings()
