"""Validation of address lines and countries."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAX_LINE: Final = 255
# folded common names of countries that ISO 3166 does not list
ALIASES: Final = {
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "el": "GR",
    "usa": "US",
    "united states": "US",
    "holland": "NL",
    "russia": "RU",
    "south korea": "KR",
    "turkey": "TR",
    "vietnam": "VN",
}
LINK: Final = re.compile(r"://|www\.", re.IGNORECASE)


def validate_line(value: str) -> None:
    """Validate one line of an address: no line breaks, control characters or links.

    Args:
        value: The text.

    Raises:
        ValidationError: If it is refused.
    """
    if any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in value):
        raise ValidationError(_("Control characters and line breaks are not allowed."), code="control_characters")
    if LINK.search(value):
        raise ValidationError(_("Links are not allowed."), code="link")


def country_code(text: str) -> str:
    """Return the ISO 3166 alpha-2 code of a country.

    Args:
        text: A code of two or three letters, or the English name, in any case; empty for no country.

    Returns:
        Two capital letters, or an empty text.

    Raises:
        ValidationError: If there is no such country.
    """
    from django_countries import countries  # reads the settings

    wanted = text.strip()
    if not wanted:
        return ""
    code: str = ALIASES.get(wanted.casefold(), "")
    if not code and len(wanted) <= 3 and wanted.isascii() and wanted.isalpha():
        code = countries.alpha2(wanted.upper())
    code = code or countries.by_name(wanted, language="en", insensitive=True)
    if not code:
        raise ValidationError(_("“%(value)s” is no country."), code="invalid_country", params={"value": wanted[:50]})
    return code


def country_name(code: str) -> str:
    """Return the name of a country in the active language, or the code itself if it is unknown."""
    from django_countries import countries

    return str(countries.name(code)) or code


def country_choices() -> list[tuple[str, str]]:
    """Return the code and name of each country, sorted by name in the active language."""
    from django_countries import countries

    return [(country.code, country.name) for country in countries]
