"""What the columns of a database can hold and be asked for."""

from __future__ import annotations

import math
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models

MAX_SEARCH_LENGTH: Final = 200
MAX_SEARCH_WORDS: Final = 16
MAX_VALUE_LENGTH: Final = 2000
# A margin at both ends of the calendar: a conversion between time zones must not leave it.
YEARS: Final = range(2, 9999)


def is_key(field: Any, value: Any) -> bool:
    """Return whether the column of ``field`` can hold ``value``, so that a query may look for it.

    Args:
        field: A model field; a relation stands for the field that it refers to.
        value: What the address or the form holds, usually text.
    """
    while field.remote_field is not None:
        field = field.target_field
    if "\x00" in str(value) or len(str(value)) > MAX_VALUE_LENGTH:
        return False
    if isinstance(field, (models.CharField, models.TextField)):
        return True  # a text that breaks the rules of its field is found nowhere, and harms nobody
    try:
        python = field.to_python(value)
        field.run_validators(python)
        if isinstance(python, float):
            return math.isfinite(python)
        if isinstance(python, date):
            return python.year in YEARS
    except (ValidationError, ValueError, TypeError, ArithmeticError):
        return False
    return True


def is_searchable(text: str) -> bool:
    """Return whether a search term is short enough to be searched for at a bounded cost."""
    return len(text) <= MAX_SEARCH_LENGTH and len(text.split()) <= MAX_SEARCH_WORDS and "\x00" not in text
