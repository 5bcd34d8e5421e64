"""Access to undocumented parts of Django that the package needs.

No other module uses them, except :mod:`storefront_store.prepared` (the SQL compiler),
:mod:`storefront_store.models.search` (the hook of ``save()`` that takes the columns to update) and
:mod:`storefront_store.images` (one method of Pillow). ``tests/test_private_parts.py`` fails when one of
them changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connections
from django.db.models import Lookup, QuerySet
from django.db.models.expressions import Col, ExpressionList


def annotations_of(queryset: QuerySet[Any]) -> Mapping[str, Any]:
    """Return the annotations of a queryset by name (``Query.annotations``)."""
    annotations: Mapping[str, Any] = queryset.query.annotations
    return annotations


def explicit_order(queryset: QuerySet[Any]) -> Sequence[Any]:
    """Return the arguments of ``order_by()``; empty if ``Meta.ordering`` applies (``Query.order_by``)."""
    order: Sequence[Any] = queryset.query.order_by
    return order


def order_of(queryset: QuerySet[Any]) -> Sequence[Any]:
    """Return the ordering of a queryset: that of ``order_by()``, else ``Meta.ordering`` (``Options.ordering``)."""
    order: Sequence[Any] = explicit_order(queryset) or queryset.model._meta.ordering
    return order


def statement_of(queryset: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    """Return the SQL of a queryset and its parameters (``Query.get_compiler()`` and ``SQLCompiler.as_sql()``).

    Raises:
        EmptyResultSet: The queryset can't have rows.
    """
    sql, params = queryset.query.get_compiler(using=queryset.db).as_sql()
    return sql, params


def counts_rows(queryset: QuerySet[Any]) -> bool:
    """Return whether ``COUNT(*)`` in place of the columns counts the rows (parts of ``Query``)."""
    query = queryset.query
    return not (query.distinct or query.combinator or query.is_sliced or query.group_by is not None)


def has_same_filters(queryset: QuerySet[Any], other: QuerySet[Any]) -> bool:
    """Return whether two querysets have the same conditions (``Query.where``), and neither is distinct."""
    distinct = queryset.query.distinct or other.query.distinct
    return bool(queryset.query.where == other.query.where and not distinct)


def conditions_of(queryset: QuerySet[Any]) -> list[tuple[str, str, Any]] | None:
    """Return the conditions of a queryset, each as a column, a lookup and a value (parts of ``Query`` and ``Lookup``).

    Returns:
        The conditions, all of which must be met, or None if there are others than comparisons of its own columns.
    """
    query: Any = queryset.query
    if query.where.negated or not counts_rows(queryset) or (query.where.connector != "AND" and query.where.children):
        return None
    found: list[tuple[str, str, Any]] = []
    for each in query.where.children:
        column = each.lhs if isinstance(each, Lookup) else None
        if not isinstance(column, Col) or column.alias != query.get_initial_alias():
            return None
        value = each.rhs
        values = value.get_source_expressions() if isinstance(value, ExpressionList) else value
        found.append((column.target.name, each.lookup_name, values))
    return found


def locks_rows(alias: str) -> bool:
    """Return whether the database can lock rows that are read (a flag of ``connection.features``)."""
    return bool(connections[alias].features.has_select_for_update)


def locks_without_key(alias: str) -> bool:
    """Return whether rows of the database can be locked with ``no_key=True`` (a flag of ``connection.features``)."""
    return bool(connections[alias].features.has_select_for_no_key_update)


def locks_some_tables(alias: str) -> bool:
    """Return whether the database can lock the rows of one joined table (a flag of ``connection.features``)."""
    return bool(connections[alias].features.has_select_for_update_of)


def slices_in_subqueries(alias: str) -> bool:
    """Return whether ``IN`` accepts a sliced subquery on the database (a flag of ``connection.features``)."""
    return bool(connections[alias].features.allow_sliced_subqueries_with_in)


def slices_in_unions(alias: str) -> bool:
    """Return whether the database can sort and slice the parts of a union (a flag of ``connection.features``)."""
    return bool(connections[alias].features.supports_slicing_ordering_in_compound)


def defers_constraints(alias: str) -> bool:
    """Return whether the database checks constraints at the commit (a flag of ``connection.features``)."""
    return bool(connections[alias].features.can_defer_constraint_checks)


def combines_changes(alias: str) -> bool:
    """Return whether one statement of the database can change several tables, as ``WITH`` in PostgreSQL."""
    return bool(connections[alias].vendor == "postgresql")


def returns_inserted_rows(alias: str) -> bool:
    """Return whether the database returns the keys of several inserted rows (a flag of ``connection.features``)."""
    return bool(connections[alias].features.can_return_rows_from_bulk_insert)
