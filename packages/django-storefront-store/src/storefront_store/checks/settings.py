"""Checks of the names and values in ``STOREFRONT_STORE``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.conf import settings
from django.core import checks
from django.utils.module_loading import import_string

from storefront_store.conf import DEFAULTS, IMPORT_LISTS, IMPORT_STRINGS, IMPORT_TABLES, SETTING, app_settings

KINDS: Final[dict[type, tuple[type, ...]]] = {
    bool: (bool,),
    int: (int,),
    Decimal: (Decimal, int, float, str),
    str: (str,),
    dict: (dict,),
    list: (list, tuple),
}
# Minimums of numeric settings for which 0 is not allowed.
MINIMUMS: Final = dict.fromkeys(
    (
        "IDEMPOTENCY_HOURS",
        "IMAGE_MAX_BYTES",
        "IMAGE_MAX_PIXELS",
        "MAX_CART_LINES",
        "MAX_LINE_QUANTITY",
        "MAX_PAGE_SIZE",
        "PAGE_SIZE",
    ),
    1,
)
MAXIMUMS: Final = {"MAX_LINE_QUANTITY": 32_767}  # length of the column
CURRENCY: Final = re.compile(r"[A-Z]{3}")
RATE: Final = re.compile(r"[1-9]\d*/[smhd]\w*")


def check_settings(**kwargs: Any) -> list[checks.CheckMessage]:
    """Check the names and values in ``STOREFRONT_STORE``."""
    found = [*_wrong_kinds()] or [*_unknown_names(), *_unimportable_paths()]
    return found or [*_no_adjusters()]


def _no_adjusters() -> Iterator[checks.CheckMessage]:
    for path in app_settings.ADJUSTERS:
        if not callable(getattr(import_string(path) if isinstance(path, str) else path, "adjust", None)):
            yield checks.Error(
                f"{SETTING}['ADJUSTERS'] names {path!r}, which has no method adjust().",
                hint="Give the dotted path of a class with a method adjust(basket, so_far).",
                id="storefront_store.E007",
            )


def _wrong_kinds() -> Iterator[checks.CheckMessage]:
    given: Any = getattr(settings, SETTING, {})
    if not isinstance(given, dict):
        yield _wrong_kind(SETTING, "a dictionary")
        return
    for name in given.keys() & DEFAULTS.keys() - IMPORT_STRINGS:
        value, kind = given[name], type(DEFAULTS[name])
        if type(value) not in KINDS[kind]:
            yield _wrong_kind(f"{SETTING}[{name!r}]", f"of the kind {kind.__name__}")
        elif kind is Decimal and not _is_number(value):
            yield _wrong_kind(f"{SETTING}[{name!r}]", "a number that is finite and not negative")
        elif kind is int and value < MINIMUMS.get(name, 0):
            yield _wrong_kind(f"{SETTING}[{name!r}]", f"at least {MINIMUMS.get(name, 0)}")
        elif name in MAXIMUMS and value > MAXIMUMS[name]:
            yield _wrong_kind(f"{SETTING}[{name!r}]", f"at most {MAXIMUMS[name]}")
        elif name == "CURRENCY" and not CURRENCY.fullmatch(value):
            yield _wrong_kind(f"{SETTING}[{name!r}]", 'three capital letters such as "EUR"')
        elif name == "THROTTLE_RATES":
            rates: dict[str, Any] = value
            for scope, rate in rates.items():
                if rate is not None and not (isinstance(rate, str) and RATE.fullmatch(rate)):
                    yield _wrong_kind(f"{SETTING}[{name!r}][{scope!r}]", 'a rate such as "60/min"')


def _is_number(value: Any) -> bool:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return False
    return number.is_finite() and number >= 0


def _wrong_kind(name: str, expected: str) -> checks.CheckMessage:
    return checks.Error(
        f"{name} must be {expected}.",
        hint="The settings page of the documentation shows an example.",
        id="storefront_store.E005",
    )


def _unknown_names() -> Iterator[checks.CheckMessage]:
    given = getattr(settings, SETTING, {})
    names = [(f"{SETTING}[{name!r}]", name in DEFAULTS) for name in given]
    for table in IMPORT_TABLES & given.keys():
        names += [(f"{SETTING}[{table!r}][{name!r}]", name in DEFAULTS[table]) for name in given[table]]
    for name, known in names:
        if not known:
            yield checks.Error(
                f"{name} is not a setting of the store.",
                hint="Compare its spelling with the settings page of the documentation.",
                id="storefront_store.E001",
            )


def _unimportable_paths() -> Iterator[checks.CheckMessage]:
    given = getattr(settings, SETTING, {})
    paths = [(name, given[name]) for name in IMPORT_STRINGS & given.keys()]
    paths += [(name, path) for name in IMPORT_LISTS & given.keys() for path in given[name]]
    for table in IMPORT_TABLES & given.keys():
        for name, value in given[table].items():
            paths += [(f"{table}.{name}", item) for item in (value if isinstance(value, (list, tuple)) else [value])]
    for name, path in paths:
        try:
            if isinstance(path, str):
                import_string(path)
        except ImportError as error:
            yield checks.Error(
                f"{SETTING}: {name} can't be imported: {error}",
                hint="Give the dotted path of a class.",
                id="storefront_store.E002",
            )
