"""Reader for environment variables. An empty variable counts as unset, and an invalid one is reported by name."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection
from email.utils import parseaddr
from typing import Any, Final
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

from storefront.settings.published import PUBLISHED_KEYS

BOOLEANS: Final = {
    **dict.fromkeys(environ.Env.BOOLEAN_TRUE_STRINGS, True),
    **dict.fromkeys(("false", "off", "n", "no", "0"), False),
}
LOG_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
HOST: Final = re.compile(r"\*|\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]", re.IGNORECASE)
KEY_LENGTH: Final = 32
KEY_LETTERS: Final = 5


class InvalidValue(ValueError):
    """A variable has an invalid value; the message describes the expected value and does not contain the actual one."""


class Environment(environ.Env):
    """The variables of this process and of ``.env``."""

    def __init__(self) -> None:
        super().__init__()
        self.ENVIRON = {name: value for name, value in os.environ.items() if value.strip()}

    def get_value(self, var: str, *args: Any, **kwargs: Any) -> Any:
        """Return the value of a variable, or its default.

        Raises:
            ImproperlyConfigured: If it has neither, or the value is invalid. The message contains the name but not the
                value, which may be a password.
        """
        try:
            return super().get_value(var, *args, **kwargs)
        except ValueError as error:
            expected = f": expected {error}" if isinstance(error, InvalidValue) else ""
            raise ImproperlyConfigured(f"{var} is invalid{expected}. See .env.example.") from None

    @classmethod
    def parse_value(cls, value: str, cast: Any) -> Any:
        """Return a value converted to the requested type; booleans must be ``on`` or ``off`` or a synonym of these."""
        if cast is not bool:
            return super().parse_value(value, cast)
        if value.strip().lower() not in BOOLEANS:
            raise InvalidValue("on or off")
        return BOOLEANS[value.strip().lower()]

    def service(self, var: str, make: Callable[[str], Any], *, default: str = "") -> Any:
        """Return the result of ``make`` for a URL.

        Args:
            var: The name of the variable.
            make: Function that converts the URL to a setting.
            default: The default URL.

        Raises:
            ImproperlyConfigured: If ``make`` raises ``ValueError``.
        """
        return self.get_value(var, cast=make, default=default, parse_default=True)

    def number(self, var: str, default: int, *, least: int = 0, most: int = 2**31 - 1) -> int:
        """Return an integer between ``least`` and ``most``."""

        def read(value: str) -> int:
            if not re.fullmatch(r"[+-]?\d{1,10}", value.strip()) or not least <= int(value) <= most:
                raise InvalidValue(f"a whole number from {least} to {most}")
            return int(value)

        return int(self.get_value(var, cast=read, default=default))

    def choice(self, var: str, choices: Collection[str], default: str) -> str:
        """Return one of the choices, compared case-insensitively."""

        def read(value: str) -> str:
            if value.strip().upper() not in choices:
                raise InvalidValue(f"one of {', '.join(choices)}")
            return value.strip().upper()

        return str(self.get_value(var, cast=read, default=default))

    def secret(self, var: str) -> str:
        """Return a signing key, for which there is no default.

        Raises:
            ImproperlyConfigured: If it is missing, too short, or published in this repository.
        """
        return str(self.get_value(var, cast=check_key))

    def web_address(self, var: str, default: str) -> str:
        """Return an ``http(s)://host`` URL without a trailing slash; it may have a path."""
        return str(self.get_value(var, cast=check_web_address, default=default))

    def origins(self, var: str) -> list[str]:
        """Return a list of origins, which consist of scheme, host and port."""
        return self._each(var, check_origin, [])

    def hosts(self, var: str, default: Any = environ.Env.NOTSET) -> list[str]:
        """Return a list of host names for ``ALLOWED_HOSTS``."""
        return self._each(var, check_host, default)

    def mail_addresses(self, var: str, default: list[str]) -> list[str]:
        """Return a list of email addresses."""
        return self._each(var, check_mail_address, default)

    def sender(self, var: str, default: str) -> str:
        """Return the sender of mails, as ``Name <address>`` or an address."""

        def read(value: str) -> str:
            check_mail_address(parseaddr(value)[1])
            return value

        return str(self.get_value(var, cast=read, default=default))

    def _each(self, var: str, check: Callable[[str], str], default: Any) -> list[str]:
        def read(value: str) -> list[str]:
            return [check(item.strip()) for item in value.split(",") if item.strip()]

        return list(self.get_value(var, cast=read, default=default))


def check_key(value: str) -> str:
    """Return the value if it is a secure signing key.

    Raises:
        InvalidValue: If it is published or too short.
    """
    if value in PUBLISHED_KEYS or value.startswith("django-insecure-"):
        raise InvalidValue("a key of your own; this one is published (deployment/new_keys.py makes one)")
    if len(value) < KEY_LENGTH or len(set(value)) < KEY_LETTERS:
        raise InvalidValue(f"at least {KEY_LENGTH} random characters (deployment/new_keys.py makes them)")
    return value


def check_web_address(value: str) -> str:
    """Return an ``http(s)`` URL without a trailing slash.

    Raises:
        InvalidValue: If the value is not a valid URL.
    """
    parts = urlsplit(value.strip())
    is_host = bool(parts.hostname and HOST.fullmatch(parts.hostname)) or ":" in (parts.hostname or "")
    if parts.scheme not in ("http", "https") or not is_host or parts.username or parts.query or parts.fragment:
        raise InvalidValue("an address such as https://shop.example")
    _ = parts.port  # raises ValueError for an invalid port
    return value.strip().rstrip("/")


def check_origin(value: str) -> str:
    """Return an origin, which is a URL without a path.

    Raises:
        InvalidValue: If it has a path, or is not a valid URL.
    """
    address = check_web_address(value)
    if urlsplit(address).path:
        raise InvalidValue("addresses without a path, such as https://shop.example")
    return address


def origin_of(address: str) -> str:
    """Return the origin of a URL."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def check_host(value: str) -> str:
    """Return a host name.

    Raises:
        InvalidValue: If the value is not a host name, for example because it has a scheme or a port.
    """
    if not HOST.fullmatch(value):
        raise InvalidValue("names of hosts such as shop.example, without scheme and port")
    return value


def check_mail_address(value: str) -> str:
    """Return an email address.

    Raises:
        InvalidValue: If the value is not an email address.
    """
    try:
        validate_email(value)
    except ValidationError:
        raise InvalidValue("e-mail addresses") from None
    return value
