"""What a column of the source becomes in a field of ours."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dateparse import parse_datetime

CART_NAMESPACE: Final = uuid.UUID("6f1d3b0e-2f4c-5c1e-9d3a-7c2b7f6f4a11")


def converted(model: type[models.Model], name: str, value: Any) -> Any:
    """Return a raw value as the field ``name`` of ``model`` holds it.

    Args:
        model: The model.
        name: The name of a field.
        value: What the driver returned: other databases keep dates, amounts and flags in other types.

    Raises:
        ValidationError: If the field can't hold it.
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
    """Return an aware moment; a naive one is taken for UTC, as Django stores it.

    Raises:
        ValidationError: If it is none.
    """
    if isinstance(value, str):
        value = parse_datetime(value)
    if not isinstance(value, datetime):
        raise ValidationError("This is no date and time.")
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def cart_key(value: Any) -> uuid.UUID:
    """Return the key of a cart: its UUID, or one made of the number that early copies of the course used."""
    text = str(value)
    return uuid.uuid5(CART_NAMESPACE, text) if text.isdigit() and len(text) < 32 else uuid.UUID(text)
