"""Changes of the stock of products."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import BigIntegerField, Case, DateTimeField, F, Value, When

from storefront_store.conf import app_settings, get_model
from storefront_store.exceptions import OutOfStock, Shortage, Unavailable
from storefront_store.internals import combines_changes, locks_without_key
from storefront_store.models import AbstractProduct
from storefront_store.prepared import takes_array
from storefront_store.pricing import PriceBook
from storefront_store.querysets import ProductQuerySet
from storefront_store.querysets.summaries import renew
from storefront_store.services.stock_rows import PreparedTaking
from storefront_store.services.transactions import using
from storefront_store.statements import PreparedChange, PreparedInstances, fits, is_prepared_safely, once
from storefront_store.types import Key


def lock_products(keys: Iterable[Key], book: PriceBook | None = None) -> dict[Key, AbstractProduct]:
    """Lock products in the order of their keys, which prevents deadlocks.

    Args:
        keys: Primary keys.
        book: Prices, whose provider may add annotations to the query.

    Returns:
        The products that exist, by key.
    """
    wanted = list(keys)
    alias = using()
    locked: Iterable[Any]
    is_safe = fits(wanted) and is_prepared_safely(get_model("Product"), ProductQuerySet)
    if book is None and is_safe:
        locked = _locking()[0].fetch(using=alias, keys=wanted)
    elif book is not None and book.can_be_prepared and is_safe:
        locked = _locking()[1].fetch(using=alias, keys=wanted, at=book.at)
    else:
        products = get_model("Product")._default_manager.using(alias).filter(pk__in=wanted)
        locked = in_lock_order(products if book is None else book.annotate(products), alias)
    return {product.pk: product for product in locked}


def in_lock_order(products: ProductQuerySet, alias: str) -> ProductQuerySet:
    """Return a queryset of products that locks them in the order of their keys."""
    return products.order_by("pk").select_for_update(no_key=locks_without_key(alias))


def take(demand: Mapping[Key, int], book: PriceBook | None = None) -> dict[Key, AbstractProduct]:
    """Take units out of stock, all of them or none; must be called in a use case.

    Args:
        demand: Requested quantities by product key.
        book: As for :func:`lock_products`.

    Returns:
        The locked products by key, with their previous stock.

    Raises:
        Unavailable: If a product was deleted or is no longer on sale.
        OutOfStock: If there are too few units of a product.
    """
    taken = _take_together(demand, book)
    rest = {key: wanted for key, wanted in demand.items() if key not in taken}
    if rest:
        taken |= _take_locked(rest, book)
    if app_settings.TRACK_INVENTORY:
        _announce([taken[key] for key, wanted in demand.items() if taken[key].inventory == wanted])
    return taken


def _take_together(demand: Mapping[Any, int], book: PriceBook | None) -> dict[Any, AbstractProduct]:
    """Lock products and take their units by one statement, if the database can combine them.

    Returns:
        The products that are on sale and had enough units, with their previous stock.
    """
    alias, product = using(), get_model("Product")
    if not (app_settings.TRACK_INVENTORY and combines_changes(alias) and takes_array(product._meta.pk, alias)):
        return {}
    if book is None or not (book.can_be_prepared and fits(demand) and is_prepared_safely(product, ProductQuerySet)):
        return {}
    keys = list(demand)
    taken = _taking().fetch(using=alias, keys=keys, every=keys, units=list(demand.values()), at=book.at)
    return {product.pk: product for product in taken}


def _take_locked(demand: Mapping[Key, int], book: PriceBook | None) -> dict[Key, AbstractProduct]:
    """Lock products and take their units, or tell of what there is not enough; see :func:`take`.

    These may be products that had too few units when the statement of :func:`_take_together` began, and got some from
    a transaction for which it has waited.
    """
    products = lock_products(demand, book)
    unavailable = [key for key in demand if key not in products or not products[key].is_active]
    if unavailable:
        raise Unavailable([Shortage(key, demand[key], 0) for key in unavailable])
    if app_settings.TRACK_INVENTORY and _reduce(demand) < len(demand):
        raise OutOfStock(
            [
                Shortage(key, wanted, products[key].inventory)
                for key, wanted in demand.items()
                if products[key].inventory < wanted
            ]
        )
    return products


def give_back(units: Mapping[Key, int]) -> None:
    """Return units to the stock; must be called in a use case.

    Args:
        units: Quantities by product key.
    """
    if units and app_settings.TRACK_INVENTORY:
        locked = lock_products(units)
        stock = get_model("Product")._base_manager.using(using()).filter(pk__in=list(units))
        stock.update(inventory=F("inventory") + _by_product(units.items()))
        _announce([product for product in locked.values() if product.inventory <= 0])


def _announce(products: Sequence[Any]) -> None:
    """Update lists and summaries after products were sold out or came back into stock."""
    if products:
        collections = {product.collection_id for product in products}
        renew(get_model("Product"), using(), collections=collections, groups={product.group_id for product in products})


def _by_product(units: Iterable[tuple[Any, Any]]) -> Case:
    """Return an expression for the quantity of each product, from pairs of a key and a quantity."""
    whens = [When(pk=key, then=Value(number) if isinstance(number, int) else number) for key, number in units]
    return Case(*whens, output_field=BigIntegerField())


def _reduce(demand: Mapping[Any, int]) -> int:
    """Reduce the stock of the products that have enough units, and return their number."""
    if fits(demand) and is_prepared_safely(get_model("Product"), ProductQuerySet):
        return _reduction().execute(using=using(), keys=list(demand), units=list(demand.values()))
    stock, changes = _reduced(list(demand), list(demand.values()))
    changed: int = stock.using(using()).update(**changes)
    return changed


def _reduced(keys: Sequence[Any], units: Sequence[Any]) -> tuple[Any, dict[str, Any]]:
    """Return the products that have enough units, and their new stock."""
    number = _by_product(zip(keys, units, strict=True))
    enough = get_model("Product")._base_manager.filter(pk__in=keys, inventory__gte=number)
    return enough, {"inventory": F("inventory") - number}


@once
def _reduction() -> PreparedChange:
    return PreparedChange(_reduced, lists={"keys": get_model("Product")._meta.pk, "units": BigIntegerField()})


@once
def _taking() -> PreparedTaking:
    lock = _locking()[1]
    return PreparedTaking(lock.build, lists=lock.lists, bound=lock.bound)


@once
def _locking() -> tuple[PreparedInstances, PreparedInstances]:
    """Return the statements that lock products without and with what the price provider needs."""
    product = get_model("Product")
    keys = {"keys": product._meta.pk}

    def chosen(keys: Any) -> Any:
        return product._default_manager.filter(pk__in=keys)

    return (
        PreparedInstances(lambda alias, keys: in_lock_order(chosen(keys), alias), lists=keys),
        PreparedInstances(
            lambda alias, keys, at: in_lock_order(PriceBook(at=at).annotate(chosen(keys)), alias),
            lists=keys,
            bound={"at": DateTimeField()},
        ),
    )
