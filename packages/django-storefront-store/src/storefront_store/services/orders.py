"""Use cases of placed orders."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from storefront_store.adjusters import load_adjusters
from storefront_store.conf import app_settings, get_model
from storefront_store.exceptions import Forbidden, InvalidTransition, NotFound, Protected
from storefront_store.internals import locks_without_key
from storefront_store.models import AbstractOrder, OrderAdjustment, OrderEvent
from storefront_store.people import is_staff
from storefront_store.services import guests, history, stock
from storefront_store.services.transactions import after_commit, use_case, using
from storefront_store.signals import order_cancelled, order_shipped, payment_status_changed
from storefront_store.types import AnyUser, Key

PENDING: Final = AbstractOrder.PAYMENT_STATUS_PENDING
COMPLETE: Final = AbstractOrder.PAYMENT_STATUS_COMPLETE
FAILED: Final = AbstractOrder.PAYMENT_STATUS_FAILED
REFUNDED: Final = AbstractOrder.PAYMENT_STATUS_REFUNDED
PAYMENT_STEPS: Final = frozenset({(PENDING, COMPLETE), (PENDING, FAILED), (FAILED, COMPLETE), (COMPLETE, REFUNDED)})


def may_cancel_any(user: AnyUser) -> bool:
    """Return whether ``user`` has the permission ``cancel_order``."""
    return _has_perm(user, "cancel_order")


def may_ship(user: AnyUser) -> bool:
    """Return whether ``user`` has the permission ``ship_order``."""
    return _has_perm(user, "ship_order")


def _has_perm(user: Any, codename: str) -> bool:
    return bool(user.has_perm(f"{get_model('Order')._meta.app_label}.{codename}"))


@use_case
def cancel_order(order_id: Key, *, user: AnyUser | None = None, key: str | None = None) -> AbstractOrder:
    """Cancel an order and return its stock.

    Args:
        order_id: The order.
        user: The user who cancels: the owner while the payment is pending or if the order costs nothing, or a user with
            ``cancel_order``, who may also cancel after the payment failed or was refunded. None stands for the system,
            which may do the same.
        key: The key of a guest's order; it gives the rights of the owner.

    Returns:
        The order.

    Raises:
        NotFound: If there is no such order, or the user may not know of it.
        Forbidden: If the user may see it but not cancel it.
        InvalidTransition: If it is paid, shipped or cancelled, or the owner may no longer cancel it.
    """
    order: AbstractOrder = lock_order(order_id)
    privileged = key is None if user is None else may_cancel_any(user)
    is_guest = key is not None and guests.opens(order, key)
    if not (privileged or is_guest) and (user is None or order.customer.user_id != user.pk):
        raise Forbidden if user is not None and is_staff(user) else NotFound
    if not is_cancellable(order) or not (privileged or order.payment_status == PENDING or not order.total):
        raise InvalidTransition(_("This order can't be cancelled."))
    _set(order, cancelled_at=timezone.now())
    _release(order)
    history.record(
        order, OrderEvent.CANCELLED, user=user, old=AbstractOrder.STATUS_PLACED, new=AbstractOrder.STATUS_CANCELLED
    )
    after_commit(lambda: order_cancelled.send_robust(type(order), order=order, user=user))
    return order


@use_case
def change_payment_status(order_id: Key, status: str, *, user: AnyUser | None = None) -> AbstractOrder:
    """Record that the payment was received, failed or was refunded. Setting the current status changes nothing.

    Args:
        order_id: The order.
        status: One letter: pending, complete, failed or refunded.
        user: The user who changes it; None for the system.

    Returns:
        The order.

    Raises:
        NotFound: If there is no such order.
        InvalidTransition: If the order is cancelled or the change is not allowed.
    """
    order = lock_order(order_id)
    old = order.payment_status
    if order.cancelled_at:
        raise InvalidTransition(_("This order was cancelled."))
    if old == status:
        return order
    if (old, status) not in PAYMENT_STEPS:
        raise InvalidTransition
    _set(order, payment_status=status)
    record_payment_status(order, old=old, user=user)
    return order


def record_payment_status(order: AbstractOrder, *, old: str, user: AnyUser | None = None) -> None:
    """Write the new payment status of an order to its history, and send ``payment_status_changed`` after the commit.

    Args:
        order: The order with its new payment status, in a transaction.
        old: The status before.
        user: The user who changed it; None stands for the system.
    """
    new = order.payment_status
    history.record(order, OrderEvent.PAYMENT_STATUS_CHANGED, user=user, old=old, new=new)
    after_commit(lambda: payment_status_changed.send_robust(type(order), order=order, old=old, new=new, user=user))


@use_case
def ship_order(order_id: Key, *, tracking: str = "", user: AnyUser | None = None) -> AbstractOrder:
    """Record that an order was handed to the carrier.

    If the order was already shipped, the date is kept and the tracking number is replaced.

    Args:
        order_id: The order.
        tracking: The tracking number; may be empty.
        user: A user with the permission ``ship_order``, or None for the system.

    Returns:
        The order.

    Raises:
        NotFound: If there is no such order, or the user may not know of it.
        Forbidden: If the user may see it but not ship it.
        InvalidTransition: If it is cancelled or refunded, or unpaid while ``SHIP_UNPAID`` is off.
    """
    order = lock_order(order_id)
    if user is not None and not may_ship(user):
        raise Forbidden if is_staff(user) or order.customer.user_id == user.pk else NotFound
    if order.shipped_at and order.tracking == tracking:
        return order
    if not (order.shipped_at or is_shippable(order)):
        raise InvalidTransition(_("This order can't be shipped."))
    old = order.tracking if order.shipped_at else order.status
    _set(order, shipped_at=order.shipped_at or timezone.now(), tracking=tracking)
    history.record(order, OrderEvent.SHIPPED, user=user, old=old, new=tracking or order.status)
    after_commit(lambda: order_shipped.send_robust(type(order), order=order, user=user))
    return order


def is_shippable(order: AbstractOrder) -> bool:
    """Return whether ``order`` can be shipped in its current state."""
    if order.cancelled_at or order.shipped_at:
        return False
    payable = {PENDING, COMPLETE} if app_settings.SHIP_UNPAID else {COMPLETE}
    return order.payment_status in payable


def is_cancellable(order: AbstractOrder) -> bool:
    """Return whether a user with the permission can cancel ``order`` in its current state."""
    return not (order.cancelled_at or order.shipped_at or is_paid(order))


def is_paid(order: AbstractOrder) -> bool:
    """Return whether money was paid for ``order`` and not refunded. It is false for an order that costs nothing."""
    return order.payment_status == COMPLETE and bool(order.total)


@use_case
def delete_order(order_id: Key, *, user: AnyUser | None = None) -> None:
    """Delete an order that is cancelled or was never paid, with its items, and return the stock that it still holds.

    Args:
        order_id: The order.
        user: The user who deletes it; None for the system.

    Raises:
        NotFound: If there is no such order.
        Protected: If it is paid or shipped, or refunded but not cancelled.
    """
    order = lock_order(order_id)
    if is_paid(order):
        raise Protected(_("A paid order cannot be deleted."))
    if order.shipped_at:
        raise Protected(_("A shipped order cannot be deleted."))
    if order.payment_status == REFUNDED and not order.cancelled_at:
        raise Protected(_("A refunded order must be cancelled before it can be deleted."))
    if not order.cancelled_at:
        _release(order)
    history.record(order, OrderEvent.DELETED, user=user, old=order.status)
    get_model("OrderItem")._base_manager.filter(order=order).delete()
    OrderAdjustment.objects.using(using()).filter(order_id=order.pk).delete()
    order.delete()


def _release(order: AbstractOrder) -> None:
    """Return the stock of the order, and notify the adjusters."""
    stock.give_back(units_of(order))
    for adjuster in load_adjusters():
        if cancelled := getattr(adjuster, "cancelled", None):
            cancelled(order)


def lock_order(order_id: Key) -> AbstractOrder:
    """Return an order, locked until the transaction ends.

    Raises:
        NotFound: If there is no such order.
    """
    no_key = locks_without_key(using())
    orders = get_model("Order")._base_manager.using(using()).select_for_update(no_key=no_key)
    order = orders.filter(pk=order_id).first()
    if order is None:
        raise NotFound
    return order


def _set(order: Any, **values: Any) -> None:
    for name, value in values.items():
        setattr(order, name, value)
    order.save(update_fields=list(values))


def units_of(order: AbstractOrder) -> Counter[Key]:
    """Return the quantities in an order by product key."""
    lines = get_model("OrderItem")._base_manager.using(using()).filter(order=order)
    units: Counter[Any] = Counter()
    for product_id, quantity in lines.values_list("product_id", "quantity"):
        units[product_id] += quantity
    return units
