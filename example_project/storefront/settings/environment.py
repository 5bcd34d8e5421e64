"""Reads the environment. A variable that is empty is not set, and one that makes no sense is named."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Final

import environ
from django.core.exceptions import ImproperlyConfigured

BOOLEANS: Final = {
    **dict.fromkeys(environ.Env.BOOLEAN_TRUE_STRINGS, True),
    **dict.fromkeys(("false", "off", "n", "no", "0"), False),
}


class Environment(environ.Env):
    """The variables of this process and of ``.env``."""

    def __init__(self) -> None:
        super().__init__()
        self.ENVIRON = {name: value for name, value in os.environ.items() if value.strip()}

    def get_value(self, var: str, *args: Any, **kwargs: Any) -> Any:
        """Return the value of a variable, or its default.

        Raises:
            ImproperlyConfigured: If it has neither, or the value can't be what is asked for. The message names the
                variable alone: the value may hold a password.
        """
        try:
            return super().get_value(var, *args, **kwargs)
        except ValueError:
            raise ImproperlyConfigured(f"The value of {var} makes no sense; see .env.example") from None

    def service(self, var: str, make: Callable[[str], Any], *, default: str = "") -> Any:
        """Return what ``make`` makes of an address, or of the default.

        Raises:
            ImproperlyConfigured: If that raises ``ValueError``.
        """
        return self.get_value(var, cast=make, default=default, parse_default=True)

    @classmethod
    def parse_value(cls, value: str, cast: Any) -> Any:
        """Return a value as the type that is asked for; a switch is on or off, and nothing between."""
        if cast is not bool:
            return super().parse_value(value, cast)
        if value.strip().lower() not in BOOLEANS:
            raise ValueError("neither on nor off")
        return BOOLEANS[value.strip().lower()]
