"""Use cases of customers and addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from storefront_store.baskets import Choices, PostalAddress
from storefront_store.conf import get_model
from storefront_store.exceptions import InvalidInput, NotFound, Protected
from storefront_store.internals import locks_some_tables, locks_without_key
from storefront_store.models import AbstractCustomer, Address
from storefront_store.querysets import CustomerQuerySet
from storefront_store.services.batching import key_batches
from storefront_store.services.transactions import use_case, using
from storefront_store.statements import PreparedInstances, is_prepared_safely, once
from storefront_store.types import AnyUser

DEFAULTS: Final = ("shipping_default", "billing_default")


def customer_of(user: AnyUser | None) -> AbstractCustomer:
    """Return the user's customer, which is created if necessary."""
    return get_model("Customer")._default_manager.using(using()).get_or_create(user=user)[0]


def existing_customer_of(user: AnyUser | None) -> AbstractCustomer | None:
    """Return the customer of a user, who may be anonymous or None, without creating one."""
    if user is None or not user.is_authenticated:
        return None
    if is_prepared_safely(get_model("Customer"), CustomerQuerySet):
        found = _reading_by_user().fetch(using=using(), user=user.pk)
    else:
        found = list(get_model("Customer")._default_manager.using(using()).filter(user=user).select_related(*DEFAULTS))
    customer: AbstractCustomer | None = found[0] if found else None
    if customer is not None:
        customer.user = user  # avoids a query
    return customer


def lock_customer_of(user: AnyUser | None) -> AbstractCustomer:
    """Return the user's customer, created if necessary and locked until the transaction ends."""
    found: list[AbstractCustomer] = []
    if user is not None and is_prepared_safely(get_model("Customer"), CustomerQuerySet):
        found = _locking_by_user().fetch(using=using(), user=user.pk)
    customer = found[0] if found else locked_customers(using()).get_or_create(user=user)[0]
    customer.user = user  # avoids a query
    return customer


def lock_customer(customer: AbstractCustomer) -> AbstractCustomer:
    """Return a customer, locked until the transaction ends.

    Raises:
        NotFound: If the customer was deleted.
    """
    locked: AbstractCustomer | None = locked_customers(using()).filter(pk=customer.pk).first()
    if locked is None:
        raise NotFound
    return locked


def create_guest() -> AbstractCustomer:
    """Create a customer without a user, in the caller's transaction."""
    customer: AbstractCustomer = get_model("Customer")._default_manager.using(using()).create(user=None)
    return customer


def locked_customers(alias: str) -> CustomerQuerySet:
    """Return a queryset that locks customers and reads their default addresses."""
    own_row = ("self",) if locks_some_tables(alias) else ()
    customers: CustomerQuerySet = get_model("Customer")._default_manager.using(alias).select_related(*DEFAULTS)
    return customers.select_for_update(no_key=locks_without_key(alias), of=own_row)


@once
def _reading_by_user() -> PreparedInstances:
    customer = get_model("Customer")
    key = customer._meta.get_field("user").target_field
    rows = customer._default_manager.select_related(*DEFAULTS).order_by()
    return PreparedInstances(lambda alias, user: rows.using(alias).filter(user=user), bound={"user": key})


@once
def _locking_by_user() -> PreparedInstances:
    key = get_model("Customer")._meta.get_field("user").target_field
    return PreparedInstances(
        lambda alias, user: locked_customers(alias).filter(user=user).order_by(), bound={"user": key}
    )


def chosen_addresses(
    customer: AbstractCustomer | None, choices: Choices
) -> tuple[PostalAddress | None, PostalAddress | None]:
    """Return the shipping and billing addresses as values.

    Args:
        customer: The customer with the addresses and defaults, or None.
        choices: The client's choices.

    Returns:
        Both addresses; None if none was chosen and there is no default.

    Raises:
        InvalidInput: If the customer has no such address, or two were given.
    """
    chosen = [
        _chosen(customer, choices.address, choices.address_id, field="address_id"),
        _chosen(customer, choices.billing_address, choices.billing_address_id, field="billing_address_id"),
    ]
    if customer is None:
        return chosen[0], chosen[1]
    found = [value or _default(customer, name) for value, name in zip(chosen, DEFAULTS, strict=True)]
    return found[0], found[1]


def _chosen(
    customer: AbstractCustomer | None, values: PostalAddress | None, address_id: Any, *, field: str
) -> PostalAddress | None:
    if address_id is None:
        return values
    if values is not None:
        raise InvalidInput(_("Give either an address or the ID of one."), field=field)
    own: Any = Address.objects.using(using()).filter(pk=address_id)
    address = None if customer is None else own.filter(customer=customer.pk).first()
    if address is None:
        raise InvalidInput(_("No address with the given ID was found."), field=field)
    return address.values


def _default(customer: AbstractCustomer, name: str) -> PostalAddress | None:
    address: Address | None = getattr(customer, name, None)  # a missing related row raises an AttributeError
    return None if address is None else address.values


@use_case
def save_address(
    address: Address, *, default_shipping: bool | None = None, default_billing: bool | None = None
) -> Address:
    """Save an address and set or unset it as a default.

    Args:
        address: An address of a saved customer.
        default_shipping: Whether it is the default shipping address; None leaves this unchanged.
        default_billing: Whether it is the default billing address; None leaves this unchanged.

    Returns:
        The address.

    Raises:
        NotFound: If the customer was deleted.
    """
    lock_customer(address.customer)
    for name, wanted in (("shipping_default_of", default_shipping), ("billing_default_of", default_billing)):
        if wanted is not None:
            if wanted:
                defaults = Address.objects.using(using()).filter(**{name: address.customer}).exclude(pk=address.pk)
                defaults.update(**{name: None})
            setattr(address, name, address.customer if wanted else None)
    address.save(using=using())
    address.is_default_shipping = address.shipping_default_of_id is not None  # type: ignore[attr-defined]
    address.is_default_billing = address.billing_default_of_id is not None  # type: ignore[attr-defined]
    return address


@use_case
def delete_customer(customer: AbstractCustomer) -> None:
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
    """Create a customer for each user without one.

    Args:
        batch_size: Number of users read and customers written at a time.
        dry_run: Whether to count without writing.
        advance: Called with the number of users processed since the last call.

    Returns:
        The number of missing customers.
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
