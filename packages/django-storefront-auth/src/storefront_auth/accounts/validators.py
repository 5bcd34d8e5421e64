"""Validators for user names, personal names and passwords."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

# Scripts with letters that look alike. A name that mixes them can imitate another one: "admin" with a Cyrillic "a".
_CONFUSABLE_SCRIPTS = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"})
# Invisible letters: two names could differ only in them.
_INVISIBLE_LETTERS = re.compile("[\u115f\u1160\u3164\uffa0]")
# Line breaks and other control characters could end a mail header; bidirectional controls reorder the text nearby.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def validate_unmistakable(value: str) -> None:
    """Reject a user name that could be mistaken for another one.

    Args:
        value: The user name.

    Raises:
        ValidationError: If it mixes letters of scripts that look alike, or contains an invisible letter.
    """
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in value if letter.isalpha()}
    if len(scripts & _CONFUSABLE_SCRIPTS) > 1 or _INVISIBLE_LETTERS.search(value):
        raise ValidationError(_("Use letters of one alphabet only."), code="look_alike")


def validate_printable(value: str) -> None:
    """Reject control characters in a person's name.

    Args:
        value: The name.

    Raises:
        ValidationError: If it contains a line break or another control character.
    """
    if _UNPRINTABLE.search(value):
        raise ValidationError(_("Control characters are not allowed."), code="control_characters")


class MaximumLengthValidator:
    """Password validator that limits the length, because hashing a long password takes time."""

    def __init__(self, max_length: int = 1024) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: object = None) -> None:
        """Raise ``ValidationError`` if ``password`` is longer than ``max_length`` characters."""
        if len(password) > self.max_length:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        """Return the text that explains the limit to users."""
        return ngettext(
            "Your password must not be longer than %(max_length)d character.",
            "Your password must not be longer than %(max_length)d characters.",
            self.max_length,
        ) % {"max_length": self.max_length}
