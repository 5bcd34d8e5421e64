"""INSERT statements that are compiled once for each number of rows, as the other ones in ``statements``.

New rows are inserted by the ORM instead if a project's model, manager or receiver takes part in saving them.

This module uses private parts of Django: ``InsertQuery``, ``SQLInsertCompiler.as_sql()``,
``SQLInsertCompiler.returning_fields``, ``Options.db_returning_fields`` and ``Field.pre_save()`` as ``save()`` calls
it. ``tests/test_inserts.py`` compares the rows with those of the ORM, and fails when one of them changes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from types import NoneType, SimpleNamespace
from typing import Any, Final

from django.db import connections
from django.db.models import (
    AutoField,
    BigAutoField,
    BooleanField,
    CharField,
    DateTimeField,
    DecimalField,
    Field,
    ForeignKey,
    IntegerField,
    JSONField,
    Manager,
    Model,
    QuerySet,
    TextField,
)
from django.db.models.signals import post_save, pre_save
from django.db.models.sql import InsertQuery

from storefront_store.internals import combines_changes, returns_inserted_rows
from storefront_store.prepared import Bound, with_one_size
from storefront_store.statements import combined, is_plain_in

MOST_VALUES: Final = 900  # of a statement; SQLite takes 999
CONVERTERS: Final = ("to_python", "get_prep_value", "get_db_prep_value", "get_db_prep_save")
#: Fields, the type whose values no database stores differently, and a check of these values. Django refuses a Decimal
#: that is no number, and MySQL the key 0.
STORED_AS_GIVEN: Final[tuple[tuple[type[Any], type, Callable[[Any], bool] | None], ...]] = (
    (CharField, str, None),
    (TextField, str, None),
    (BooleanField, bool, None),
    (IntegerField, int, None),
    (DecimalField, Decimal, Decimal.is_finite),
    (ForeignKey, int, bool),
    (DateTimeField, NoneType, None),
    (JSONField, NoneType, None),
)


def create(manager: Manager[Any], /, *, using: str, **values: Any) -> Any:
    """Insert a row, as ``manager.create()`` does.

    Args:
        manager: The manager of its model.
        using: The alias of the database.
        values: The values of its fields.

    Returns:
        The row, with its key.
    """
    if not is_plain_in(manager, QuerySet, "create"):
        return manager.db_manager(using).create(**values)
    row = manager.model(**values)
    save_new(row, using=using)
    return row


def save_new(row: Model, *, using: str) -> None:
    """Insert a row, as ``row.save(force_insert=True)`` does.

    Args:
        row: The new row.
        using: The alias of the database.
    """
    if not (_is_saved_plainly(type(row)) and _insert([row], using)):
        row.save(using=using, force_insert=True)


def create_all(manager: Manager[Any], rows: Sequence[Any], *, using: str) -> Sequence[Any]:
    """Insert rows by one statement, as ``manager.bulk_create()`` does.

    Args:
        manager: The manager of their model.
        rows: The new rows.
        using: The alias of the database.

    Returns:
        The same rows, with their keys if the database returns them.
    """
    if not rows or (is_plain_in(manager, QuerySet, "bulk_create") and _insert(rows, using)):
        return rows
    inserted: list[Any] = manager.db_manager(using).bulk_create(rows)
    return inserted


def create_together(*groups: tuple[Manager[Any], Sequence[Any]], single: Model, using: str) -> list[Sequence[Any]]:
    """Insert rows of several models, by one statement on a database that can combine them.

    Args:
        groups: Managers, each with new rows of its model, which are inserted as ``bulk_create()`` does.
        single: A row of another model, which is inserted as ``save()`` does.
        using: The alias of the database.

    Returns:
        The rows of each group, as :func:`create_all` does.
    """
    plain = _is_saved_plainly(type(single)) and all(is_plain_in(each, QuerySet, "bulk_create") for each, _ in groups)
    if plain and combines_changes(using):
        every = [rows for _manager, rows in groups]
        if _insert_together([*filter(None, every), [single]], using):
            return every
    inserted = [create_all(manager, rows, using=using) for manager, rows in groups]
    save_new(single, using=using)
    return inserted


def _is_saved_plainly(model: type[Model]) -> bool:
    """Return whether saving a row only stores its values."""
    if model.save is not Model.save or model.save_base is not Model.save_base:
        return False
    return not (pre_save.has_listeners(model) or post_save.has_listeners(model))


def _insert(rows: Sequence[Any], using: str) -> bool:
    """Insert rows, and return whether that was possible; otherwise nothing is done."""
    statement = _statement_for(rows)
    params = statement.params(rows, using)
    if params is None:
        return False
    with connections[using].cursor() as cursor:
        cursor.execute(statement.sql(len(rows), using), params)
        keys = cursor.fetchall() if statement.key is not None else ()
    statement.finish(rows, [key for (key,) in keys], using)
    return True


def _insert_together(groups: Sequence[Sequence[Any]], using: str) -> bool:
    """Insert rows of several models by one statement, and return whether that was possible."""
    statements = [_statement_for(rows) for rows in groups]
    params: list[Any] = []
    for statement, rows in zip(statements, groups, strict=True):
        own = statement.params(rows, using)
        if own is None or statement.key is None:
            return False
        params += own
    with connections[using].cursor() as cursor:
        cursor.execute(_combined(tuple(statements), tuple(map(len, groups)), using), params)
        keys = iter(cursor.fetchall())
    for statement, rows in zip(statements, groups, strict=True):
        statement.finish(rows, [key for (key,) in islice(keys, len(rows))], using)
    return True


@lru_cache(maxsize=256)
def _combined(statements: tuple[_Insert, ...], numbers: tuple[int, ...], using: str) -> str:
    """Return the statement that inserts numbers of rows by several statements, and returns all keys in order."""
    every = [statement.sql(number, using) for statement, number in zip(statements, numbers, strict=True)]
    parts = (f"SELECT * FROM part_{number}" for number in range(len(every)))  # noqa: S608  (numbers only)
    return combined([*every, " UNION ALL ".join(parts)])


def _statement_for(rows: Sequence[Any]) -> _Insert:
    model: Any = type(rows[0])
    return _statement(model)


@lru_cache(maxsize=32)
def _statement(model: type[Model]) -> _Insert:
    return _Insert(model)


class _Insert:
    """An INSERT into the table of a model."""

    def __init__(self, model: type[Model]) -> None:
        meta: Any = model._meta
        self.model = model
        self.key: Any = meta.pk if isinstance(meta.pk, AutoField) else None
        self.fields: list[Any] = [field for field in meta.concrete_fields if field is not self.key]
        returned = [field for field in meta.db_returning_fields if field is not self.key]
        is_usual = not meta.parents and not any(
            hasattr(field, "get_placeholder") or field.generated for field in self.fields
        )
        self.is_usual: bool = is_usual and not returned
        self.columns: list[tuple[Any, str, type | None, Callable[[Any], bool] | None]] = [
            (field, field.attname if _is_read_plainly(field) else "", *_type_stored_as_given(field))
            for field in self.fields
        ]
        self._compiled = threading.local()

    def params(self, rows: Sequence[Any], using: str) -> list[Any] | None:
        """Return the values of rows, or None if they can't be inserted.

        They can if nothing but the values of the columns is needed, the database returns the keys, and no value is an
        expression.
        """
        if not self.is_usual or len(rows) * len(self.fields) > MOST_VALUES:
            return None
        if self.key is not None and not (returns_inserted_rows(using) and all(row.pk is None for row in rows)):
            return None
        connection = connections[using]
        params: list[Any] = []
        for row in rows:
            for field, attribute, stored, check in self.columns:
                value = getattr(row, attribute) if attribute else field.pre_save(row, add=True)
                if type(value) is not stored or not (check is None or check(value)):
                    if hasattr(value, "resolve_expression"):
                        return None
                    value = field.get_db_prep_save(value, connection=connection)
                params.append(with_one_size(value, connection) if type(value) is int else value)
        return params

    def finish(self, rows: Sequence[Any], keys: Sequence[Any], using: str) -> None:
        """Set the keys and the state of rows that were inserted."""
        for row, key in zip(rows, keys, strict=False):
            setattr(row, self.key.attname, key)
        for row in rows:
            row._state.adding = False
            row._state.db = using

    def sql(self, number: int, using: str) -> str:
        """Return the statement for a number of rows, with a placeholder for each value."""
        compiled: dict[Any, str] = self._compiled.__dict__
        if (number, using) not in compiled:
            row: Any = SimpleNamespace(**{field.attname: Bound(field.attname, field) for field in self.fields})
            query: Any = InsertQuery(self.model)
            query.insert_values(self.fields, [row] * number, raw=True)
            compiler = query.get_compiler(using=using)
            compiler.returning_fields = [self.key] if self.key is not None else []
            ((sql, _params),) = compiler.as_sql()
            compiled[number, using] = sql
        return compiled[number, using]


def _is_read_plainly(field: Any) -> bool:
    """Return whether ``field.pre_save()`` only reads the attribute of a row."""
    return type(field).pre_save is Field.pre_save


def _type_stored_as_given(field: Any) -> tuple[type | None, Callable[[Any], bool] | None]:
    """Return the type whose values ``field.get_db_prep_save()`` changes on no database, and a check of such values."""
    for base, stored, check in STORED_AS_GIVEN:
        if isinstance(field, base) and all(getattr(type(field), name) is getattr(base, name) for name in CONVERTERS):
            is_other_key = isinstance(field, ForeignKey) and type(field.target_field) not in (AutoField, BigAutoField)
            return (None, None) if is_other_key else (stored, check)
    return None, None
