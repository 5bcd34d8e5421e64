from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

#: The name of the dictionary in Django's settings.
SETTING = "STOREFRONT_AUTH"

DEFAULTS: dict[str, Any] = {
    # Mail
    "FRONTEND_URL": "",
    "ACTIVATION_PATH": "activate/{uid}/{token}",
    "PASSWORD_RESET_PATH": "password/reset/{uid}/{token}",
    "USERNAME_RESET_PATH": "username/reset/{uid}/{token}",
    "SITE_NAME": "",
    "MAIL_SENDER": "storefront_auth.accounts.mail.send_in_background",
    # Tokens
    "REUSE_GRACE_SECONDS": 10,
    # Login: the field of the user model that people type; None is its USERNAME_FIELD
    "LOGIN_FIELD": None,
    # Guessing: (how many, in how many seconds), or None for no limit
    "THROTTLE_RATES": {
        "login_address": (10, 60),
        "login_account": (5, 300),
        "register_address": (60, 3600),
        "reset_address": (20, 3600),
        "reset_account": (5, 3600),
        "password_account": (10, 300),
    },
    "THROTTLE_CACHE": "default",
    "NUM_PROXIES": 0,
}
IMPORT_STRINGS = frozenset({"MAIL_SENDER"})
# Merged key by key, so that a host names only what it changes.
MERGED = frozenset({"THROTTLE_RATES"})


class AppSettings:
    """Reads ``settings.STOREFRONT_AUTH`` over ``DEFAULTS``. Nothing is kept, so ``override_settings`` works."""

    def __getattr__(self, name: str) -> Any:
        if name not in DEFAULTS:
            raise AttributeError(f"STOREFRONT_AUTH has no setting {name!r}")
        value = getattr(settings, "STOREFRONT_AUTH", {}).get(name, DEFAULTS[name])
        if name in MERGED:
            return {**DEFAULTS[name], **value}
        if name in IMPORT_STRINGS and isinstance(value, str):
            return import_string(value)
        return value


app_settings = AppSettings()
