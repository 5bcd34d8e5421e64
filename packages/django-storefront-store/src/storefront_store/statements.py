"""Statements that lock rows or change them, compiled once and executed many times, as those in ``prepared``.

A queryset can be compiled only if it depends on the given values alone. Custom managers and querysets may depend on
something else, such as the tenant of the request or the time; :func:`is_prepared_safely` tells whether a model has one.

This module uses private parts of Django: ``Query.get_compiler()``, ``Query.chain()``, ``UpdateQuery``,
``DeleteQuery``, ``SQLCompiler.as_sql()`` and ``SQLCompiler.get_converters()``. ``tests/test_statements.py`` compares
every result with the queryset's own, and fails when one of them changes.
"""

from __future__ import annotations

import copy
import inspect
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.core.signals import setting_changed
from django.db import connections, models, transaction
from django.db.models import Field, Manager, QuerySet
from django.db.models.sql import DeleteQuery, UpdateQuery

from storefront_store.internals import combines_changes, locks_rows
from storefront_store.prepared import SIZES, Bound, is_plain, is_too_large

T = TypeVar("T")


def once(make: Callable[[], T]) -> Callable[[], T]:
    """Return a function that calls ``make`` once, and again only after a change of the settings."""
    kept = lru_cache(maxsize=1)(make)
    # A receiver is kept as long as the function, which is at module level.
    setting_changed.connect(lambda **kwargs: kept.cache_clear(), weak=False)
    return kept


def is_prepared_safely(model: type[models.Model], base: type[QuerySet[Any]], *methods: str) -> bool:
    """Return whether querysets of a model depend on given values alone.

    Args:
        model: The model, whose default manager is used.
        base: The package's own class of its querysets.
        methods: The methods of ``base`` that are used.

    Returns:
        Whether neither the manager's ``get_queryset()`` nor one of the methods is overridden, and the model has one
        table.
    """
    return not model._meta.parents and is_plain_in(model._default_manager, base, *methods)


def is_plain_in(manager: Manager[Any], base: type[QuerySet[Any]], *methods: str) -> bool:
    """Return whether a manager overrides neither ``get_queryset()`` nor one of the methods of ``base``."""
    kind: Any = type(manager)
    return is_plain(manager) and _keeps(kind, getattr(manager, "_queryset_class", None), base, methods)


@lru_cache(maxsize=256)
def _keeps(manager: type[Any], queryset: Any, base: type[QuerySet[Any]], methods: tuple[str, ...]) -> bool:
    return all(
        getattr(queryset, name, None) is getattr(base, name)
        and inspect.unwrap(getattr(manager, name)) is getattr(base, name)
        for name in methods
    )


class Statement(ABC):
    """Compiles a statement for each thread, database and number of values in its lists.

    Args:
        lists: Lists of values given at each execution, with their model fields. All have the same length, and the
            last values are repeated up to a length for which there is a statement, which must not change the result.
        bound: Other values given at each execution, with the fields with which they are compared.
    """

    def __init__(self, lists: Mapping[str, Field[Any, Any]], bound: Mapping[str, Field[Any, Any]] | None) -> None:
        self.lists: dict[str, Field[Any, Any]] = dict(lists)
        self.bound: dict[str, Field[Any, Any]] = dict(bound or {})
        self._compiled = threading.local()  # a compiler belongs to the connection of its thread

    @abstractmethod
    def compile(self, using: str, expressions: Mapping[str, Any]) -> tuple[Any, str, Sequence[Any]]:
        """Return what is needed to execute the statement, its SQL, and its parameters, some of which are bound."""

    def ready(self, using: str, values: Mapping[str, Any]) -> tuple[Any, str, list[Any]]:
        """Return what is needed to execute the statement, its SQL, and its parameters for these values."""
        number = max((len(values[name]) for name in self.lists), default=0)
        size = next(size for size in SIZES if size >= number) if self.lists else 0
        compiled: dict[Any, Any] = self._compiled.__dict__
        if (size, using) not in compiled:
            expressions: dict[str, Any] = {name: Bound(name, field) for name, field in self.bound.items()}
            for name, field in self.lists.items():
                expressions[name] = [Bound(f"{name}{index}", field) for index in range(size)]
            compiled[size, using] = self.compile(using, expressions)
        needed, sql, params = compiled[size, using]
        given = dict(values)
        for name in self.lists:
            every = list(given.pop(name))
            every += every[-1:] * (size - number)
            given.update((f"{name}{index}", value) for index, value in enumerate(every))
        connection = connections[using]
        return (
            needed,
            sql,
            [param.prepare(given[param.name], connection) if isinstance(param, Bound) else param for param in params],
        )


class PreparedInstances(Statement):
    """A SELECT of model instances, which may lock them.

    Args:
        build: Takes the alias of the database and the values as expressions, and returns the queryset.
        lists: Lists of values given at each execution, with their model fields.
        bound: Other values, with the fields with which they are compared.
    """

    def __init__(
        self,
        build: Callable[..., QuerySet[Any]],
        *,
        lists: Mapping[str, Field[Any, Any]] | None = None,
        bound: Mapping[str, Field[Any, Any]] | None = None,
    ) -> None:
        super().__init__(lists or {}, bound)
        self.build = build

    def fetch(self, *, using: str, **values: Any) -> list[Any]:
        """Return the instances.

        Args:
            using: The alias of the database.
            values: The values by name; at most as many keys as the largest of :data:`SIZES`.

        Raises:
            TransactionManagementError: If rows are to be locked outside of a transaction.
        """
        (queryset, compiler, converters), sql, params = self.ready(using, values)
        if queryset.query.select_for_update and locks_rows(using) and not connections[using].in_atomic_block:
            raise transaction.TransactionManagementError("Rows can be locked in a transaction only.")
        executed = copy.copy(compiler)
        executed.as_sql = lambda *args, **kwargs: (sql, params)
        executed.get_converters = lambda expressions: converters
        rows = queryset.all()
        rows.query.get_compiler = lambda *args, **kwargs: executed
        return list(rows)

    def compile(self, using: str, expressions: Mapping[str, Any]) -> tuple[Any, str, Sequence[Any]]:
        """Compile the SELECT."""
        queryset = self.build(using, **expressions).using(using)
        compiler = queryset.query.get_compiler(using=using)
        statement = compiler.as_sql()
        converters = compiler.get_converters([expression for expression, _sql, _alias in compiler.select])
        return ((queryset, compiler, converters), *statement)


class PreparedChange(Statement):
    """An UPDATE, or a DELETE without signals and cascades.

    Args:
        build: Takes the values as expressions, and returns the queryset and its new values, or None to delete its rows.
        lists: Lists of values given at each execution, with their model fields.
        bound: Other values, with the fields with which they are compared.
    """

    def __init__(
        self,
        build: Callable[..., tuple[QuerySet[Any], Mapping[str, Any] | None]],
        *,
        lists: Mapping[str, Field[Any, Any]] | None = None,
        bound: Mapping[str, Field[Any, Any]] | None = None,
    ) -> None:
        super().__init__(lists or {}, bound)
        self.build = build

    def execute(self, *, using: str, **values: Any) -> int:
        """Execute the statement.

        Args:
            using: The alias of the database.
            values: The values by name; at most as many keys as the largest of :data:`SIZES`.

        Returns:
            The number of rows that it found.
        """
        _, sql, params = self.ready(using, values)
        with connections[using].cursor() as cursor:
            cursor.execute(sql, params)
            found: int = cursor.rowcount
        return found

    def compile(self, using: str, expressions: Mapping[str, Any]) -> tuple[Any, str, Sequence[Any]]:
        """Compile the statement."""
        queryset, changes = self.build(**expressions)
        query: Any
        if changes is None:
            query = queryset.order_by().query.chain(DeleteQuery)
        else:
            query = queryset.order_by().query.chain(UpdateQuery)
            query.add_update_values(changes)
        return (None, *query.get_compiler(using=using).as_sql())


def execute_together(changes: Sequence[PreparedChange], *, using: str, **values: Any) -> None:
    """Execute changes of different tables, by one statement on a database that can combine them.

    None of them may depend on what another one has changed.

    Args:
        changes: The changes, in order.
        using: The alias of the database.
        values: The values of all changes by name.
    """
    if not combines_changes(using):
        for change in changes:
            change.execute(using=using, **values)
        return
    ready = [change.ready(using, values) for change in changes]
    with connections[using].cursor() as cursor:
        cursor.execute(combined([sql for _needed, sql, _params in ready]), [each for *_, own in ready for each in own])


def combined(statements: Sequence[str]) -> str:
    """Return one statement of PostgreSQL that executes several, and returns the rows of the last."""
    *others, last = statements
    return f"WITH {', '.join(f'part_{number} AS ({sql})' for number, sql in enumerate(others))} {last}"


def fits(keys: Iterable[Any]) -> bool:
    """Return whether a single statement takes these keys.

    There must be at least one, and at most the largest of ``SIZES``. Integers that no column can hold do not fit; a
    queryset with them has no rows.
    """
    every = list(keys)
    return 0 < len(every) <= SIZES[-1] and not any(is_too_large(key) for key in every)
