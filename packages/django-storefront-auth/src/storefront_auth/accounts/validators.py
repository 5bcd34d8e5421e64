"""Validators of passwords."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

# Scripts with letters that look alike; a name that mixes them passes for another one, as "admin" with a Cyrillic "a".
_CONFUSABLE_SCRIPTS = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"})
# Letters that show nothing: two names could differ by them alone.
_INVISIBLE_LETTERS = re.compile("[\u115f\u1160\u3164\uffa0]")
# Line breaks and other controls would end a mail header; bidirectional controls turn the text around a name.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def validate_unmistakable(value: str) -> None:
    """Refuse a user name that only looks like another one.

    Raises:
        ValidationError: if letters of look-alike scripts are mixed, or some letter is invisible.
    """
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in value if letter.isalpha()}
    if len(scripts & _CONFUSABLE_SCRIPTS) > 1 or _INVISIBLE_LETTERS.search(value):
        raise ValidationError(_("Use letters of one alphabet only."), code="look_alike")


def validate_printable(value: str) -> None:
    """Refuse control characters in a person's name.

    Raises:
        ValidationError: if there is a line break or another control character.
    """
    if _UNPRINTABLE.search(value):
        raise ValidationError(_("Control characters are not allowed."), code="control_characters")


class MaximumLengthValidator:
    """A password validator: hashing is slow by design, so nobody may choose how much there is to hash."""

    def __init__(self, max_length: int = 1024) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: object = None) -> None:
        """Raise ``ValidationError`` if ``password`` is longer than ``max_length`` characters."""
        if len(password) > self.max_length:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return ngettext(
            "Your password must not be longer than %(max_length)d character.",
            "Your password must not be longer than %(max_length)d characters.",
            self.max_length,
        ) % {"max_length": self.max_length}
