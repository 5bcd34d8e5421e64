"""Counts of products by the values of their filters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import accumulate, groupby, pairwise
from operator import itemgetter
from typing import Any, Final, NamedTuple

from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models import Case, Count, IntegerField, Max, Q, Value, When

from storefront_store.internals import statement_of
from storefront_store.options import options_digest
from storefront_store.querysets import facet_keys

NO_OPTIONS: Final = frozenset({"", options_digest({})})  # digests of the many products without options


class Counted(NamedTuple):
    """The numbers of products in a collection, in columns. Combinations with the same key form a run.

    Attributes:
        collection: The key of the collection.
        flags: 1 or 0 for each flag by which the products are counted.
        keys: What :class:`~storefront_store.querysets.facet_keys.Codes` takes for price band, rating and stock, for
            each run.
        totals: The number of products of each run.
        sizes: The number of combinations of each run.
        digests: The ``options_digest`` of each combination.
        numbers: The number of products of each combination.
        title: The title of the collection, or an empty string if it is not requested.
    """

    collection: Any
    flags: tuple[int, ...]
    keys: Sequence[int]
    totals: Sequence[int]
    sizes: Sequence[int]
    digests: Sequence[str]
    numbers: Sequence[int]
    title: str = ""


class _AsReturned:
    """Mixin of expressions whose values are used as the driver returns them, because they are as many as combinations.

    A single column with a converter makes Django copy all rows.
    """

    def get_db_converters(self, connection: Any) -> list[Any]:
        """Return no converters."""
        return []


class _Number(_AsReturned, Count):
    """``COUNT(*)``."""


class _Constant(_AsReturned, Value):
    """A number that is the same in all rows of a branch of a union."""


class _Choice(_AsReturned, Case):
    """A number that depends on conditions."""


class FacetQuerySet(models.QuerySet[Any]):
    """QuerySet methods that count products by facets."""

    def count_by_facets(
        self, edges: Sequence[Decimal], *, titles: bool = False, also: Any = (), **flags: Q
    ) -> list[Counted]:
        """Count the products by collection, price band, stock, rating and options, from an index alone.

        Args:
            edges: Prices at which a new band begins, in ascending order; band 0 is below the first. Those of
                :data:`~storefront_store.querysets.facet_keys.STEPS` need no comparison of prices.
            titles: Whether to return the titles of the collections as well.
            also: Querysets of other products, which are counted in the same statement.
            **flags: Further conditions to group by.

        Returns:
            The numbers of all combinations, which may be repeated. With ``also`` the last flag is 1 for its products
            and 0 for the others.
        """
        band = {} if facet_keys.fits(edges) else {"band": _band(edges)}
        marks: dict[str, Any] = {name: _flag(condition) for name, condition in flags.items()}
        if also:
            marks["is_other"] = _Constant(0, output_field=IntegerField())
        branches = [self._counted(marks, band, titles)]
        if also:
            marks["is_other"] = _Constant(1, output_field=IntegerField())
            branches += [other._counted(marks, band, titles) for other in also]
        count = _count_packed if connections[self.db].vendor == "postgresql" else _count
        return count(branches, len(marks), has_band=bool(band), has_title=titles)

    def _counted(self, marks: dict[str, Any], band: dict[str, Any], titles: bool) -> Any:
        """Return rows of collection, marks, key, band if it is given, options, number, and title if requested."""
        title: dict[str, Any] = {"title": Max("collection__title")} if titles else {}
        names = ["collection", "facet_key", "options_digest", *band, *marks]
        found = self.order_by().annotate(**marks, **band).values(*names).annotate(number=_Number("*"), **title)
        return found.values_list("collection", *marks, "facet_key", *band, "options_digest", "number", *title)

    def options_by_digest(self, digests: Iterable[str]) -> dict[str, dict[str, str]]:
        """Return the options for some values of ``options_digest``, in one of their spellings."""
        wanted = set(digests)
        found: dict[str, dict[str, str]] = {digest: {} for digest in wanted & NO_OPTIONS}
        wanted -= NO_OPTIONS
        sets = apps.get_model("storefront_store", "OptionSet")._base_manager.using(self.db)
        found |= dict(sets.filter(pk__in=wanted).values_list("pk", "options"))
        if missing := wanted - found.keys():  # for rows written by raw SQL
            rows = self.order_by().filter(options_digest__in=missing)
            found.update(rows.values_list("options_digest", "options"))
        return found


def _count(branches: Sequence[Any], marks: int, *, has_band: bool, has_title: bool) -> list[Counted]:
    """Return the numbers in rows of ``FacetQuerySet._counted()``, read in one statement.

    Args:
        branches: The querysets of the rows.
        marks: The number of marks.
        has_band: Whether the price band is among the columns.
        has_title: Whether the title is among the columns.
    """
    found, *others = branches
    if others:
        # Django 6.1 applies the model's ordering to a union again.
        found = found.union(*others, all=True).order_by()
    places: dict[tuple[Any, ...], list[Any]] = {}
    for place, some in groupby(found, key=itemgetter(slice(1 + marks))):
        places.setdefault(place, []).extend(some)
    counted = []
    # By columns and iterators, as there can be as many rows as products.
    for (collection, *flags), rows in places.items():
        _collections, *columns = zip(*rows, strict=True)
        keys, *rest = columns[marks:]
        if has_band:
            keys = tuple(map(facet_keys.with_band, keys, rest.pop(0)))
        digests, numbers, *title = rest
        runs = [(key, sum(1 for _each in run)) for key, run in groupby(keys)]
        sizes = [size for _key, size in runs]
        upto = [0, *accumulate(numbers)]
        totals = [upto[end] - upto[start] for start, end in pairwise([0, *accumulate(sizes)])]
        name = title[0][0] if has_title else ""
        counted.append(
            Counted(collection, tuple(flags), [key for key, _size in runs], totals, sizes, digests, numbers, name)
        )
    return counted


def _count_packed(branches: Sequence[Any], marks: int, *, has_band: bool, has_title: bool) -> list[Counted]:
    """Return the same as :func:`_count` for PostgreSQL, which returns each column of a collection as one text.

    One row for each combination would cost the application more than the database needs for counting.
    """
    statements: list[str] = []
    params: list[Any] = []
    for branch in branches:
        with suppress(EmptyResultSet):
            counted, values = statement_of(branch)
            statements.append(_packing(counted, marks, has_band=has_band, has_title=has_title))
            params += values
    if not statements:
        return []
    database = connections[branches[0].db]
    with database.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), params)
        rows = cursor.fetchall()
    convert = getattr(branches[0].model._meta.get_field("collection").target_field, "from_db_value", None)
    return [
        Counted(
            convert(collection, None, database) if convert else collection,
            tuple(columns[:marks]),
            *_columns(columns[marks:], has_band=has_band),
        )
        for collection, *columns in rows
    ]


def _packing(counted: str, marks: int, *, has_band: bool, has_title: bool) -> str:
    """Return the statement for the packed rows of another one; see :func:`_count`."""
    place = ", ".join(["collection", *(f"mark{index}" for index in range(marks))])
    key, title = "key, band" if has_band else "key", ", title" if has_title else ""
    highest = ", MAX(title) AS title" if has_title else ""
    texts = ", ".join(map(_listed, (*key.split(", "), "total", "size", "digests", "numbers")))
    # All names are constants; the values of the inner statement are parameters.
    return (
        f"SELECT {place}, {texts}{highest} FROM ("  # noqa: S608
        f"SELECT {place}, {key}, SUM(number) AS total, COUNT(*) AS size,"
        f" {_listed('digest')} AS digests, {_listed('number')} AS numbers{highest}"
        f" FROM ({counted}) AS counted ({place}, {key}, digest, number{title})"
        f" GROUP BY {place}, {key}) AS runs GROUP BY {place}"
    )


def _listed(name: str) -> str:
    """Return the SQL for the values of a column as one text."""
    return f"STRING_AGG({name}::text, ',')"


def _columns(texts: Sequence[str], *, has_band: bool) -> tuple[Any, ...]:
    """Return the values of the columns of :class:`Counted` after the flags."""
    keys, *others = texts
    numbers = map(int, keys.split(","))
    found = list(map(facet_keys.with_band, numbers, map(int, others.pop(0).split(",")))) if has_band else list(numbers)
    totals, sizes, digests, each, *title = others
    return (
        found,
        *(list(map(int, text.split(","))) for text in (totals, sizes)),
        digests.split(","),
        list(map(int, each.split(","))),
        *title,
    )


def _band(edges: Sequence[Decimal]) -> Case:
    whens = [When(unit_price__lt=edge, then=Value(index)) for index, edge in enumerate(edges)]
    return _Choice(*whens, default=Value(len(edges)), output_field=IntegerField())


def _flag(condition: Q) -> Case:
    return _Choice(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())
