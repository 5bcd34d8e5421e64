"""INSERT statements that are compiled once for each number of rows, as the other ones in ``statements``.

New rows are inserted by the ORM instead if a project's model, manager or receiver takes part in saving them.

This module uses private parts of Django: ``InsertQuery``, ``SQLInsertCompiler.as_sql()``,
``SQLInsertCompiler.returning_fields``, ``Options.db_returning_fields`` and ``Field.pre_save()`` as ``save()`` calls
it. ``tests/test_inserts.py`` compares the rows with those of the ORM, and fails when one of them changes.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Final

from django.db import connections
from django.db.models import AutoField, BooleanField, CharField, Field, Manager, Model, QuerySet, TextField
from django.db.models.signals import post_save, pre_save
from django.db.models.sql import InsertQuery

from storefront_store.internals import returns_inserted_rows
from storefront_store.prepared import Bound
from storefront_store.statements import is_plain_in

MOST_VALUES: Final = 900  # of a statement; SQLite takes 999


def create(manager: Manager[Any], /, *, using: str, **values: Any) -> Any:
    """Insert a row, as ``manager.create()`` does.

    Args:
        manager: The manager of its model.
        using: The alias of the database.
        values: The values of its fields.

    Returns:
        The row, with its key.
    """
    model = manager.model
    receives = any(signal.has_listeners(model) for signal in (pre_save, post_save))
    if receives or model.save is not Model.save or model.save_base is not Model.save_base:
        return manager.db_manager(using).create(**values)
    row = model(**values)
    if not (is_plain_in(manager, QuerySet, "create") and _insert([row], using)):
        return manager.db_manager(using).create(**values)
    return row


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


def _insert(rows: Sequence[Any], using: str) -> bool:
    """Insert rows, and return whether that was possible; otherwise nothing is done."""
    model: type[Model] = type(rows[0])
    statement = _statement(model)
    return statement.can_insert(rows, using) and statement.execute(rows, using)


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
        self.columns: list[tuple[Any, str, type | None]] = [
            (field, field.attname if _is_read_plainly(field) else "", _type_stored_as_given(field))
            for field in self.fields
        ]
        self._compiled = threading.local()

    def can_insert(self, rows: Sequence[Any], using: str) -> bool:
        """Return whether nothing but the values of the columns is needed, and the database returns the keys."""
        if not self.is_usual or len(rows) * len(self.fields) > MOST_VALUES:
            return False
        return self.key is None or (returns_inserted_rows(using) and all(row.pk is None for row in rows))

    def execute(self, rows: Sequence[Any], using: str) -> bool:
        """Insert rows, and return True; False if a value is an expression."""
        connection = connections[using]
        params = []
        for row in rows:
            for field, attribute, stored in self.columns:
                value = getattr(row, attribute) if attribute else field.pre_save(row, add=True)
                if type(value) is not stored:
                    if hasattr(value, "resolve_expression"):
                        return False
                    value = field.get_db_prep_save(value, connection=connection)
                params.append(value)
        with connection.cursor() as cursor:
            cursor.execute(self._sql(len(rows), using), params)
            keys = cursor.fetchall() if self.key is not None else ()
        for row, (key,) in zip(rows, keys, strict=False):
            setattr(row, self.key.attname, key)
        for row in rows:
            row._state.adding = False
            row._state.db = using
        return True

    def _sql(self, number: int, using: str) -> str:
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


def _type_stored_as_given(field: Any) -> type | None:
    """Return the type whose values ``field.get_db_prep_save()`` does not change on any database, or None."""
    kind = type(field)
    if kind.get_db_prep_save is not Field.get_db_prep_save or kind.get_db_prep_value is not Field.get_db_prep_value:
        return None
    for base, stored in ((CharField, str), (TextField, str), (BooleanField, bool)):
        if isinstance(field, base):
            same = kind.get_prep_value is base.get_prep_value and kind.to_python is base.to_python
            return stored if same else None
    return None
