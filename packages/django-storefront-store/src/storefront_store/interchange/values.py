"""Converts the values of a file into what the models take."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.dateparse import parse_date, parse_datetime

from storefront_store.interchange.amounts import LONGEST_NUMBER, Amount, read_amount, read_number, shown
from storefront_store.interchange.errors import BadRow

LONGEST_TEXT: Final = 100_000
UNSTORABLE: Final = re.compile("[\\x00\\ud800-\\udfff]")
TRUE: Final = frozenset(
    {
        "true", "1", "yes", "y", "on", "x", "active", "published", "enabled", "enable", "visible",
        "wahr", "ja", "verdadero", "sí", "si", "vrai", "oui", "vero",
    }
)  # fmt: skip
FALSE: Final = frozenset(
    {
        "false", "0", "no", "n", "off", "inactive", "draft", "archived", "unpublished", "disabled", "disable", "hidden",
        "private", "trash", "deleted", "discontinued", "retired", "falsch", "nein", "falso", "faux", "non",
    }
)  # fmt: skip


def text(value: Any) -> str:
    """Take text as it is, without space around it.

    Raises:
        BadRow: If it is not text, or no database could keep it.
    """
    if not isinstance(value, str):
        raise BadRow(f"{shown(value)} is not text")
    if len(value) > LONGEST_TEXT:
        raise BadRow(f"it is {len(value):,} characters long; at most {LONGEST_TEXT:,} are allowed")
    if UNSTORABLE.search(value):
        raise BadRow("it holds a character that can't be stored")
    return value.strip()


def label(value: Any) -> str:
    """Take text, or a number such as an article number, as text."""
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) <= LONGEST_NUMBER:
        return f"{value:f}"
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value)


def number(value: Any, decimal: str | None = None) -> Decimal:
    """Take a number, or text that is one.

    Args:
        value: A number of a JSON file or a workbook, or text.
        decimal: The decimal mark of texts, if it is known.

    Raises:
        BadRow: If it is not a number, not finite or absurdly long.
    """
    if isinstance(value, str):
        return read_number(value, decimal)
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise BadRow(f"{shown(value)} is not a number")
    result = Decimal(value)
    if not result.is_finite():
        raise BadRow(f"{result} is not a number")
    if len(result.as_tuple().digits) > LONGEST_NUMBER or abs(result.adjusted()) > LONGEST_NUMBER:
        raise BadRow("the number has too many digits")
    return result


def amount(value: Any, decimal: str | None = None) -> Amount:
    """Take a price, with the zeros after its second decimal cut off.

    Raises:
        BadRow: If it is not a price, or could mean two.
    """
    read = read_amount(value, decimal) if isinstance(value, str) else Amount(number(value))
    return Amount(cents(read.value), read.currencies)


def cents(value: Decimal) -> Decimal:
    """Cut off the zeros after the second decimal; more than two decimals stay as they are."""
    rounded = round(value, 2)
    return rounded if rounded == value else value


def money(value: Any, decimal: str | None = None) -> Decimal:
    """Take an amount without a currency."""
    return cents(number(value, decimal))


def integer(value: Any, decimal: str | None = None) -> int:
    """Take a whole number.

    Raises:
        BadRow: If it has a fraction or is no number at all.
    """
    result = number(value, decimal)
    if result != int(result):
        raise BadRow(f"{shown(value)} is not a whole number")
    return int(result)


def boolean(value: Any) -> bool:
    """Take true or false, or a word for them in English, German, Spanish, French or Italian.

    Raises:
        BadRow: If it is neither.
    """
    word = str(value).strip().casefold()
    if word not in TRUE | FALSE:
        raise BadRow(f"{shown(value)} is neither true nor false")
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
        raise BadRow(f"{shown(value)} is not a date")
    return result


def convert(name: str, value: Any, converters: Mapping[str, Callable[[Any], Any]]) -> Any:
    """Convert the value of one field, and name the field if that fails."""
    try:
        return converters[name](value)
    except BadRow as error:
        raise BadRow(f"{name}: {error.message}") from error
