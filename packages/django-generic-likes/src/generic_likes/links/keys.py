"""Primary keys of objects, each stored in a column of its own type.

The database compares integers with integers and UUIDs with UUIDs, so keys are not cast and every join can use an index.
"""

from __future__ import annotations

import re
import uuid
from typing import Any, Final, TypeAlias

from django.core.exceptions import ValidationError
from django.db import models

from ..exceptions import InvalidKey, NotFound, UnsupportedKey

Key: TypeAlias = int | uuid.UUID | str

MAX_TEXT: Final = 255
INTEGER: Final = "object_int"
UUID: Final = "object_uuid"
TEXT: Final = "object_str"
KEY_COLUMNS: Final = (INTEGER, UUID, TEXT)

_INTEGER: Final = re.compile(r"-?[0-9]{1,19}", re.ASCII)


def key_field(model: type[models.Model]) -> models.Field[Any, Any]:
    """Return the field of the primary key; for a multi-table child model, that of its topmost parent."""
    field: models.Field[Any, Any] = model._meta.pk
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return field


def key_column(model: type[models.Model]) -> str:
    """Return the name of the link column that holds keys of this model.

    Raises:
        UnsupportedKey: No column has their type.
    """
    field = key_field(model)
    if isinstance(field, models.IntegerField):
        return INTEGER
    if isinstance(field, models.UUIDField):
        return UUID
    if isinstance(field, models.CharField) and field.max_length and field.max_length <= MAX_TEXT:
        return TEXT
    raise UnsupportedKey(
        f"{model._meta.label} has a primary key of type {type(field).__name__}; "
        f"only integers, UUIDs and strings of at most {MAX_TEXT} characters are supported."
    )


def parse_key(model: type[models.Model], value: object) -> Key:
    """Return ``value`` as a primary key of the model.

    Raises:
        InvalidKey: The value is not a valid primary key of the model.
        UnsupportedKey: The type of the model's primary key is not supported.
    """
    column = key_column(model)
    text = str(value)
    invalid = InvalidKey(f"{text[:50]!r} cannot be a primary key of {model._meta.label}.")
    if isinstance(value, bool) or not _is_storable(text):
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


def saved_key(obj: models.Model) -> Key:
    """Return the primary key of a saved object, in the type of its field.

    Raises:
        NotFound: The object is not saved.
    """
    if obj._state.adding or obj.pk is None:
        raise NotFound(f"This {obj._meta.label} object is not saved; save it first.")
    key: Key = key_field(type(obj)).to_python(obj.pk)
    return key


def _is_storable(text: str) -> bool:
    """Return whether every database can store the text, which must not contain NUL or lone surrogates."""
    return 0 < len(text) <= MAX_TEXT and not any(c == "\0" or "\ud800" <= c <= "\udfff" for c in text)
