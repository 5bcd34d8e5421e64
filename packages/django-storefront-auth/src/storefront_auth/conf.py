"""The settings of the package, read live from ``settings.STOREFRONT_AUTH``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

    from storefront_auth.accounts.mail import Mail

#: The name of the dictionary in Django's settings.
SETTING: Final = "STOREFRONT_AUTH"

DEFAULTS: Final[dict[str, Any]] = {
    # Mail
    "FRONTEND_URL": "",
    "ACTIVATION_PATH": "activate/{uid}/{token}",
    "PASSWORD_RESET_PATH": "password/reset/{uid}/{token}",
    "USERNAME_RESET_PATH": "username/reset/{uid}/{token}",
    "SITE_NAME": "",
    "MAIL_SENDER": "storefront_auth.accounts.mail.send_in_background",
    # Accounts
    "EMAIL_CHANGE_REQUIRES_PASSWORD": True,
    "EXCLUDE_USER": None,
    "PERSONAL_DATA": [],
    # Tokens
    "REUSE_GRACE_SECONDS": 10,
    # Login: the field of the user model that people type; None is its USERNAME_FIELD
    "LOGIN_FIELD": None,
    # Throttles: (how many, in how many seconds), or None for no limit
    "THROTTLE_RATES": {
        "login_address": (10, 60),
        "login_account": (5, 300),
        "register_address": (60, 3600),
        "reset_address": (20, 3600),
        "reset_account": (5, 3600),
        "password_account": (10, 300),
        "personal_data": (10, 3600),
    },
    "THROTTLE_CACHE": "default",
    "NUM_PROXIES": 0,
}
#: Settings that hold a dotted path, or the object itself.
IMPORT_STRINGS: Final = frozenset({"MAIL_SENDER", "EXCLUDE_USER"})


class AppSettings:
    """The values of ``settings.STOREFRONT_AUTH``, with those of :data:`DEFAULTS` for missing keys.

    Nothing is cached, so ``override_settings`` works.
    """

    def __getattr__(self, name: str) -> Any:
        """Raise ``AttributeError`` for a name that is not a setting."""
        raise AttributeError(f"{SETTING} has no setting {name!r}")

    def _value(self, name: str) -> Any:
        return getattr(settings, SETTING, {}).get(name, DEFAULTS[name])

    def _imported(self, name: str) -> Any:
        value = self._value(name)
        return import_string(value) if isinstance(value, str) else value

    @property
    def FRONTEND_URL(self) -> str:  # noqa: N802
        """URL of the front end, with which links in mails begin."""
        return self._value("FRONTEND_URL")

    @property
    def ACTIVATION_PATH(self) -> str:  # noqa: N802
        """Page that posts to ``users/activation/``."""
        return self._value("ACTIVATION_PATH")

    @property
    def PASSWORD_RESET_PATH(self) -> str:  # noqa: N802
        """Page that posts to ``users/reset_password_confirm/``."""
        return self._value("PASSWORD_RESET_PATH")

    @property
    def USERNAME_RESET_PATH(self) -> str:  # noqa: N802
        """Page that posts to ``users/reset_username_confirm/``."""
        return self._value("USERNAME_RESET_PATH")

    @property
    def SITE_NAME(self) -> str:  # noqa: N802
        """Name in the subjects and signatures of mails."""
        return self._value("SITE_NAME")

    @property
    def MAIL_SENDER(self) -> Callable[[Mail], object]:  # noqa: N802
        """Callable that sends a rendered mail."""
        return self._imported("MAIL_SENDER")

    @property
    def EMAIL_CHANGE_REQUIRES_PASSWORD(self) -> bool:  # noqa: N802
        """Whether users give ``current_password`` to change their own email address."""
        return self._value("EMAIL_CHANGE_REQUIRES_PASSWORD")

    @property
    def EXCLUDE_USER(self) -> Callable[[AbstractBaseUser], bool] | None:  # noqa: N802
        """Callable that returns whether a user gets no profile, such as the anonymous user of django-guardian."""
        return self._imported("EXCLUDE_USER")

    @property
    def PERSONAL_DATA(self) -> Sequence[Callable[[AbstractBaseUser], Mapping[str, object]]]:  # noqa: N802
        """Callables that return the data that other apps store about a user."""
        return [import_string(source) if isinstance(source, str) else source for source in self._value("PERSONAL_DATA")]

    @property
    def REUSE_GRACE_SECONDS(self) -> int:  # noqa: N802
        """Seconds for which a rotated refresh token may be reused without ending the user's other tokens."""
        return self._value("REUSE_GRACE_SECONDS")

    @property
    def LOGIN_FIELD(self) -> str | None:  # noqa: N802
        """Field that people log in with; ``None`` is the ``USERNAME_FIELD`` of the user model."""
        return self._value("LOGIN_FIELD")

    @property
    def THROTTLE_RATES(self) -> dict[str, tuple[int, int] | None]:  # noqa: N802
        """Number of requests and number of seconds, by scope; a project sets only the scopes that it changes."""
        return {**DEFAULTS["THROTTLE_RATES"], **self._value("THROTTLE_RATES")}

    @property
    def THROTTLE_CACHE(self) -> str:  # noqa: N802
        """Alias of the cache in which attempts are counted."""
        return self._value("THROTTLE_CACHE")

    @property
    def NUM_PROXIES(self) -> int:  # noqa: N802
        """Number of trusted proxies in front of the site that write ``X-Forwarded-For``."""
        return self._value("NUM_PROXIES")


app_settings: Final[AppSettings] = AppSettings()
