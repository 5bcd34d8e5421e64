"""The events of payments, for other apps to listen to. What becomes of the order is told by the store's own signals."""

from __future__ import annotations

from typing import Final

from django.dispatch import Signal

# Sent after commit, when a refund was paid back. Sender: Refund. Arguments:
# - refund: the refund; its payment, and the payment's order (None if it was deleted), are on it
refund_done: Final = Signal()

# Sent after commit, when a payment needs a look by staff. Sender: Payment. Arguments:
# - payment: the payment, with the reason in ``attention``
payment_needs_attention: Final = Signal()
