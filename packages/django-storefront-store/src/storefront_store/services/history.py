"""The history of orders."""

from __future__ import annotations

from storefront_store.inserts import save_new
from storefront_store.models import AbstractOrder, OrderEvent
from storefront_store.services.transactions import using
from storefront_store.types import AnyUser


def record(order: AbstractOrder, event: str, *, user: AnyUser | None = None, old: str = "", new: str = "") -> None:
    """Write an event to the history of an order, in the caller's transaction.

    Args:
        order: The order.
        event: One of the constants of :class:`OrderEvent`.
        user: The user who caused it; None for the system.
        old: The old value, if a value changed.
        new: The new value.
    """
    save_new(new_event(order, event, user=user, old=old, new=new), using=using())


def new_event(
    order: AbstractOrder, event: str, *, user: AnyUser | None = None, old: str = "", new: str = ""
) -> OrderEvent:
    """Return an event that is not stored yet; the arguments are those of :func:`record`."""
    return OrderEvent(
        order_number=str(order.pk),
        customer_number=str(order.customer_id),
        actor_id="" if user is None else str(user.pk),
        actor_name="" if user is None else user.get_username()[:255],
        event=event,
        old_value=old,
        new_value=new,
    )
