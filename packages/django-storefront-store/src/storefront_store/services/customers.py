"""Customers come and go with users, but an order keeps its customer."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from storefront_store.conf import get_model
from storefront_store.exceptions import Protected
from storefront_store.services.transactions import use_case


def customer_of(user: Any) -> Any:
    """Return the user's customer, made if there is none yet."""
    return get_model("Customer")._default_manager.get_or_create(user=user)[0]


@use_case
def release_user(user: Any) -> None:
    """Let go of a user who is about to be deleted: the customer stays only if it has orders."""
    get_model("Customer")._default_manager.filter(user=user).never_ordered().delete()


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


def create_missing_customers(*, batch_size: int = 1000, dry_run: bool = False) -> int:
    """Give every user without a customer one.

    Args:
        batch_size: Users read and customers written at a time.
        dry_run: Count only.

    Returns:
        How many were missing.
    """
    customer_model = get_model("Customer")
    users = get_user_model()._default_manager.filter(customer__isnull=True).order_by("pk")
    if dry_run:
        return users.count()
    made, last = 0, None
    while True:
        batch = users if last is None else users.filter(pk__gt=last)
        keys = list(batch.values_list("pk", flat=True)[:batch_size])
        if not keys:
            return made
        last = keys[-1]
        rows = [customer_model(user_id=key) for key in keys]
        customer_model._default_manager.bulk_create(rows, ignore_conflicts=True)
        made += len(keys)
