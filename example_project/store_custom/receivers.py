"""What this project does on the events of the packages."""

from __future__ import annotations

from typing import Any

from djoser.signals import user_activated

from store_custom import courier
from store_custom.services import addresses, outbox
from storefront_store.models import AbstractOrder
from storefront_store.signals import order_created, order_placing, order_shipped


def connect() -> None:
    """Connect all receivers; called once the models are loaded."""
    order_placing.connect(on_order_placing, dispatch_uid="store_custom.order_placing")
    order_created.connect(on_order_created, dispatch_uid="store_custom.order_created")
    order_shipped.connect(on_order_shipped, dispatch_uid="store_custom.order_shipped")
    user_activated.connect(on_user_activated, dispatch_uid="store_custom.user_activated")


def on_order_placing(order: Any, user: Any, **kwargs: Any) -> None:
    """Store the confirmation in the transaction of the order: both are kept, or neither."""
    outbox.enqueue(order, user)


def on_order_created(**kwargs: Any) -> None:
    """Hurry the delivery along. The sweep does it anyway."""
    courier.nudge()


def on_order_shipped(order: AbstractOrder, **kwargs: Any) -> None:
    """Tell the customer that the order is on its way."""
    outbox.enqueue_shipped(order)
    courier.nudge()


def on_user_activated(user: Any, **kwargs: Any) -> None:
    """Note that the address is confirmed: the link of the activation was mailed to it."""
    addresses.confirm(user.email)
