"""What this project does when the packages tell that something happens."""

from __future__ import annotations

from typing import Any

from store_custom import courier
from store_custom.services import outbox
from storefront_store.signals import order_created, order_placing


def connect() -> None:
    """Connect all receivers; called once the models are loaded."""
    order_placing.connect(on_order_placing, dispatch_uid="store_custom.order_placing")
    order_created.connect(on_order_created, dispatch_uid="store_custom.order_created")


def on_order_placing(order: Any, user: Any, **kwargs: Any) -> None:
    """Write the confirmation down with the order: both stand, or neither."""
    outbox.enqueue(order, user)


def on_order_created(**kwargs: Any) -> None:
    """Hurry the delivery along. The sweep does it anyway."""
    courier.nudge()
