"""Use cases of carts. Each begins by locking the cart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from storefront_store.conf import app_settings, get_model
from storefront_store.exceptions import InvalidInput, NotFound
from storefront_store.inserts import create
from storefront_store.models import AbstractCart, AbstractCartItem
from storefront_store.services import cart_rows, customers
from storefront_store.services.cart_rows import SYSTEM, Everybody, demand_of, discard_cart, lock_cart
from storefront_store.services.transactions import use_case, using
from storefront_store.types import AnyUser, Key


@use_case
def create_cart() -> AbstractCart:
    """Create an empty cart with a random ID."""
    cart: AbstractCart = create(get_model("Cart")._default_manager, using=using())
    cart.item_list = []
    return cart


@use_case
def own_cart(user: AnyUser | None) -> Key:
    """Return the key of the user's own cart, which is created if necessary."""
    key = _own_key(user)
    if key is None:
        customer = customers.customer_of(user)
        key = get_model("Cart")._default_manager.using(using()).get_or_create(customer=customer)[0].pk
    return key


def _own_key(user: Any) -> Any:
    carts = get_model("Cart")._default_manager.using(using()).order_by()
    return carts.filter(customer__user=user).values_list("pk", flat=True).first()


@use_case
def merge_cart(user: AnyUser | None, cart_id: Key) -> Key:
    """Move the items of an anonymous cart into the user's own cart.

    Quantities of the same product are added up, to the limit of an item. The anonymous cart is empty afterwards, so
    merging it again changes nothing.

    Args:
        user: The user who gets the items.
        cart_id: The anonymous cart.

    Returns:
        The key of the user's own cart.

    Raises:
        NotFound: If there is no such cart, or it belongs to somebody else.
        InvalidInput: If the cart would contain too many products.
    """
    own = own_cart(user)
    for key in sorted({own, cart_id}, key=str):
        lock_cart(key, user=user)
    if own == cart_id:
        return own
    incoming = demand_of(cart_id)
    items = get_model("CartItem")._base_manager.using(using())
    present = {item.product_id: item for item in items.filter(cart_id=own)}
    limit = app_settings.MAX_LINE_QUANTITY
    grown, new = [], []
    for product_id, quantity in incoming.items():
        if item := present.get(product_id):
            item.quantity = max(item.quantity, min(item.quantity + quantity, limit))
            grown.append(item)
        else:
            new.append(get_model("CartItem")(cart_id=own, product_id=product_id, quantity=min(quantity, limit)))
    if len(present) + len(new) > app_settings.MAX_CART_LINES:
        raise InvalidInput(_("The cart cannot hold more products."), field="cart_id")
    items.bulk_update(grown, ["quantity"])
    items.bulk_create(new)
    items.filter(cart_id=cart_id).delete()
    return own


@use_case
def delete_cart(cart_id: Key, *, user: AnyUser | Everybody | None = SYSTEM) -> None:
    """Delete a cart and its items.

    Raises:
        NotFound: If there is no such cart.
    """
    lock_cart(cart_id, user=user)
    discard_cart(cart_id)


def add_item(
    cart_id: Key, product_id: Key, quantity: int, *, user: AnyUser | Everybody | None = SYSTEM
) -> AbstractCartItem:
    """Add ``quantity`` units of a product to a cart, or to its item if the product is already in the cart.

    The quantity may exceed the stock, which is checked when the order is placed.

    Returns:
        The item, with its new quantity.

    Raises:
        NotFound: If there is no such cart.
        InvalidInput: If the product is unknown or not on sale, or the cart would contain too many products or units.
    """
    try:
        return _add_item(cart_id, product_id, quantity, user)
    except IntegrityError as error:  # deleted after the check
        raise _no_product() from error


@use_case
def _add_item(cart_id: Any, product_id: Any, quantity: int, user: Any) -> Any:
    lock_cart(cart_id, user=user)
    found = cart_rows.look_up(cart_id, product_id)
    if found is None:
        raise _no_product()
    items = get_model("CartItem")
    product_id, item_id = found.product_id, found.item_id
    if item_id is None:
        _check_quantity(quantity)
        if found.number_of_items >= app_settings.MAX_CART_LINES:
            raise InvalidInput(_("The cart cannot hold more products."), field="product_id")
        return create(items._base_manager, using=using(), cart_id=cart_id, product_id=product_id, quantity=quantity)
    _check_quantity(found.quantity + quantity)
    items._base_manager.using(using()).filter(pk=item_id).update(quantity=F("quantity") + quantity)
    return items(pk=item_id, cart_id=cart_id, product_id=product_id, quantity=found.quantity + quantity)


@use_case
def change_item(cart_id: Key, item_id: Key, quantity: int, *, user: AnyUser | Everybody | None = SYSTEM) -> None:
    """Set the quantity of an item.

    Raises:
        NotFound: If there is no such cart, or no such item in it.
        InvalidInput: If the quantity is too large.
    """
    lock_cart(cart_id, user=user)
    _check_quantity(quantity)
    if not get_model("CartItem")._base_manager.filter(cart_id=cart_id, pk=item_id).update(quantity=quantity):
        raise NotFound


@use_case
def remove_item(cart_id: Key, item_id: Key, *, user: AnyUser | Everybody | None = SYSTEM) -> None:
    """Remove an item from a cart.

    Raises:
        NotFound: If there is no such cart, or no such item in it.
    """
    lock_cart(cart_id, user=user)
    if not get_model("CartItem")._base_manager.filter(cart_id=cart_id, pk=item_id).delete()[0]:
        raise NotFound


def purge_carts(
    older_than: datetime,
    *,
    batch_size: int = 500,
    dry_run: bool = False,
    advance: Callable[[int], object] = lambda done: None,
) -> int:
    """Delete the carts that have not been used since ``older_than``.

    Args:
        older_than: The date and time.
        batch_size: Number of carts deleted in one transaction.
        dry_run: Whether to count without deleting.
        advance: Called with the number of carts processed since the last call.

    Returns:
        The number of deleted carts.
    """
    forgotten = get_model("Cart")._default_manager.untouched_since(older_than)
    if dry_run:
        return forgotten.count()
    purged = 0
    while keys := list(forgotten.order_by("updated_at").values_list("pk", flat=True)[:batch_size]):
        purged += _purge_batch(keys, older_than)
        advance(len(keys))
    return purged


@use_case
def _purge_batch(keys: list[Any], older_than: datetime) -> int:
    """Delete the carts that are still unused; they are checked again under the lock."""
    carts = get_model("Cart")._base_manager.filter(pk__in=keys, updated_at__lt=older_than)
    doomed = list(carts.order_by("pk").select_for_update().values_list("pk", flat=True))
    get_model("CartItem")._base_manager.filter(cart__in=doomed).delete()
    get_model("Cart")._base_manager.filter(pk__in=doomed).delete()
    return len(doomed)


def _check_quantity(quantity: int) -> None:
    limit = app_settings.MAX_LINE_QUANTITY
    if quantity > limit:
        raise InvalidInput(
            _("A cart cannot hold more than %(limit)s of one product.") % {"limit": limit}, field="quantity"
        )


def _no_product() -> InvalidInput:
    return InvalidInput(_("No product with the given ID was found."), field="product_id")
