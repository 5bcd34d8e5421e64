"""Receivers for the signals of the packages, such as those that send the mails about orders."""

from __future__ import annotations

from typing import Any

from djoser.signals import user_activated

from store_custom import courier
from store_custom.services import addresses, outbox
from storefront_store.models import AbstractOrder
from storefront_store.payments.models import Refund
from storefront_store.payments.signals import refund_done
from storefront_store.signals import order_created, order_placing, order_shipped, payment_status_changed


def connect() -> None:
    """Connect all receivers; called when the models are loaded."""
    order_placing.connect(on_order_placing, dispatch_uid="store_custom.order_placing")
    order_created.connect(on_order_created, dispatch_uid="store_custom.order_created")
    order_shipped.connect(on_order_shipped, dispatch_uid="store_custom.order_shipped")
    payment_status_changed.connect(on_payment_status_changed, dispatch_uid="store_custom.payment_status_changed")
    refund_done.connect(on_refund_done, dispatch_uid="store_custom.refund_done")
    user_activated.connect(on_user_activated, dispatch_uid="store_custom.user_activated")


def on_order_placing(order: Any, user: Any, **kwargs: Any) -> None:
    """Store the confirmation mail in the transaction of the order, so that both are committed or neither."""
    outbox.enqueue(order, user)


def on_order_created(**kwargs: Any) -> None:
    """Start the delivery of the confirmation mail, without waiting for the next scheduled run."""
    courier.nudge()


def on_order_shipped(order: AbstractOrder, **kwargs: Any) -> None:
    """Store a mail to the customer about the shipment."""
    outbox.enqueue_shipped(order)
    courier.nudge()


def on_payment_status_changed(order: AbstractOrder, new: str, **kwargs: Any) -> None:
    """Store a mail to the customer when the order is paid. An order that costs nothing only has its confirmation."""
    if new == AbstractOrder.PAYMENT_STATUS_COMPLETE and order.total:
        outbox.enqueue_paid(order)
        courier.nudge()


def on_refund_done(refund: Refund, **kwargs: Any) -> None:
    """Store a mail to the customer about the refund, unless the order was deleted."""
    order = refund.payment.order
    if order is not None:
        outbox.enqueue_refunded(order, refund.amount)
        courier.nudge()


def on_user_activated(user: Any, **kwargs: Any) -> None:
    """Mark the address as confirmed, because the activation link was mailed to it."""
    addresses.confirm(user.email)
