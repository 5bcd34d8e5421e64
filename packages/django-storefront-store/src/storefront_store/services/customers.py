"""Customers come and go with users, but an order keeps its customer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from storefront_store.conf import get_model
from storefront_store.exceptions import Protected
from storefront_store.services.batching import key_batches
from storefront_store.services.transactions import use_case


def customer_of(user: Any) -> Any:
    """Return the user's customer, made if there is none yet."""
    return get_model("Customer")._default_manager.get_or_create(user=user)[0]


@use_case
def release_user(user: Any) -> None:
    """Let go of a user who is about to be deleted: the customer stays only if it has orders.

    Both rows are locked first, in the order in which a checkout needs them, so that no order can come in between.
    """
    own = get_model("Customer")._default_manager.filter(user=user)
    list(type(user)._base_manager.filter(pk=user.pk).select_for_update().values_list("pk"))
    list(own.order_by("pk").select_for_update().values_list("pk"))
    own.never_ordered().delete()


@use_case
def delete_customer(customer: Any) -> None:
    """Delete a customer.

    Raises:
        Protected: If the customer has orders.
    """
    try:
        customer.delete()
    except ProtectedError as error:
        raise Protected(_("Customer cannot be deleted because it has orders.")) from error


def create_missing_customers(
    *, batch_size: int = 1000, dry_run: bool = False, advance: Callable[[int], object] = lambda done: None
) -> int:
    """Give every user without a customer one.

    Args:
        batch_size: Users read and customers written at a time.
        dry_run: Count only.
        advance: Told the number of users dealt with since the last call.

    Returns:
        How many were missing.
    """
    users = get_user_model()._default_manager.filter(customer__isnull=True)
    if dry_run:
        return users.count()
    made = 0
    for keys in key_batches(users, batch_size):
        made += _create_for(keys)
        advance(len(keys))
    return made


@use_case
def _create_for(users: list[Any]) -> int:
    model = get_model("Customer")
    model._default_manager.bulk_create([model(user_id=key) for key in users], ignore_conflicts=True)
    return len(users)
