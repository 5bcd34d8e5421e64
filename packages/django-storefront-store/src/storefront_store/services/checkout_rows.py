"""What a checkout locks and reads first: the cart, its items and the customer, by as few statements as possible."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import IntegerField, Model, OuterRef, Q, Subquery

from storefront_store.conf import get_model
from storefront_store.internals import combines_changes
from storefront_store.models import AbstractCustomer
from storefront_store.packed import packed, unpacked
from storefront_store.prepared import is_plain
from storefront_store.querysets import CustomerQuerySet
from storefront_store.services.cart_rows import can_be_prepared, demand_of, lock_cart_to_discard
from storefront_store.services.customers import locked_customers
from storefront_store.services.transactions import using
from storefront_store.statements import PreparedInstances, is_prepared_safely, once
from storefront_store.types import AnyUser, Key

# Annotations of the customer:
DEMAND: Final = "storefront_demand"  # what is in the cart
LOCKED: Final = "storefront_locked"  # when the cart was last used, read when it was locked
SEEN: Final = "storefront_seen"  # the same when the statement began


def lock_cart_and_customer(cart_id: Key, user: AnyUser | None) -> tuple[AbstractCustomer | None, dict[Key, int]]:
    """Lock a cart that the same transaction deletes and the user's customer, and read what is in the cart.

    Args:
        cart_id: The cart.
        user: The user, or None for a guest. Carts of other customers are not found.

    Returns:
        The customer, or None if there is none yet, and the quantities by product key in the order in which they were
        added.

    Raises:
        NotFound: If there is no such cart.
    """
    is_read_together = user is not None and _can_be_read_together()
    if is_read_together and combines_changes(using()) and can_be_prepared(cart_id):
        customer, demand = _lock_together(cart_id, user)
        if demand is not None:
            return customer, demand
    lock_cart_to_discard(cart_id, user=user)
    customer, demand = _lock_customer(cart_id, user) if is_read_together else (None, None)
    return customer, demand_of(cart_id) if demand is None else demand


def _lock_together(cart_id: Any, user: Any) -> tuple[AbstractCustomer | None, dict[Key, int] | None]:
    """Lock the cart and the customer by one statement; None stands for what was not found.

    The statement sees other rows as they were when it began. If it has waited for the lock of the cart, another use
    case may have changed the items, and with them the time of use. They are read once more in this case.
    """
    found = _locking_together().fetch(using=using(), user=user.pk, cart=cart_id)
    if not found:
        return None, None
    demand, locked, seen = (vars(found[0]).pop(name) for name in (DEMAND, LOCKED, SEEN))
    if locked is None:
        return None, None
    found[0].user = user  # avoids a query
    return found[0], _quantities(demand) if locked == seen else demand_of(cart_id)


def _lock_customer(cart_id: Any, user: Any) -> tuple[AbstractCustomer | None, dict[Key, int] | None]:
    """Lock the customer, and read by the same statement what is in the cart, which is locked already.

    Returns:
        The customer and the quantities; None for what was not found or could not be returned as one value.
    """
    found = _locking_customer().fetch(using=using(), user=user.pk, cart=cart_id)
    if not found:
        return None, None
    found[0].user = user  # avoids a query
    return found[0], _quantities(vars(found[0]).pop(DEMAND))


def _quantities(value: str | None) -> dict[Key, int] | None:
    return None if value is None else {product: quantity for _key, product, quantity in unpacked(value)}


def _can_be_read_together() -> bool:
    """Return whether the items can be read with the customer, as one value that holds only integers."""
    item: type[Model] = get_model("CartItem")
    has_integers = all(isinstance(model._meta.pk, IntegerField) for model in (item, get_model("Product")))
    return has_integers and is_plain(item._base_manager) and is_prepared_safely(get_model("Customer"), CustomerQuerySet)


@once
def _locking_customer() -> PreparedInstances:
    return PreparedInstances(_customer_with_items, bound=_bound())


@once
def _locking_together() -> PreparedInstances:
    carts = get_model("Cart")._default_manager.order_by()

    def build(alias: str, user: Any, cart: Any) -> Any:
        # As CartQuerySet.open_to() for the user of the customer whose row this is.
        seen = carts.filter(Q(customer__isnull=True) | Q(customer=OuterRef("pk")), pk=cart).values("updated_at")
        locked = seen.select_for_update()
        return _customer_with_items(alias, user, cart).annotate(**{LOCKED: Subquery(locked), SEEN: Subquery(seen)})

    return PreparedInstances(build, bound=_bound())


def _customer_with_items(alias: str, user: Any, cart: Any) -> Any:
    items = get_model("CartItem")._base_manager.filter(cart=cart)
    return (
        locked_customers(alias)
        .filter(user=user)
        .order_by()
        .annotate(**{DEMAND: packed(items, "pk", "product_id", "quantity")})
    )


def _bound() -> dict[str, Any]:
    key = get_model("Customer")._meta.get_field("user").target_field
    return {"user": key, "cart": get_model("Cart")._meta.pk}
