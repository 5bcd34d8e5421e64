"""Conversion of the column values of the source to field values."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime

CART_NAMESPACE: Final = uuid.UUID("6f1d3b0e-2f4c-5c1e-9d3a-7c2b7f6f4a11")


def converted(model: type[models.Model], name: str, value: Any) -> Any:
    """Return a raw value converted to the type of the field ``name`` of ``model``.

    Args:
        model: The model.
        name: The name of a field.
        value: The value from the driver, whose type for dates, amounts and flags depends on the database.

    Raises:
        ValidationError: If it is not a valid value of the field.
    """
    field: Any = model._meta.get_field(name)
    if value is None:
        return None
    if isinstance(field, models.DateTimeField):
        return moment(value)
    if isinstance(field, models.DecimalField):
        return field.to_python(str(value))
    if isinstance(value, str):
        value = value.replace("\x00", "")
    result = field.to_python(value)
    return result[: field.max_length] if isinstance(result, str) and field.max_length else result


def moment(value: Any) -> datetime:
    """Return an aware datetime; a naive value is interpreted as UTC, as Django stores it.

    Raises:
        ValidationError: If the value is not a datetime.
    """
    if isinstance(value, str):
        value = parse_datetime(value)
    if not isinstance(value, datetime):
        raise ValidationError("This is no date and time.")
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def day(value: Any) -> date:
    """Return a date; of a datetime, the date in UTC.

    Raises:
        ValidationError: If the value is neither a date nor a datetime.
    """
    if isinstance(value, str):
        value = parse_date(value) or parse_datetime(value)
    if isinstance(value, datetime):
        return moment(value).astimezone(UTC).date()
    if not isinstance(value, date):
        raise ValidationError("This is no date.")
    return value


def cart_key(value: Any) -> uuid.UUID:
    """Return the UUID of a cart, which is derived from the integer key in early versions of the course."""
    text = str(value)
    return uuid.uuid5(CART_NAMESPACE, text) if text.isdigit() and len(text) < 32 else uuid.UUID(text)
