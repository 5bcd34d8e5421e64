"""Conversion of the values of a file to model values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from storefront_store.interchange.amounts import LONGEST_NUMBER, Amount, read_amount, read_number, shown
from storefront_store.interchange.cells import DateCell, ErrorCell
from storefront_store.interchange.errors import BadRow

LONGEST_TEXT: Final = 100_000
BINARY_NOISE: Final = Decimal("1e-9")  # 9.990000000000002, as programs write prices that are not decimal for them
FREE: Final = frozenset({"free", "gratis", "kostenlos", "umsonst", "gratuit", "gratuito", "for free"})
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
    """Return text without surrounding space.

    Raises:
        BadRow: If it is not text, or can't be stored in a database.
    """
    if not isinstance(value, str):
        raise BadRow(_("%(value)s is not text") % {"value": shown(value)})
    if isinstance(value, DateCell):
        raise BadRow(_("%(value)s is a date in the workbook; format that column as text") % {"value": shown(value)})
    if isinstance(value, ErrorCell):
        raise BadRow(_("%(value)s is the error of a formula") % {"value": shown(value)})
    if len(value) > LONGEST_TEXT:
        raise BadRow(
            _("it is %(number)s characters long; at most %(limit)s are allowed")
            % {"number": f"{len(value):,}", "limit": f"{LONGEST_TEXT:,}"}
        )
    if UNSTORABLE.search(value):
        raise BadRow(_("it holds a character that can't be stored"))
    return value.strip()


def label(value: Any) -> str:
    """Return text, or a number such as a SKU, as text."""
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) <= LONGEST_NUMBER:
        return f"{value:f}"
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value)


def number(value: Any, decimal: str | None = None) -> Decimal:
    """Convert a number or a text to a number.

    Args:
        value: A number from a JSON file or a workbook, or text.
        decimal: The decimal mark of texts, if known.

    Raises:
        BadRow: If it is not a number, not finite or too long.
    """
    if isinstance(value, str):
        return read_number(value, decimal)
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise BadRow(_("%(value)s is not a number") % {"value": shown(value)})
    result = Decimal(value)
    if not result.is_finite():
        raise BadRow(_("%(value)s is not a number") % {"value": result})
    if len(result.as_tuple().digits) > LONGEST_NUMBER or abs(result.adjusted()) > LONGEST_NUMBER:
        raise BadRow(_("the number has too many digits"))
    return result


def amount(value: Any, decimal: str | None = None) -> Amount:
    """Convert a price, without zeros after the second decimal.

    Raises:
        BadRow: If it is not a price or is ambiguous.
    """
    if isinstance(value, str) and value.strip().casefold() in FREE:
        return Amount(Decimal(0))
    read = read_amount(value, decimal) if isinstance(value, str) else Amount(number(value))
    return Amount(cents(read.value), read.currencies)


def cents(value: Decimal) -> Decimal:
    """Remove zeros after the second decimal, and the rounding errors of binary numbers; other decimals are kept."""
    rounded = round(value, 2)
    return rounded if abs(rounded - value) < BINARY_NOISE else value


def money(value: Any, decimal: str | None = None) -> Decimal:
    """Convert an amount without a currency."""
    return cents(number(value, decimal))


def integer(value: Any, decimal: str | None = None) -> int:
    """Convert a whole number.

    Raises:
        BadRow: If it has a fraction or is not a number.
    """
    result = number(value, decimal)
    if result != int(result):
        raise BadRow(_("%(value)s is not a whole number") % {"value": shown(value)})
    return int(result)


def boolean(value: Any) -> bool:
    """Convert a Boolean, or a word for it in English, German, Spanish, French or Italian.

    Raises:
        BadRow: If it is neither.
    """
    word = str(value).strip().casefold()
    if word not in TRUE | FALSE:
        raise BadRow(_("%(value)s is neither true nor false") % {"value": shown(value)})
    return word in TRUE


def day(value: Any) -> date:
    """Convert a date, or the date of a datetime, in ISO 8601.

    Raises:
        BadRow: If it is neither.
    """
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
        result = moment.date() if moment else parse_date(value) if isinstance(value, str) else None
    except ValueError:
        result = None
    if result is None:
        raise BadRow(_("%(value)s is not a date") % {"value": shown(value)})
    return result


def convert(name: str, value: Any, converters: Mapping[str, Callable[[Any], Any]]) -> Any:
    """Convert the value of one field; errors include the name of the field."""
    try:
        return converters[name](value)
    except BadRow as error:
        raise BadRow(f"{name}: {error.message}") from error
