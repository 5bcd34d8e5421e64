"""Validation, comparison and slugs of labels.

Two labels are equal if they have the same comparable form. The slug is computed from that form only, and different
forms have different slugs. So a new tag needs no query for a free slug, and parallel inserts can't conflict in it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Final

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from generic_tags.exceptions import InvalidLabel

MAX_LENGTH: Final = 255
MAX_SLUG: Final = 200
SLUG_STEM: Final = 60

# Invisible letters and marks that are not in the category Cf.
_BLANK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {chr(c) for c in range(0xFE00, 0xFE10)}
_CONTROL: Final = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})

# The names of characters that are not allowed in a slug, where they are written between underscores.
SPELLED: Final = {
    " & ": "and",
    "&": "amp",
    "+": "plus",
    "#": "sharp",
    "@": "at",
    ".": "dot",
    "/": "slash",
    "%": "percent",
    "*": "star",
    "!": "bang",
    "?": "question",
    "=": "equals",
    "<": "less",
    ">": "greater",
    "$": "dollar",
    "€": "euro",
    "£": "pound",
    ",": "comma",
    ":": "colon",
    ";": "semicolon",
    "'": "apostrophe",
    '"': "quotes",
    "(": "open",
    ")": "close",
    "~": "tilde",
    "|": "pipe",
    "\\": "backslash",
    "_": "underscore",
}
_SYMBOLS: Final = {word: symbol for symbol, word in SPELLED.items()}
_TOKENS: Final = re.compile("( & |" + "|".join(re.escape(symbol) for symbol in SPELLED if symbol != " & ") + "| |-)")
_SEPARATORS: Final = re.compile("(--|-|_)")


def clean_label(label: object) -> str:
    """Return the label as it is stored: in the Unicode form NFC, trimmed, with single spaces.

    Args:
        label: The label that was entered.

    Raises:
        InvalidLabel: The value is not a string, is blank or invisible, is too long, or contains control characters.
    """
    if not isinstance(label, str):
        raise InvalidLabel(_("A label must be text."), "invalid")
    if len(label) > 4 * MAX_LENGTH:
        raise InvalidLabel(_("A label may have at most 255 characters."), "max_length")
    text = unicodedata.normalize("NFC", label.strip())
    if any(unicodedata.category(character) in _CONTROL for character in text):
        raise InvalidLabel(_("A label may not contain control characters."), "control_characters")
    text = " ".join(text.split())
    key = label_key(text)
    if not key:
        raise InvalidLabel(_("A label may not be blank."), "blank")
    if max(len(text), len(key)) > MAX_LENGTH:
        raise InvalidLabel(_("A label may have at most 255 characters."), "max_length")
    return text


def label_key(label: str) -> str:
    """Return the comparable form of a label.

    It is the same for labels that differ only in case, Unicode form, spacing or invisible characters, and it is its own
    comparable form.
    """
    key = _fold(label)
    return key if key == label else label_key(key)  # removing characters may let their neighbours compose


def slug_for(key: str) -> str:
    """Return the slug of the label with this comparable form: ``red-wine``, ``c_plus_plus``, ``t--shirt``.

    Spaces become hyphens, hyphens are doubled, and other characters are replaced by their names. If the label can't be
    restored from that, two underscores and a digest are appended.
    """
    slug = _spell(key)
    if slug is not None and len(slug) <= MAX_SLUG and "__" not in slug and _read(slug) == key:
        return slug
    digest = hashlib.blake2b(key.encode(), digest_size=10).hexdigest()
    return f"{slugify(key, allow_unicode=True)[:SLUG_STEM].strip('-_')}__{digest}"


def _fold(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold()
    text = "".join(c for c in text if c not in _BLANK and unicodedata.category(c) != "Cf")
    return " ".join(text.split())


def _spell(key: str) -> str | None:
    """Return the key with spaces, hyphens and symbols replaced, or ``None`` if a character has no replacement."""
    slug, after_symbol = "", False
    for piece in filter(None, _TOKENS.split(key)):
        if piece in SPELLED:
            slug += ("_" if slug else "") + SPELLED[piece]
            after_symbol = True
        elif piece in {" ", "-"}:
            slug += "-" if piece == " " else "--"
            after_symbol = False
        elif all(unicodedata.category(character)[0] in "LMN" for character in piece):
            slug += ("_" if after_symbol else "") + piece
            after_symbol = False
        else:
            return None
    return slug if "_" in slug or not after_symbol else f"{slug}_"


def _read(slug: str) -> str:
    """Return the key from which a slug without a digest was made."""
    parts = _SEPARATORS.split(slug)
    key = ""
    for place, part in enumerate(parts):
        if place % 2:
            key += {"-": " ", "--": "-", "_": ""}[part]
        elif part in _SYMBOLS and "_" in parts[max(place - 1, 0) : place + 2]:
            key += _SYMBOLS[part]
        else:
            key += part
    return key
