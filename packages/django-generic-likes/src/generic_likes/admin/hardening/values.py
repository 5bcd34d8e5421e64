"""Which values the columns of a database can hold."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils import timezone

MAX_SEARCH_LENGTH: Final = 200
MAX_SEARCH_WORDS: Final = 16
MAX_VALUE_LENGTH: Final = 2000
# One year is left out at both ends, so that conversions between time zones stay within the supported dates.
YEARS: Final = range(2, 9999)
INTEGER: Final = re.compile(r"\s*[+-]?[0-9]+\s*", re.ASCII)


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
        if type(field).to_python is models.IntegerField.to_python and isinstance(value, str):
            return INTEGER.fullmatch(value) is not None  # int() takes "1_0" for 10 as well
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


def initial_values(opts: Any, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Return the initial values of a form from a query string, without those that are invalid for their field.

    Args:
        opts: The ``_meta`` of the model.
        values: The values by name.
    """
    for name, value in values.items():
        try:
            field: Any = opts.get_field(name)
        except FieldDoesNotExist:
            yield name, value  # a form field that is not a model field
            continue
        if field.many_to_many and isinstance(value, list):
            yield name, [key for key in value if is_key(field, key)]
        elif not hasattr(field, "to_python") or not is_key(field, value):
            continue
        elif isinstance(field, models.DateTimeField):
            yield name, _aware(field.to_python(value))  # the split widget needs a datetime
        else:
            yield name, value


def _aware(moment: datetime | None) -> datetime | None:
    if moment is None or timezone.is_aware(moment) or timezone.is_naive(timezone.now()):
        return moment
    return timezone.make_aware(moment)
