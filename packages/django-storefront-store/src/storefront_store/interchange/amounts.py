"""Parsing of localised numbers and prices: ``1.299,00``, ``1,299.00``, ``9,99 €``, ``EUR 9.99``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from storefront_store.interchange.errors import BadRow
from storefront_store.interchange.wording import option

MARKS: Final = (".", ",")
LONGEST_NUMBER: Final = 20  # maximum number of digits: more than any column holds, and still cheap to process
GROUP_SPACES: Final = re.compile(r"(?<=[0-9])[ \u00a0\u2009\u202f'\u2019](?=[0-9]{3}(?![0-9]))")
NUMBER: Final = re.compile(r"(?P<sign>[+-]?)(?P<digits>[0-9][0-9.,]*?)(?P<whole>[.,][-\u2013\u2014]{1,2})?")
AMOUNT: Final = re.compile(
    r"(?P<before>[^0-9+.,-]*)(?P<number>[+-]?[0-9].*?)(?P<after>[^0-9.,\u2013\u2014-]*)", re.DOTALL
)
DOLLARS: Final = frozenset(
    {
        "USD", "AUD", "BBD", "BMD", "BND", "BSD", "BZD", "CAD", "CLP", "COP", "DOP", "FJD", "GYD", "HKD", "JMD", "KYD",
        "LRD", "MXN", "NAD", "NZD", "SGD", "SRD", "TTD", "TWD", "UYU", "XCD", "ARS",
    }
)  # fmt: skip
SYMBOLS: Final[dict[str, frozenset[str]]] = {
    "$": DOLLARS,
    "€": frozenset({"EUR"}),
    "£": frozenset({"GBP", "EGP", "GIP", "FKP", "SHP", "LBP", "SYP"}),
    "¥": frozenset({"JPY", "CNY"}),
    "US$": frozenset({"USD"}),
    "A$": frozenset({"AUD"}),
    "AU$": frozenset({"AUD"}),
    "C$": frozenset({"CAD"}),
    "CA$": frozenset({"CAD"}),
    "NZ$": frozenset({"NZD"}),
    "HK$": frozenset({"HKD"}),
    "MX$": frozenset({"MXN"}),
    "R$": frozenset({"BRL"}),
    "R": frozenset({"ZAR"}),
    "₹": frozenset({"INR"}),
    "₨": frozenset({"INR", "PKR", "LKR", "NPR", "MUR"}),
    "RS": frozenset({"INR", "PKR", "LKR", "NPR", "MUR"}),
    "RS.": frozenset({"INR", "PKR", "LKR", "NPR", "MUR"}),
    "KR": frozenset({"SEK", "NOK", "DKK", "ISK"}),
    "KR.": frozenset({"SEK", "NOK", "DKK", "ISK"}),
    "ZŁ": frozenset({"PLN"}),
    "KČ": frozenset({"CZK"}),
    "FT": frozenset({"HUF"}),
    "LEI": frozenset({"RON", "MDL"}),
    "ЛВ": frozenset({"BGN"}),
    "ЛВ.": frozenset({"BGN"}),
    "FR.": frozenset({"CHF"}),
    "SFR.": frozenset({"CHF"}),
    "₽": frozenset({"RUB"}),
    "₴": frozenset({"UAH"}),
    "₺": frozenset({"TRY"}),
    "₩": frozenset({"KRW"}),
    "₫": frozenset({"VND"}),
    "₪": frozenset({"ILS"}),
    "฿": frozenset({"THB"}),
    "₱": frozenset({"PHP"}),
    "RM": frozenset({"MYR"}),
    "RP": frozenset({"IDR"}),
}


@dataclass(frozen=True, slots=True)
class Amount:
    """A parsed price.

    Attributes:
        value: The number.
        currencies: The possible codes for its currency sign; empty without one.
    """

    value: Decimal
    currencies: frozenset[str] = frozenset()


def read_amount(text: str, decimal: str | None = None) -> Amount:
    """Parse a price with or without a currency code or sign.

    Args:
        text: A text such as ``"9,99 €"``.
        decimal: The decimal mark of the file, ``"."`` or ``","``, if known.

    Raises:
        BadRow: If it is not a price or is ambiguous.
    """
    match = AMOUNT.fullmatch(text.strip())
    if match is None:
        raise BadRow(_("%(value)s is not a number") % {"value": shown(text)})
    currencies = [_currencies(sign) for sign in (match["before"], match["after"]) if sign.strip()]
    if None in currencies:
        raise BadRow(_("%(value)s is not a number") % {"value": shown(text)})
    value = read_number(match["number"], decimal, said=text)
    known = [codes for codes in currencies if codes is not None]
    return Amount(value, frozenset.intersection(*known) if known else frozenset())


def currency_code(text: str, wanted: str) -> str:
    """Return the code of a currency.

    Args:
        text: The code, or a sign such as ``€``.
        wanted: The currency of the import, if the sign can be its own.
    """
    code = text.upper()
    codes = SYMBOLS.get(code, frozenset())
    return wanted if wanted in codes else next(iter(codes)) if len(codes) == 1 else code


def read_number(text: str, decimal: str | None = None, *, said: str | None = None) -> Decimal:
    """Parse a number with or without a decimal mark and thousands separators.

    Args:
        text: A text such as ``"1.299,00"``.
        decimal: The decimal mark of the file, ``"."`` or ``","``, if known.
        said: The text to quote in the error; defaults to ``text``.

    Raises:
        BadRow: If it is not a number, is ambiguous, or is too long.
    """
    said = text if said is None else said
    match = NUMBER.fullmatch(GROUP_SPACES.sub("", text.strip()))
    if match is None:
        raise BadRow(_("%(value)s is not a number") % {"value": shown(said)})
    digits, mark = match["digits"], decimal
    if match["whole"]:  # "1.299,-"
        mark = match["whole"][0]
        if mark in digits or (decimal and decimal != mark):
            raise BadRow(_("%(value)s is not a number") % {"value": shown(said)})
    elif mark is None:
        mark = _decimal_mark(digits, said)
    whole, point, fraction = digits.partition(mark) if mark else (digits, "", "")
    for separator in MARKS:
        if separator in whole:
            if not _is_grouped(whole, separator):
                raise BadRow(_("%(value)s is not a number") % {"value": shown(said)})
            whole = whole.replace(separator, "")
    if not whole.isdigit() or (point and not fraction.isdigit()):
        raise BadRow(_("%(value)s is not a number") % {"value": shown(said)})
    if len(whole) + len(fraction) > LONGEST_NUMBER:
        raise BadRow(_("the number has too many digits"))
    return Decimal(f"{match['sign']}{whole}.{fraction or 0}") if point else Decimal(match["sign"] + whole)


def shown(value: object) -> str:
    """Return a value quoted and shortened for a message."""
    text = str(value) if isinstance(value, Decimal) else repr(value)
    return text if len(text) <= 40 else text[:40] + "…"


def _decimal_mark(digits: str, said: str) -> str | None:
    """Return the decimal mark of a number; None if there is none.

    Raises:
        BadRow: If exactly three digits follow a single mark, which is ambiguous.
    """
    found = [mark for mark in MARKS if mark in digits]
    if len(found) == 2:
        return max(found, key=digits.rindex)
    if not found or digits.count(found[0]) > 1:
        return None
    whole, _mark, fraction = digits.partition(found[0])
    if len(fraction) == 3 and len(whole) <= 3 and not whole.startswith("0"):
        raise BadRow(
            _("%(value)s is ambiguous: it could mean %(one)s or %(other)s; say which with %(option)s")
            % {
                "value": shown(said),
                "one": whole + fraction,
                "other": f"{whole}.{fraction}",
                "option": option("decimal"),
            }
        )
    return found[0]


def _is_grouped(whole: str, separator: str) -> bool:
    """Return whether separators are at the positions of thousands, or at those of the Indian system."""
    return re.fullmatch(rf"[0-9]{{1,3}}(?:\{separator}[0-9]{{2,3}})*\{separator}[0-9]{{3}}", whole) is not None


def _currencies(sign: str) -> frozenset[str] | None:
    """Return the possible codes for a sign; None if it is not a currency sign."""
    name = sign.strip().upper()
    if name in SYMBOLS:
        return SYMBOLS[name]
    return frozenset({name}) if re.fullmatch("[A-Z]{3}", name) else None
