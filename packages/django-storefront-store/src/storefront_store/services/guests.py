"""Keys for links to the orders of guests."""

from __future__ import annotations

from typing import Final

from django.core import signing

from storefront_store.conf import get_model
from storefront_store.models import AbstractOrder
from storefront_store.services.transactions import using
from storefront_store.types import Key

SALT: Final = "storefront_store.guest_order"
MAX_KEY_LENGTH: Final = 128


def is_guest_order(order: AbstractOrder) -> bool:
    """Return whether an order was placed by a guest: its customer has no user, and it has an e-mail address."""
    return bool(order.email) and order.customer.user_id is None


def key_of(order: AbstractOrder) -> str:
    """Return the key of a guest's order.

    It is signed with ``SECRET_KEY`` and not stored. It is valid until the e-mail address of the order changes, or the
    secret key is neither ``SECRET_KEY`` nor one of ``SECRET_KEY_FALLBACKS``.
    """
    return signing.Signer(salt=SALT).signature(_signed(order))


def opens(order: AbstractOrder, key: str) -> bool:
    """Return whether ``order`` is a guest's and ``key`` is its key, compared in constant time."""
    if not is_guest_order(order) or not key.isascii() or len(key) > MAX_KEY_LENGTH or ":" in key:
        return False
    try:
        signing.Signer(salt=SALT).unsign(f"{_signed(order)}:{key}")
    except signing.BadSignature:
        return False
    return True


def is_opened(order_id: Key, key: str) -> bool:
    """Return whether ``key`` is the key of the guest order with this number."""
    orders = get_model("Order")._default_manager.using(using()).select_related("customer")
    order: AbstractOrder | None = orders.filter(pk=order_id).first()
    return order is not None and opens(order, key)


def _signed(order: AbstractOrder) -> str:
    return f"{order.pk}:{order.customer_id}:{order.email}"
