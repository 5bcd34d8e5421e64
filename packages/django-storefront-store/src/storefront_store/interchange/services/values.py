"""Turns what stands in a file into what a model takes, or says what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.dateparse import parse_date, parse_datetime

from storefront_store.interchange.services.errors import BadRow

LONGEST_TEXT: Final = 100_000
LONGEST_NUMBER: Final = 20  # digits; far beyond every column, and still cheap to work with
NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
DECIMAL_COMMA: Final = re.compile(r"(?<=[0-9]),(?=[0-9]{1,2}$)")  # "9,99", but not "1,299"
TRUE: Final = frozenset({"true", "1", "yes", "y", "active", "published"})
FALSE: Final = frozenset({"false", "0", "no", "n", "inactive", "draft", "archived"})


def text(value: Any) -> str:
    """Take text as it is, without space around it.

    Raises:
        BadRow: If it is not text, or no database could keep it.
    """
    if not isinstance(value, str):
        raise BadRow(f"{_shown(value)} is not text")
    if len(value) > LONGEST_TEXT:
        raise BadRow(f"it is {len(value):,} characters long; at most {LONGEST_TEXT:,} are allowed")
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise BadRow("it holds a character that can't be stored")
    return value.strip()


def label(value: Any) -> str:
    """Take text or a whole number, such as an article number, as text."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value)


def number(value: Any) -> Decimal:
    """Take a number, or text that is one; a comma before one or two last digits counts as a point.

    Raises:
        BadRow: If it is not a number, not finite or absurdly long.
    """
    if isinstance(value, str):
        value = DECIMAL_COMMA.sub(".", value.strip())
        if not is_number(value) or "," in value:
            raise BadRow(f"{_shown(value)} is not a number")
    elif isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise BadRow(f"{_shown(value)} is not a number")
    result = Decimal(value)
    if not result.is_finite():
        raise BadRow(f"{result} is not a number")
    if len(result.as_tuple().digits) > LONGEST_NUMBER or abs(result.adjusted()) > LONGEST_NUMBER:
        raise BadRow("the number has too many digits")
    return result


def is_number(cell: str) -> bool:
    """Tell whether a cell holds a number and nothing else."""
    return NUMBER.fullmatch(cell.strip()) is not None


def money(value: Any) -> Decimal:
    """Take an amount, with the zeros after its second decimal cut off."""
    amount = number(value)
    cents = round(amount, 2)
    return cents if cents == amount else amount


def integer(value: Any) -> int:
    """Take a whole number.

    Raises:
        BadRow: If it has a fraction or is no number at all.
    """
    amount = number(value)
    if amount != int(amount):
        raise BadRow(f"{_shown(value)} is not a whole number")
    return int(amount)


def boolean(value: Any) -> bool:
    """Take true or false, or a word for them.

    Raises:
        BadRow: If it is neither.
    """
    word = str(value).strip().casefold()
    if word not in TRUE | FALSE:
        raise BadRow(f"{_shown(value)} is neither true nor false")
    return word in TRUE


def day(value: Any) -> date:
    """Take a date, or the date of a moment, in ISO 8601.

    Raises:
        BadRow: If it is neither.
    """
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
        result = moment.date() if moment else parse_date(value) if isinstance(value, str) else None
    except ValueError:
        result = None
    if result is None:
        raise BadRow(f"{_shown(value)} is not a date")
    return result


def convert(name: str, value: Any, converters: Mapping[str, Callable[[Any], Any]]) -> Any:
    """Convert the value of one field, and name the field if that fails."""
    try:
        return converters[name](value)
    except BadRow as error:
        raise BadRow(f"{name}: {error.message}") from error


def _shown(value: Any) -> str:
    shown = repr(value) if not isinstance(value, Decimal) else str(value)
    return shown if len(shown) <= 40 else shown[:40] + "…"
