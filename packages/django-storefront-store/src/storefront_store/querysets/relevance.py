"""The relevance of search results as one SQL expression."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db.models import Expression, F, IntegerField, QuerySet

from storefront_store.internals import annotations_of

RELEVANCE: Final = "relevance"  # the name of the annotation of search results


def is_searched(queryset: QuerySet[Any]) -> bool:
    """Return whether the rows of a queryset are search results."""
    return RELEVANCE in annotations_of(queryset)


def patterns_of(terms: Iterable[str]) -> list[str]:
    """Return what is looked for in a title for each term: itself, a whole word, and the beginning of a word."""
    return [pattern for term in terms for pattern in (term, f" {term} ", f" {term}")]


class Relevance(Expression):
    """The relevance of a product for a search, where lower is better.

    It is 0 for a whole SKU and 1 for the beginning of one. Otherwise it is 1, and for each word: 1 if it is a word of
    the title, 2 if a word of the title begins with it, 3 if the title contains it, else 4.

    ``Case`` and ``When`` would give the same SQL. Django compares annotations by all their parts, which for a tree of
    conditions takes longer than the database needs for the search.

    Args:
        patterns: The patterns of the folded words; see :func:`patterns_of`. They may be expressions.
        sku: The whole text as a SKU.
        by_prefix: Whether the beginning of a SKU counts.
    """

    def __init__(self, patterns: Sequence[Any], sku: Any, by_prefix: bool) -> None:
        super().__init__(output_field=IntegerField())
        self.patterns: tuple[Any, ...] = tuple(patterns)
        self.sku = sku
        self.by_prefix = by_prefix
        self.columns: list[Any] = [F("title_key"), F("sku_key")]

    def get_source_expressions(self) -> list[Any]:
        """Return the columns that are compared."""
        return self.columns

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        """Replace the columns that are compared."""
        self.columns = list(exprs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the SQL and its parameters."""
        (title, title_params), (sku, sku_params) = (compiler.compile(column) for column in self.columns)
        is_mysql = connection.vendor == "mysql"
        place = "STRPOS" if connection.vendor == "postgresql" else "INSTR"
        begun = f"CONCAT(' ', {title})" if is_mysql else f"(' ' || {title})"
        padded = f"CONCAT(' ', {title}, ' ')" if is_mysql else f"(' ' || {title} || ' ')"
        whens, params = [f"WHEN {sku} = %s THEN 0"], [*sku_params, self.sku]
        if self.by_prefix:
            whens.append(f"WHEN {place}({sku}, %s) = 1 THEN 1")
            params += [*sku_params, self.sku]
        word = (
            f"CASE WHEN {place}({title}, %s) = 0 THEN 4 WHEN {place}({padded}, %s) > 0 THEN 1 "
            f"WHEN {place}({begun}, %s) > 0 THEN 2 ELSE 3 END"
        )
        for pattern in self.patterns:
            params += [*title_params, pattern]
        words = " + ".join([word] * (len(self.patterns) // 3))
        return f"CASE {' '.join(whens)} ELSE 1 + {words} END", tuple(params)
