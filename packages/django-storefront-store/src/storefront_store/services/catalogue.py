"""Use cases that change the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from django.db import IntegrityError
from django.db.models import Model, ProtectedError, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from storefront_store.conf import app_settings, get_model
from storefront_store.exceptions import Protected, StaleInventory
from storefront_store.models import AbstractCollection, AbstractProduct, Review
from storefront_store.querysets.summaries import renew
from storefront_store.services.batching import batches
from storefront_store.services.locks import always, delete_locked, lock
from storefront_store.services.transactions import use_case, using

STALE_AFTER: Final = timedelta(days=1)  # how old the stock number sent by a client may be


def delete_product(product: AbstractProduct, *, check: Callable[[], object] = always) -> None:
    """Delete a product that was never ordered.

    Args:
        product: The product.
        check: Called under the lock of the row; raises an exception to refuse the deletion.

    Raises:
        NotFound: If it was deleted in the meantime.
        Protected: If it is in an order, or rows added concurrently refer to it.
    """
    ordered = _("Product cannot be deleted because it is associated with an order item.")
    _delete(product, check, get_model("OrderItem"), ordered)


def delete_collection(collection: AbstractCollection, *, check: Callable[[], object] = always) -> None:
    """Delete an empty collection.

    Args:
        collection: The collection.
        check: Called under the lock of the row; raises an exception to refuse the deletion.

    Raises:
        NotFound: If it was deleted in the meantime.
        Protected: If there are products in it, or rows added concurrently refer to it.
    """
    filled = _("Collection cannot be deleted because it includes one or more products.")
    _delete(collection, check, get_model("Product"), filled)


def _delete(row: Model, check: Callable[[], object], kept: Any, message: Any) -> None:
    try:
        delete_locked(row, row.delete, check=check)
    except ProtectedError as error:
        by_kept = any(isinstance(each, kept) for each in error.protected_objects)
        raise Protected(message if by_kept else _("Other entries still refer to this one.")) from error
    except IntegrityError as error:  # a row that refers to this one was added between the check and the deletion
        raise Protected(_("Something that refers to this was added at the same moment. Please try again.")) from error


@use_case
def change_product(
    product: AbstractProduct,
    save: Callable[[], object],
    *,
    inventory: int | None = None,
    shown: int | None = None,
    is_current: bool = False,
    check: Callable[[], object] = always,
) -> None:
    """Change a product under its lock, without undoing concurrent changes of its stock by checkouts.

    Args:
        product: The product; it is read again under its lock.
        save: Sets the new values of the other fields and saves. The stock is already set.
        inventory: The stock entered by the editor; None leaves it unchanged.
        shown: The stock shown to the editor. If given, the difference is applied to the current stock, which never
            falls below zero.
        is_current: Whether the editor is known to have seen the current stock.
        check: Called under the lock before the change; raises an exception to refuse it.

    Raises:
        NotFound: If the product was deleted in the meantime.
        StaleInventory: If ``inventory`` equals a recent stock number, and neither ``shown`` nor ``is_current`` confirms
            that it is intended.
    """
    lock(product)
    check()
    if inventory is not None:
        if shown is not None:
            product.inventory = max(product.inventory + inventory - shown, 0)
        else:
            if not is_current:
                _refuse_stale(product, inventory)
            product.inventory = inventory
    save()


def _refuse_stale(product: AbstractProduct, inventory: int) -> None:
    """Refuse a stock number that may have been read before recent orders changed it.

    Otherwise clients that send back all fields of a product read earlier would undo sales.
    """
    difference = inventory - product.inventory
    if not difference or not app_settings.TRACK_INVENTORY:
        return
    since = timezone.now() - STALE_AFTER
    moved_by = {"order__placed_at__gte": since} if difference > 0 else {"order__cancelled_at__gte": since}
    items = get_model("OrderItem")._base_manager.using(product._state.db).filter(product=product, **moved_by)
    moved = items.aggregate(units=Sum("quantity"))["units"] or 0
    if abs(difference) <= moved:
        raise StaleInventory


@use_case
def clear_inventory(products: QuerySet[AbstractProduct]) -> int:
    """Set the stock of the queryset ``products`` to zero; return the number of products."""
    return _update(products, _write_products, inventory=0)


@use_case
def set_active(products: QuerySet[AbstractProduct], *, active: bool) -> int:
    """Activate or deactivate the queryset ``products``; return the number of products."""
    return _update(products, _write_products, is_active=active)


@use_case
def set_hidden(reviews: QuerySet[Review], *, hidden: bool) -> int:
    """Hide or show the queryset ``reviews``; return the number of reviews."""
    return _update(reviews, _write_reviews, is_hidden=hidden)


def _update(rows: Any, write: Callable[[Any, Sequence[Any], Mapping[str, Any]], int], **values: Any) -> int:
    """Update by key in batches, because the queryset may be sorted and joined and match any number of rows."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    return sum(write(rows.model, batch, values) for batch in batches(keys))


def _write_products(model: Any, keys: Sequence[Any], values: Mapping[str, Any]) -> int:
    products = model._default_manager.using(using()).filter(pk__in=keys)
    collections, groups = products.memberships()
    changed: int = model._base_manager.using(using()).filter(pk__in=keys).update(**values)
    renew(model, using(), collections=collections, counts="is_active" in values, groups=groups)
    return changed


def _write_reviews(model: Any, keys: Sequence[Any], values: Mapping[str, Any]) -> int:
    changed: int = model.objects.using(using()).filter(pk__in=keys).update(**values)
    return changed
