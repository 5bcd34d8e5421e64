"""Signals of payments. Changes of the order are sent by the store's own signals."""

from __future__ import annotations

from typing import Final

from django.dispatch import Signal

# Sent after commit, when a refund was paid. Sender: Refund. Arguments:
# - refund: the refund, with its payment and the payment's order (None if deleted)
refund_done: Final = Signal()

# Sent after commit, when a payment needs the attention of staff. Sender: Payment. Arguments:
# - payment: the payment, with the reason in ``attention``
payment_needs_attention: Final = Signal()
