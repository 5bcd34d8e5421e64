"""Signals sent by the store."""

from __future__ import annotations

from typing import Final

from django.dispatch import Signal

# Sent inside the checkout's transaction, after the order and its items are written and the stock is taken.
# An exception in a receiver aborts the order. Use it to write rows that must exist if and only if the order does.
# Sender: the order model. Arguments:
# - order: the new order, with its items in ``order.item_list`` and its adjustments in ``order.adjustment_list``
# - user: who placed it, or None
# - basket: the basket that was ordered, a storefront_store.baskets.Basket
# - details: validated values of fields that a custom checkout serializer adds
# - cart_id: the cart, or None if there was none
order_placing: Final = Signal()

# Sent after commit. An exception in a receiver is logged and does not affect the others.
# Sender: the order model. Arguments:
# - order: the new order
order_created: Final = Signal()

# Sent after commit.
# Sender: the order model. Arguments:
# - order: the cancelled order
# - user: who cancelled it, or None
order_cancelled: Final = Signal()

# Sent after commit, when an order is marked as shipped and when its tracking number is corrected.
# Sender: the order model. Arguments:
# - order: the shipped order
# - user: who shipped it, or None
order_shipped: Final = Signal()

# Sent after commit.
# Sender: the order model. Arguments:
# - order: the order
# - old: the payment status before, one letter
# - new: the payment status now, one letter
# - user: who changed it, or None
payment_status_changed: Final = Signal()

# Sent when the personal data of a user are collected.
# Sender: the user model. Arguments:
# - user: the user
# - using: the database that is read
# - data: a dictionary; receivers add their app's data under a key of their own
personal_data_requested: Final = Signal()

# Sent inside the transaction that deletes users or erases a customer, after the store has erased their personal data.
# Sender: the user model. Arguments:
# - users: the primary keys of the users; none where a customer without an account is erased
# - customers: the primary keys of their customers, of which those without orders are deleted
# - using: the database that they are deleted from
personal_data_erased: Final = Signal()
