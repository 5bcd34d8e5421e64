"""Changes of the stock of products."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import BigIntegerField, Case, F, Value, When

from storefront_store.conf import app_settings, get_model
from storefront_store.exceptions import OutOfStock, Shortage, Unavailable
from storefront_store.internals import locks_without_key
from storefront_store.models import AbstractProduct
from storefront_store.querysets import ProductQuerySet
from storefront_store.querysets.summaries import renew
from storefront_store.services.transactions import using
from storefront_store.types import Key


def lock_products(
    keys: Iterable[Key], annotate: Callable[[ProductQuerySet], ProductQuerySet] = lambda queryset: queryset
) -> dict[Key, AbstractProduct]:
    """Lock products in the order of their keys, which prevents deadlocks.

    Args:
        keys: Primary keys.
        annotate: Called with the queryset, to add annotations to the query.

    Returns:
        The products that exist, by key.
    """
    no_key = locks_without_key(using())
    queryset = get_model("Product")._default_manager.using(using()).filter(pk__in=list(keys))
    locked = annotate(queryset).order_by("pk").select_for_update(no_key=no_key)
    return {product.pk: product for product in locked}


def take(
    demand: Mapping[Key, int], annotate: Callable[[ProductQuerySet], ProductQuerySet] = lambda queryset: queryset
) -> dict[Key, AbstractProduct]:
    """Take units out of stock, all of them or none; must be called in a use case.

    Args:
        demand: Requested quantities by product key.
        annotate: As for :func:`lock_products`.

    Returns:
        The locked products by key, with their previous stock.

    Raises:
        Unavailable: If a product was deleted or is no longer on sale.
        OutOfStock: If there are too few units of a product.
    """
    products = lock_products(demand, annotate)
    unavailable = [key for key in demand if key not in products or not products[key].is_active]
    if unavailable:
        raise Unavailable([Shortage(key, demand[key], 0) for key in unavailable])
    if app_settings.TRACK_INVENTORY:
        units = _by_product(demand)
        enough = get_model("Product")._base_manager.filter(pk__in=list(demand), inventory__gte=units)
        if enough.update(inventory=F("inventory") - units) < len(demand):
            raise OutOfStock(
                [
                    Shortage(key, wanted, products[key].inventory)
                    for key, wanted in demand.items()
                    if products[key].inventory < wanted
                ]
            )
        _announce([products[key] for key, wanted in demand.items() if products[key].inventory == wanted])
    return products


def give_back(units: Mapping[Key, int]) -> None:
    """Return units to the stock; must be called in a use case.

    Args:
        units: Quantities by product key.
    """
    if units and app_settings.TRACK_INVENTORY:
        locked = lock_products(units)
        stock = get_model("Product")._base_manager.filter(pk__in=list(units))
        stock.update(inventory=F("inventory") + _by_product(units))
        _announce([product for product in locked.values() if product.inventory <= 0])


def _announce(products: Sequence[Any]) -> None:
    """Update lists and summaries after products were sold out or came back into stock."""
    if products:
        collections = {product.collection_id for product in products}
        renew(get_model("Product"), using(), collections=collections, groups={product.group_id for product in products})


def _by_product(units: Mapping[Any, int]) -> Case:
    """Return an expression for the quantity of each product."""
    whens = [When(pk=key, then=Value(number)) for key, number in units.items()]
    return Case(*whens, output_field=BigIntegerField())
