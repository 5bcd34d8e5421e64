"""SELECT statements that are compiled once and executed many times with different values.

Building and compiling an annotated queryset costs several times as much CPU as executing it. A statement whose shape
never changes ("these columns of the products with these keys") is therefore compiled once per thread::

    statement = Prepared(lambda keys: Product.objects.filter(pk__in=keys), ["pk", "title"], key=Product._meta.pk)
    rows = statement.fetch([3, 1, 2], using="default")

The packages that need this module contain identical copies of it, so that none depends on another. It is the only
module that uses these private parts of Django: ``Query.get_compiler()``, ``SQLCompiler.as_sql()``,
``SQLCompiler.get_converters()``, ``DatabaseOperations.limit_offset_sql()`` and
``DatabaseOperations.adapt_integerfield_value()``.
``tests/test_prepared.py`` compares every result with the queryset's own, and fails when one of them changes.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import AutoField, Expression, Field, IntegerField, Manager, QuerySet, UUIDField

SIZES: Final = (1, 5, 10, 20, 50, 100, 200, 500, 1000)  # numbers of keys for which statements are compiled
FEW: Final = 10  # keys; PostgreSQL plans a statement with an array of fewer ones anew each time
ARRAY: Final = -1  # stands for any number of keys where the database compares a column with an array
ARRAY_IN: Final = re.compile(r"IN \((ANY\(%s::\w+\[\]\))\)")  # as compiled for an array
LARGEST: Final = 2**63 - 1  # integers beyond it fit into no column, and some drivers refuse them


class Bound(Expression):
    """A value that is given when the statement is executed.

    Args:
        name: The name under which the value is given; a number for a key.
        field: The model field that the value is compared with.
    """

    def __init__(self, name: str | int, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name: Any = name
        self._takes_integers: bool = type(field).get_prep_value is IntegerField.get_prep_value and type(
            field
        ).get_db_prep_value in (IntegerField.get_db_prep_value, AutoField.get_db_prep_value)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Return a placeholder whose parameter is this expression."""
        return "%s", [self]

    def prepare(self, value: Any, connection: Any) -> Any:
        """Return a value as a parameter, as lookups do: MySQL stores no 0 in an AutoField, but can look for it."""
        if self._takes_integers and type(value) is int:
            return connection.ops.adapt_integerfield_value(value, "BigIntegerField")
        field = self.output_field
        prepared = field.get_db_prep_value(field.get_prep_value(value), connection, prepared=True)
        return with_one_size(prepared, connection)


class BoundArray(Bound):
    """Values that are given as one array of PostgreSQL."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Return a placeholder for the array."""
        kind = "uuid" if isinstance(_column(self.output_field), UUIDField) else "bigint"
        return f"(%s::{kind}[])", [self]

    def prepare(self, value: Any, connection: Any) -> Any:
        """Return the values as the text of an array, which costs less than a list."""
        if not (self._takes_integers and _are_integers(value)):
            value = [self.output_field.get_prep_value(key) for key in value]
        return f"{{{','.join(map(str, value))}}}"


class BoundKeys(BoundArray):
    """Many keys that are given as one array. PostgreSQL then needs one statement for any number, which is short."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Return a placeholder that stands in parentheses after ``IN``, see ``Prepared``."""
        sql, params = super().as_sql(compiler, connection)
        return f"(ANY{sql})", params


def with_one_size(value: Any, connection: Any) -> Any:
    """Return a parameter, an integer as one of 64 bits.

    psycopg chooses the size by the value otherwise, and PostgreSQL prepares a statement for each combination of sizes.
    """
    return connection.ops.adapt_integerfield_value(value, "BigIntegerField") if type(value) is int else value


def takes_array(field: Any, using: str) -> bool:
    """Return whether the database compares a field with an array of values."""
    kinds = (IntegerField, AutoField, UUIDField)
    return connections[using].vendor == "postgresql" and isinstance(_column(field), kinds)


def is_plain(manager: Manager[Any]) -> bool:
    """Return whether a manager returns the same query at each call.

    One that overrides ``get_queryset()`` may filter by what is current, such as the tenant of a request.
    """
    return type(manager).get_queryset is Manager.get_queryset


def is_too_large(value: Any) -> bool:
    """Return whether a value is an integer that no column can hold, so that no row is found by it."""
    return isinstance(value, int) and abs(value) > LARGEST


def _are_integers(values: Sequence[Any]) -> bool:
    """Return whether all values are integers, without a call for each."""
    return set(map(type, values)) == {int}


def _that_fit(keys: Sequence[Any]) -> list[Any]:
    """Return the keys that a column can hold."""
    if _are_integers(keys) and min(keys) >= -LARGEST and max(keys) <= LARGEST:
        return list(keys)
    return [key for key in keys if not is_too_large(key)]


class Prepared:
    """A SELECT for rows that belong to some keys, or for a slice of rows.

    Args:
        build: Takes the keys, if there are any, and the bound values as expressions, and returns the queryset.
        columns: What to read: names as for ``QuerySet.values()``.
        key: The field that the keys are values of; None for a statement without keys.
        bound: Other values given at each execution, with the fields with which they are compared.
        kept: Whether ``build`` always returns the same query. If not, it is compiled at each execution.
    """

    def __init__(
        self,
        build: Callable[..., QuerySet[Any]],
        columns: Sequence[str],
        *,
        key: Field[Any, Any] | None = None,
        bound: Mapping[str, Field[Any, Any]] | None = None,
        kept: bool = True,
    ) -> None:
        self.build = build
        self.columns: tuple[str, ...] = tuple(columns)
        self.key = key
        self.bound: dict[str, Field[Any, Any]] = dict(bound or {})
        self.kept = kept
        self._compiled = threading.local()  # a compiler belongs to the connection of its thread

    def fetch(self, keys: Sequence[Any], *, using: str, **values: Any) -> list[tuple[Any, ...]]:
        """Return the rows for ``keys`` in the order of the queryset, one tuple of the columns each.

        Args:
            keys: The keys; any number.
            using: The alias of the database.
            values: The bound values by name.
        """
        rows: list[tuple[Any, ...]] = []
        keys = _that_fit(keys)
        for start in range(0, len(keys), SIZES[-1]):
            some = keys[start : start + SIZES[-1]]
            if len(some) > FEW and takes_array(self.key, using):
                rows += self._execute(ARRAY, using, {**values, 0: some})
                continue
            size = next(size for size in SIZES if size >= len(some))
            some += some[-1:] * (size - len(some))
            rows += self._execute(size, using, {**values, **dict(enumerate(some))})
        return rows

    def fetch_slice(self, start: int, stop: int | None, *, using: str, **values: Any) -> list[tuple[Any, ...]]:
        """Return rows ``start`` to ``stop`` of a statement without keys, one tuple of the columns each.

        Args:
            start: The index of the first row.
            stop: The index after the last row; None stands for the end.
            using: The alias of the database.
            values: The bound values by name.
        """
        if not start and stop is None:
            return self._execute(0, using, values)
        limits = connections[using].ops.limit_offset_sql(start, stop)
        return self._execute(0, using, values, f" {limits}")

    def _execute(self, size: int, using: str, values: Mapping[Any, Any], limits: str = "") -> list[tuple[Any, ...]]:
        try:
            sql, params, converters = self._compile(size, using)
        except EmptyResultSet:
            return []
        connection = connections[using]
        given = list(params)
        for index, param in enumerate(params):
            if isinstance(param, Bound):
                value = values[param.name]
                if is_too_large(value):
                    return []
                given[index] = param.prepare(value, connection)
        with connection.cursor() as cursor:
            cursor.execute(sql + limits, given)
            found = cursor.fetchall()
        return _converted(found, converters, connection) if converters else list(found)

    def _compile(self, size: int, using: str) -> tuple[str, tuple[Any, ...], Mapping[int, Any]]:
        """Return the statement, its parameters and the converters of columns by position, for ``size`` keys.

        Raises:
            EmptyResultSet: If the queryset can't have rows.
        """
        compiled: dict[Any, Any] = self._compiled.__dict__ if self.kept else {}
        if (size, using) not in compiled:
            keys: list[Any] = []
            if self.key is not None:
                every = [Bound(number, self.key) for number in range(size)]
                keys = [BoundKeys(0, self.key) if size == ARRAY else every]
            bound = {name: Bound(name, field) for name, field in self.bound.items()}
            queryset = self.build(*keys, **bound).using(using).values_list(*self.columns)
            compiler = queryset.query.get_compiler(using=using)
            sql, params = compiler.as_sql()
            converters = compiler.get_converters([expression for expression, _sql, _alias in compiler.select])
            compiled[size, using] = (ARRAY_IN.sub(r"= \1", sql), params, converters)
        return compiled[size, using]


def _converted(rows: Sequence[Sequence[Any]], converters: Mapping[int, Any], connection: Any) -> list[tuple[Any, ...]]:
    """Return rows with their converters applied, which costs less for a whole column than for each row."""
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for position, (functions, expression) in converters.items() if rows else ():
        for convert in functions:
            columns[position] = [convert(value, expression, connection) for value in columns[position]]
    return list(zip(*columns, strict=True))


def _column(field: Any) -> Any:
    """Return the model field whose values a field has: that of a foreign key is the key that it refers to."""
    return field.target_field if field.is_relation else field
