"""Summaries stored with a row but derived from other rows: ratings, counts and the representatives of groups.

The database recalculates them from the rows instead of adding differences, so an error is corrected by the next
change. Writers of products raise the version of the catalogue first. This locks out other writers, so that no two
transactions calculate from rows that the other is about to change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any, Final

from django.apps import apps
from django.db.models import (
    Avg,
    Case,
    Count,
    DecimalField,
    Exists,
    Expression,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Round

from storefront_store.conf import app_settings
from storefront_store.querysets.base import related

SUMMARISED: Final = frozenset(
    {"collection", "group", "is_active", "inventory", "title", "title_key", "unit_price", "last_update"}
)  # columns of a product used in columns of other rows

COUNTED: Final = SUMMARISED | {"options"}  # columns of a product used in facets
LATER: Final = "_storefront_store_later"  # set on a queryset being deleted: dependent rows are updated afterwards

_due: ContextVar[list[Callable[[], object]] | None] = ContextVar("storefront_store_summaries_due", default=None)


@contextmanager
def postponed() -> Iterator[None]:
    """Update the summaries of the writes in this block at its end.

    Other writers of products wait from the first update of summaries until the end of the transaction, so a transaction
    with many writes delays them less if it updates the summaries last. Does nothing in a block that postpones already.
    """
    if _due.get() is not None:
        yield
        return
    due: list[Callable[[], object]] = []
    token = _due.set(due)
    try:
        yield
    finally:
        _due.reset(token)
    for update in due:
        update()


def when_due(update: Callable[[], object]) -> None:
    """Call ``update`` now, or at the end of the block that postpones summaries."""
    due = _due.get()
    if due is None:
        update()
    else:
        due.append(update)


class Availability(Expression):
    """The availability of a product, lower is better: 0 in stock, 1 active, 2 other products.

    It is one expression for the same reason as :class:`~storefront_store.querysets.relevance.Relevance`.

    Args:
        tracked: Whether the stock matters; if not, all active products are in stock.
    """

    def __init__(self, tracked: bool) -> None:
        super().__init__(output_field=IntegerField())
        self.tracked = tracked
        self.columns: list[Any] = [F("is_active"), F("is_stocked")]

    def get_source_expressions(self) -> list[Any]:
        """Return the columns."""
        return self.columns

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        """Replace the columns."""
        self.columns = list(exprs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        """Return the SQL and its parameters."""
        (active, active_params), (in_stock, in_stock_params) = (compiler.compile(column) for column in self.columns)
        if not self.tracked:
            return f"CASE WHEN {active} THEN 0 ELSE 2 END", (*active_params,)
        sql = f"CASE WHEN {active} AND {in_stock} THEN 0 WHEN {active} THEN 1 ELSE 2 END"
        return sql, (*active_params, *in_stock_params, *active_params)


def availability() -> Availability:
    """Return the expression for the availability of a product."""
    return Availability(app_settings.TRACK_INVENTORY)


def renew(
    product: Any, using: str, *, collections: Iterable[Any] | None, counts: bool = False, groups: Iterable[Any] = ()
) -> None:
    """Raise the version of the catalogue and update the summaries that depend on changed products.

    Call it after the change, in the same transaction.

    Args:
        product: The model of the products.
        using: The alias of the database.
        collections: The keys of the collections that the products are or were in; None if that is not known.
        counts: Whether the number of products or of active products in them has changed.
        groups: The keys of the groups in which the availability of variants has changed.
    """
    known = None if collections is None else {key for key in collections if key is not None}
    found = {key for key in groups if key is not None}
    when_due(partial(_renew, product, using, known, counts=counts, groups=found))


def _renew(product: Any, using: str, known: set[Any] | None, *, counts: bool, groups: set[Any]) -> None:
    apps.get_model("storefront_store", "CatalogueVersion")._default_manager.db_manager(using).bump(known)
    if counts:
        recount(related(product, "collection"), using, known)
    if groups:
        represent(product, using, groups)


def recount(collection: Any, using: str, keys: Iterable[Any] | None = None) -> int:
    """Update the product counts of the collections with these keys, or of all."""
    rows = collection._base_manager.using(using)
    rows = rows.all() if keys is None else rows.filter(pk__in=list(keys))
    changed: int = rows.update(**counted(collection, using))
    return changed


def counted(collection: Any, using: str) -> dict[str, Any]:
    """Return an expression for each count stored with a collection."""
    products = related(collection, "products")._base_manager.using(using).filter(collection=OuterRef("pk")).order_by()
    every = products.values("collection").annotate(number=Count("*")).values("number")
    active = products.filter(is_active=True).values("collection").annotate(number=Count("*")).values("number")
    return {"all_products": Coalesce(Subquery(every), 0), "active_products": Coalesce(Subquery(active), 0)}


def represent(product: Any, using: str, keys: Iterable[Any] | None = None) -> int:
    """Update the product that represents each group in collapsed lists, for these groups or for all."""
    groups = related(product, "group")._base_manager.using(using)
    groups = groups.all() if keys is None else groups.filter(pk__in=list(keys))
    changed: int = groups.update(**chosen(product, using))
    return changed


def chosen(product: Any, using: str) -> dict[str, Any]:
    """Return an expression for each column of a group that depends on its variants."""
    variants = product._default_manager.using(using).filter(group=OuterRef("pk"))
    best = variants.annotate(availability=availability()).order_by("availability", "pk")
    siblings = product._default_manager.using(using).filter(group=OuterRef("group"))
    together = best.filter(~Exists(siblings.filter(~Q(collection=OuterRef("collection")))))
    return {
        "representative": Subquery(best.values("pk")[:1]),
        "shown_key": Coalesce(Subquery(best.values("title_key")[:1]), Value("")),
        "shown_price": Subquery(best.values("unit_price")[:1]),
        "shown_update": Subquery(best.values("last_update")[:1]),
        "shown_collection": Subquery(together.values("collection")[:1]),
        "is_stocked": Exists(variants.filter(is_active=True, is_stocked=True)),
        "is_shown": Exists(variants.filter(is_active=True)),
    }


def rate(product: Any, using: str, keys: Iterable[Any]) -> int:
    """Update the ratings of products.

    The products must already be locked, because a statement that waits for a lock uses the reviews as of its start.
    """
    changed: int = product._base_manager.using(using).filter(pk__in=list(keys)).update(**rated(product, using))
    return changed


def rated(product: Any, using: str) -> dict[str, Any]:
    """Return an expression for each column of a product that depends on its reviews."""
    reviews = related(product, "reviews")._base_manager.using(using)
    counting = reviews.filter(product=OuterRef("pk"), rating__isnull=False, is_hidden=False).order_by()
    grouped = counting.values("product")
    decimals: DecimalField[Any, Any] = DecimalField(max_digits=5, decimal_places=2)
    average = grouped.annotate(value=Round(Avg("rating"), 2, output_field=decimals)).values("value")
    number = grouped.annotate(value=Count("*")).values("value")
    return {
        "rating_average": Subquery(average, output_field=decimals),
        "rating_count": Coalesce(Subquery(number), 0),
    }


def add_to_counts(collection: Any, using: str, products: Iterable[Any]) -> None:
    """Add new products to the counts of their collections."""
    every: dict[Any, int] = {}
    active: dict[Any, int] = {}
    for product in products:
        key = product.collection_id
        every[key] = every.get(key, 0) + 1
        active[key] = active.get(key, 0) + bool(product.is_active)
    if every:
        rows = collection._base_manager.using(using).filter(pk__in=list(every))
        added = {"all_products": F("all_products") + _by(every), "active_products": F("active_products") + _by(active)}
        when_due(partial(rows.update, **added))


def _by(numbers: dict[Any, int]) -> Case:
    whens = [When(pk=key, then=Value(number)) for key, number in numbers.items()]
    return Case(*whens, default=Value(0), output_field=IntegerField())
