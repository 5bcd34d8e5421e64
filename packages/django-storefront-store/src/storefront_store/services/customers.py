"""Customers come and go with users, but an order keeps its customer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connections
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from storefront_store.baskets import Choices, PostalAddress
from storefront_store.conf import get_model
from storefront_store.exceptions import InvalidInput, NotFound, Protected
from storefront_store.models import AbstractCustomer, Address
from storefront_store.services.batching import key_batches
from storefront_store.services.transactions import use_case, using


def customer_of(user: Any) -> Any:
    """Return the user's customer, made if there is none yet."""
    return get_model("Customer")._default_manager.using(using()).get_or_create(user=user)[0]


def existing_customer_of(user: Any) -> AbstractCustomer | None:
    """Return the customer of a user who may be anonymous or None, without making one."""
    if user is None or not user.is_authenticated:
        return None
    customer: AbstractCustomer | None = (
        get_model("Customer")._default_manager.using(using()).filter(user=user).select_related("user").first()
    )
    return customer


def lock_customer_of(user: Any) -> AbstractCustomer:
    """Return the user's customer under a lock that lasts until the transaction ends; made if there is none yet."""
    customer: AbstractCustomer = _locking().get_or_create(user=user)[0]
    customer.user = user  # spares the query for it
    return customer


def lock_customer(customer: AbstractCustomer) -> None:
    """Hold a customer until the transaction ends.

    Raises:
        NotFound: If the customer was deleted.
    """
    if not _locking().filter(pk=customer.pk).values_list("pk", flat=True).first():
        raise NotFound


def _locking() -> Any:
    no_key = connections[using()].features.has_select_for_no_key_update
    return get_model("Customer")._default_manager.using(using()).select_for_update(no_key=no_key)


def chosen_address(customer: AbstractCustomer | None, choices: Choices) -> PostalAddress | None:
    """Return the address that was chosen, as values.

    Raises:
        InvalidInput: If the customer has no such address, or two were given.
    """
    if choices.address_id is None:
        return choices.address
    if choices.address is not None:
        raise InvalidInput(_("Give either an address or the ID of one."), field="address_id")
    addresses = Address.objects.using(using()).filter(customer=customer, pk=choices.address_id)
    address = addresses.first() if customer is not None else None
    if address is None:
        raise InvalidInput(_("No address with the given ID was found."), field="address_id")
    return address.values


def email_of(customer: AbstractCustomer) -> str:
    """Return the e-mail address of a customer's user; empty where there is none."""
    return getattr(customer.user, get_user_model().get_email_field_name(), "") or ""


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
