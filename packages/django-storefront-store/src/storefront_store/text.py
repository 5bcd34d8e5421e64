"""Text as people see it: what can be searched, and what can be seen at all."""

from __future__ import annotations

import unicodedata
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# General categories that leave no mark on a page: controls, formats, surrogates, private use, separators.
INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})
# Letters by category, blank by design: Hangul fillers and the Braille blank.
BLANK: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")

MAX_SEARCH_LENGTH: Final = 200
MAX_SEARCH_WORDS: Final = 16


def is_searchable(text: str) -> bool:
    """Tell whether a search is within its bounds: longer ones are typed by nobody, and cost the database dearly."""
    return len(text) <= MAX_SEARCH_LENGTH and len(text.split()) <= MAX_SEARCH_WORDS and "\x00" not in text


def searchable(*parts: str | None) -> str:
    """Join ``parts`` and fold their case and compatibility forms away (NFKC, then casefold).

    Every database then finds the same rows by plain containment, whatever its collation does.
    """
    joined = "\n".join(part for part in parts if part)
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", joined).casefold())


def is_visible(text: str) -> bool:
    """Tell whether at least one character of ``text`` leaves a mark on a page."""
    return any(unicodedata.category(character) not in INVISIBLE and character not in BLANK for character in text)


def validate_visible(value: str) -> None:
    """Refuse text that nobody could see or that no database could store.

    Raises:
        ValidationError: If no character is visible, or one is a NUL.
    """
    if "\x00" in value:
        raise ValidationError(_("Null characters are not allowed."), code="null_characters_not_allowed")
    if not is_visible(value):
        raise ValidationError(_("This field may not be blank."), code="blank")
