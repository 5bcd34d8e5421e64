"""Which values the columns of a database can hold."""

from __future__ import annotations

import math
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models

MAX_SEARCH_LENGTH: Final = 200
MAX_SEARCH_WORDS: Final = 16
MAX_VALUE_LENGTH: Final = 2000
# One year is left out at both ends, so that conversions between time zones stay within the supported dates.
YEARS: Final = range(2, 9999)


def is_key(field: Any, value: Any) -> bool:
    """Return whether the column of ``field`` can hold ``value``, so that a query may look for it.

    Args:
        field: A model field; a relation stands for the field that it refers to.
        value: The value from the URL or the form, usually text.
    """
    while field.remote_field is not None:
        field = field.target_field
    if "\x00" in str(value) or len(str(value)) > MAX_VALUE_LENGTH:
        return False
    if isinstance(field, (models.CharField, models.TextField)):
        return True  # text that is invalid for its field is safe to query and matches no row
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
    """Return whether a search term is short enough to limit the cost of the query."""
    return len(text) <= MAX_SEARCH_LENGTH and len(text.split()) <= MAX_SEARCH_WORDS and "\x00" not in text
