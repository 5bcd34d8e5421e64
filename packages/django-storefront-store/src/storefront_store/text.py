"""Folding, splitting, sorting and validation of text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# General categories of invisible characters: controls, formats, surrogates, private use, separators.
INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})
# Blank characters that count as letters or symbols: Hangul fillers and the Braille blank.
BLANK: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")

MAX_SEARCH_LENGTH: Final = 200
MAX_SEARCH_WORDS: Final = 16
MAX_KEY_LENGTH: Final = 255  # characters of a sort key
MAX_WORD_LENGTH: Final = 64  # characters of a stored word; longer ones are stored as overlapping pieces
MAX_ASKED_LENGTH: Final = MAX_WORD_LENGTH // 2  # number of characters of a search word that are compared

# General diacritical marks. Marks of other scripts, such as the Japanese sound marks, change the letter and are kept.
DIACRITICS: Final = re.compile("[\u0300-\u036f]")
# Letters with a diacritic that Unicode does not decompose, and letters usually typed as two.
LETTERS: Final = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ŧ": "t",
        "\u0131": "i",
        "ŋ": "n",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
    }
)
POSSESSIVE: Final = re.compile(r"['\u2019]s\b")
WORD: Final = re.compile(r"[^\W_]+")
SYMBOLS: Final = frozenset("%#@§")  # besides those that Unicode counts as symbols


def fold(text: str) -> str:
    """Return ``text`` without its case, compatibility forms and diacritics.

    The result does not depend on the database, so comparisons of folded text find the same rows on all databases.

    Args:
        text: Any text, such as ``"Crème BRÛLÉE, Straße"``.

    Returns:
        The folded text, such as ``"creme brulee, strasse"``.
    """
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFKC", DIACRITICS.sub("", decomposed).translate(LETTERS))


def words_of(*parts: str | None) -> list[str]:
    """Return the folded words of ``parts``, in order.

    Words consist of letters and digits; everything else is a separator, except that the possessive *'s* belongs to
    its word and that a symbol such as ``%`` or an emoji is a separate word.
    """
    folded = fold("\n".join(part for part in parts if part))
    return list(_split(POSSESSIVE.sub("s", folded)))


def _split(folded: str) -> Iterator[str]:
    position = 0
    for match in WORD.finditer(folded):
        yield from _symbols(folded[position : match.start()])
        yield match.group()
        position = match.end()
    yield from _symbols(folded[position:])


def _symbols(text: str) -> Iterator[str]:
    return (character for character in text if character in SYMBOLS or unicodedata.category(character).startswith("S"))


def sort_key(text: str) -> str:
    """Return the sort key of ``text``: its folded words, or the folded text if it has no words."""
    return (" ".join(words_of(text)) or fold(text).strip())[:MAX_KEY_LENGTH].rstrip()


def pieces_of(word: str) -> Iterator[str]:
    """Return ``word``, or overlapping pieces of it if it is long.

    Any :data:`MAX_ASKED_LENGTH` consecutive characters are in one of the pieces. This is needed for scripts without
    spaces between words.
    """
    start = 0
    while True:
        yield word[start : start + MAX_WORD_LENGTH]
        if start + MAX_WORD_LENGTH >= len(word):
            return
        start += MAX_ASKED_LENGTH


def is_searchable(text: str) -> bool:
    """Return whether a search text is short enough; longer ones are expensive for the database."""
    return len(text) <= MAX_SEARCH_LENGTH and len(text.split()) <= MAX_SEARCH_WORDS and "\x00" not in text


def is_visible(text: str) -> bool:
    """Return whether ``text`` has at least one visible character."""
    return any(unicodedata.category(character) not in INVISIBLE and character not in BLANK for character in text)


def validate_visible(value: str) -> None:
    """Validate that text has a visible character and can be stored in any database.

    Raises:
        ValidationError: If no character is visible, or the text has a NUL character.
    """
    if "\x00" in value:
        raise ValidationError(_("Null characters are not allowed."), code="null_characters_not_allowed")
    if not is_visible(value):
        raise ValidationError(_("This field may not be blank."), code="blank")
