"""SELECT statements that are compiled once and executed many times with different values.

Building and compiling an annotated queryset costs several times as much CPU as executing it. A statement whose shape
never changes ("these columns of the products with these keys") is therefore compiled once per thread::

    statement = Prepared(lambda keys: Product.objects.filter(pk__in=keys), ["pk", "title"])
    rows = statement.fetch([3, 1, 2])

This is the only module that uses private parts of Django's SQL compiler: ``Query.get_compiler()``,
``SQLCompiler.as_sql()`` and ``SQLCompiler.results_iter()``. ``tests/test_prepared.py`` compares every result with the
queryset's own, and fails when one of them changes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.db import connections
from django.db.models import Expression, Field, QuerySet

SIZES: Final = (1, 5, 10, 20, 50, 100, 200, 500, 1000)  # numbers of keys for which statements are compiled


class Bound(Expression):
    """A value that is given when the statement is executed.

    Args:
        name: The name under which the value is given.
        field: The model field that the value is compared with.
    """

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Return a placeholder whose parameter is this expression."""
        return "%s", [self]


class Prepared:
    """A SELECT for the rows that belong to some keys.

    Args:
        build: Takes the keys and the bound values as expressions and returns the queryset.
        columns: What to read: names as for ``QuerySet.values()``.
        key: The field that the keys are values of.
        bound: Other values given at each execution, with the fields with which they are compared.
    """

    def __init__(
        self,
        build: Callable[..., QuerySet[Any]],
        columns: Sequence[str],
        *,
        key: Field[Any, Any],
        bound: Mapping[str, Field[Any, Any]] | None = None,
    ) -> None:
        self.build = build
        self.columns: tuple[str, ...] = tuple(columns)
        self.key = key
        self.bound: dict[str, Field[Any, Any]] = dict(bound or {})
        self._compiled = threading.local()  # a compiler belongs to the connection of its thread

    def fetch(self, keys: Sequence[Any], *, using: str, **values: Any) -> list[tuple[Any, ...]]:
        """Return the rows for ``keys`` in the order of the queryset, one tuple of the columns each.

        Args:
            keys: The keys; any number.
            using: The alias of the database.
            values: The bound values by name.
        """
        rows: list[tuple[Any, ...]] = []
        for start in range(0, len(keys), SIZES[-1]):
            rows += self._fetch(keys[start : start + SIZES[-1]], using, values)
        return rows

    def _fetch(self, keys: Sequence[Any], using: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        size = next(size for size in SIZES if size >= len(keys))
        compiler, sql, params = self._compile(size, using)
        connection = connections[using]
        given = dict(zip(_key_names(size), [*keys, *[keys[-1]] * (size - len(keys))], strict=True))
        given.update(values)
        with connection.cursor() as cursor:
            cursor.execute(
                sql,
                [
                    param.output_field.get_db_prep_value(given[param.name], connection)
                    if isinstance(param, Bound)
                    else param
                    for param in params
                ],
            )
            return [tuple(row) for row in compiler.results_iter([cursor.fetchall()])]

    def _compile(self, size: int, using: str) -> tuple[Any, str, tuple[Any, ...]]:
        """Return the compiler, the statement and its parameters for ``size`` keys."""
        compiled: dict[Any, Any] = self._compiled.__dict__
        if (size, using) not in compiled:
            keys = [Bound(name, self.key) for name in _key_names(size)]
            bound = {name: Bound(name, field) for name, field in self.bound.items()}
            queryset = self.build(keys, **bound).using(using).values_list(*self.columns)
            compiler = queryset.query.get_compiler(using=using)
            compiled[size, using] = (compiler, *compiler.as_sql())
        return compiled[size, using]


def _key_names(size: int) -> list[str]:
    return [f"key{number}" for number in range(size)]
