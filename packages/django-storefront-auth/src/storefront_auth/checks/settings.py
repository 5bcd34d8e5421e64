"""System checks of the settings of this package."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import checks
from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string

from storefront_auth.accounts.lookup import has_field
from storefront_auth.conf import DEFAULTS, IMPORT_STRINGS, app_settings

_ID = "storefront_auth"


def check_values() -> Iterator[CheckMessage]:
    """Yield errors for settings with a value of the wrong type."""
    given = getattr(settings, "STOREFRONT_AUTH", {})
    if not isinstance(given, dict):
        yield Error("STOREFRONT_AUTH is not a dictionary.", hint="Name the settings that you change.", id=f"{_ID}.E007")
        return
    for name in sorted(set(_VALUES) & set(given)):
        is_sound, wanted = _VALUES[name]
        if not is_sound(given[name]):
            yield Error(
                f"STOREFRONT_AUTH[{name!r}] is {given[name]!r}.", hint=f"It must be {wanted}.", id=f"{_ID}.E007"
            )


def check_own_settings() -> Iterator[CheckMessage]:
    """Yield errors for unknown names, invalid dotted paths and invalid rates."""
    given = getattr(settings, "STOREFRONT_AUTH", {})
    for name in sorted(set(given) - set(DEFAULTS)):
        yield Error(
            f"STOREFRONT_AUTH has no setting {name!r}.",
            hint=f"The settings are {', '.join(sorted(DEFAULTS))}.",
            id=f"{_ID}.E001",
        )
    yield from _check_paths(given)
    rates = app_settings.THROTTLE_RATES
    for scope in sorted(rates):
        if scope not in DEFAULTS["THROTTLE_RATES"] or not _is_rate(rates[scope]):
            yield Error(
                f"STOREFRONT_AUTH['THROTTLE_RATES'][{scope!r}] is not a rate.",
                hint="A rate is (how many, in how many seconds), or None; "
                f"the scopes are {', '.join(sorted(DEFAULTS['THROTTLE_RATES']))}.",
                id=f"{_ID}.E003",
            )
    if not app_settings.FRONTEND_URL.startswith(("https://", "http://")):
        yield checks.Warning(
            "STOREFRONT_AUTH['FRONTEND_URL'] is not set: the links in mails lead nowhere.",
            hint="Set it to the address of the site that people use, as 'https://shop.example.com'.",
            id=f"{_ID}.W007",
        )


def _check_paths(given: dict[str, Any]) -> Iterator[CheckMessage]:
    """Yield errors for dotted paths that can't be imported."""
    paths = [(name, given[name]) for name in sorted(IMPORT_STRINGS & set(given))]
    paths = [(name, path) for name, path in paths if path is not None or DEFAULTS[name] is not None]
    for name, path in [*paths, *(("PERSONAL_DATA", path) for path in given.get("PERSONAL_DATA", ()))]:
        try:
            target = import_string(path) if isinstance(path, str) else path
        except ImportError as error:
            reason = f"can't be imported: {error}"
        else:
            if callable(target):
                continue
            reason = f"can't be called: {path!r}"
        yield Error(
            f"STOREFRONT_AUTH[{name!r}] {reason}.",
            hint="Use the dotted path of a callable, such as 'shop.accounts.send'.",
            id=f"{_ID}.E002",
        )


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and value >= 0


def _is_link_path(value: object) -> bool:
    """Return whether ``value`` is a format string that contains both parts of a link."""
    try:
        path = value.format(uid="<1>", token="<2>")  # type: ignore[attr-defined]  # noqa: S106
    except (AttributeError, LookupError, ValueError):
        return False
    return "<1>" in path and "<2>" in path


def _is_login_field(value: object) -> bool:
    """Return whether ``value`` is the user name field or the email field of the user model."""
    model = get_user_model()
    email = model.get_email_field_name()
    return value in (None, model.USERNAME_FIELD) or (value == email and has_field(model, email))


def _is_rate(rate: object) -> bool:
    match rate:
        case None:
            return True
        case (int(), int()) | [int(), int()]:
            return rate[0] > 0 and rate[1] > 0
    return False


_PATH = (_is_link_path, "a path with the places {uid} and {token}")
# The test and the description of valid values, for settings that no other check covers.
_VALUES: dict[str, tuple[Callable[[object], bool], str]] = {
    "FRONTEND_URL": (_is_text, "a string"),
    "ACTIVATION_PATH": _PATH,
    "PASSWORD_RESET_PATH": _PATH,
    "USERNAME_RESET_PATH": _PATH,
    "SITE_NAME": (_is_text, "a string"),
    "REUSE_GRACE_SECONDS": (_is_count, "a whole number of seconds, 0 or more"),
    "LOGIN_FIELD": (_is_login_field, "None, or the name of the user model's USERNAME_FIELD or EMAIL_FIELD"),
    "THROTTLE_RATES": (lambda value: isinstance(value, dict), "a dictionary of rates"),
    "THROTTLE_CACHE": (_is_text, "a key of CACHES"),
    "EMAIL_CHANGE_REQUIRES_PASSWORD": (lambda value: isinstance(value, bool), "True or False"),
    "PERSONAL_DATA": (lambda value: isinstance(value, (list, tuple)), "a list of dotted paths"),
    "NUM_PROXIES": (_is_count, "a whole number, 0 or more"),
}
