"""The key of an object is kept in a native column of its own type, never as text that must be cast.

So the database compares integers with integers and UUIDs with UUIDs, whatever it stores them as, and every join and
look-up can use an index on both sides.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from generic_tags.exceptions import InvalidKeyError, UnsupportedKeyError

MAX_TEXT = 255
INTEGER, UUID, TEXT = KEY_COLUMNS = ("object_int", "object_uuid", "object_str")

_INTEGER = re.compile(r"-?[0-9]{1,19}", re.ASCII)


def key_field(model: type[models.Model]) -> models.Field[Any, Any]:
    """Return the field that holds the value of the primary key; for a multi-table child, its ancestor's."""
    field = model._meta.pk
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return field


def key_column(model: type[models.Model]) -> str:
    """Return the name of the column that holds keys of this model.

    Raises:
        UnsupportedKeyError: no column can hold them.
    """
    field = key_field(model)
    if isinstance(field, models.IntegerField):
        return INTEGER
    if isinstance(field, models.UUIDField):
        return UUID
    if isinstance(field, models.CharField) and field.max_length and field.max_length <= MAX_TEXT:
        return TEXT
    raise UnsupportedKeyError(
        f"{model._meta.label} has the primary key {type(field).__name__}; "
        f"only integers, UUIDs and strings of at most {MAX_TEXT} characters can be kept."
    )


def _storable(text: str) -> bool:
    """Tell whether every database takes the text: no NUL, no half of a surrogate pair."""
    return 0 < len(text) <= MAX_TEXT and not any(c == "\0" or "\ud800" <= c <= "\udfff" for c in text)


def parse_key(model: type[models.Model], value: object) -> int | uuid.UUID | str:
    """Return ``value`` as a key of the model.

    Raises:
        InvalidKeyError: no object of the model can have this key.
        UnsupportedKeyError: the model has a primary key of another kind.
    """
    column = key_column(model)
    text = str(value)
    invalid = InvalidKeyError(f"{text[:50]!r} can not be a primary key of {model._meta.label}.")
    if isinstance(value, bool) or not _storable(text):
        raise invalid
    if column == INTEGER:
        if not _INTEGER.fullmatch(text) or not -(2**63) <= int(text) < 2**63:
            raise invalid
        return int(text)
    if column == UUID:
        try:
            key: uuid.UUID = key_field(model).to_python(text)
        except ValidationError as error:
            raise invalid from error
        return key
    return text
