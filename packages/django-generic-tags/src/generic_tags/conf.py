from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

DEFAULTS: dict[str, Any] = {
    "MODELS": [],
    "VISIBLE": None,
    "MAX_LABELS": 100,
    "PAGE_SIZE": 20,
    "MAX_PAGE_SIZE": 100,
    "WRITE_PERMISSION": "generic_tags.api.permissions.IsStaffOrReadOnly",
}

IMPORT_STRINGS = frozenset({"VISIBLE", "WRITE_PERMISSION"})


class AppSettings:
    """``settings.GENERIC_TAGS`` over ``DEFAULTS``; nothing is cached, so that ``override_settings`` works."""

    def __getattr__(self, name: str) -> Any:
        if name not in DEFAULTS:
            raise AttributeError(f"Invalid GENERIC_TAGS setting: {name!r}")
        given = getattr(settings, "GENERIC_TAGS", {})
        # A system check tells of anything but a dictionary; it can only do so if the project starts.
        value = given.get(name, DEFAULTS[name]) if isinstance(given, dict) else DEFAULTS[name]
        return import_string(value) if name in IMPORT_STRINGS and isinstance(value, str) else value


app_settings = AppSettings()
