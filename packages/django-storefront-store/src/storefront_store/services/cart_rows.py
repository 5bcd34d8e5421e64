"""Statements on carts and their items that several use cases share.

They are compiled once, unless a project's managers decide which carts a user may see.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Any, Final, NamedTuple

from django.db.models import Count, DateTimeField, Model, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.db.models.signals import post_delete, pre_delete
from django.utils import timezone

from storefront_store.conf import get_model
from storefront_store.exceptions import NotFound
from storefront_store.internals import locks_rows
from storefront_store.prepared import Prepared, is_plain
from storefront_store.querysets import CartQuerySet, ProductQuerySet
from storefront_store.services.transactions import using
from storefront_store.statements import PreparedChange, execute_together, fits, is_prepared_safely, once
from storefront_store.types import AnyUser, Key


class Everybody(Enum):
    """Marks calls by the system, which may access any cart."""

    SYSTEM = "system"


SYSTEM: Final = Everybody.SYSTEM


def lock_cart(cart_id: Key, *, user: AnyUser | Everybody | None = SYSTEM) -> None:
    """Lock the cart until the transaction ends, and record that it was used.

    Args:
        cart_id: The cart.
        user: The acting user, or None for an anonymous one. Carts of other customers are not found.

    Raises:
        NotFound: If there is no such cart.
    """
    if not _touch(cart_id, user, timezone.now()):
        raise NotFound


def lock_cart_to_discard(cart_id: Key, *, user: AnyUser | Everybody | None = SYSTEM) -> None:
    """Lock a cart that the same transaction deletes, without a write if the database locks rows that are read.

    A project's own queryset of carts may join tables, whose rows PostgreSQL can't always lock; such carts are updated.

    Args:
        cart_id: The cart.
        user: As for :func:`lock_cart`.

    Raises:
        NotFound: If there is no such cart.
    """
    if not (locks_rows(using()) and can_be_prepared(cart_id)):
        lock_cart(cart_id, user=user)
        return
    kind, values = _access(user)
    if not _locking()[kind].fetch([cart_id], using=using(), **values):
        raise NotFound


def visible_cart(cart_id: Key, user: AnyUser | None) -> Key:
    """Return the key of a cart that ``user`` may see.

    Raises:
        NotFound: If there is no such cart.
    """
    if can_be_prepared(cart_id):
        kind, values = _access(user)
        found = _seeing()[kind].fetch([cart_id], using=using(), **values)
    else:
        found = list(carts_of(user).filter(pk=cart_id).values_list("pk"))
    if not found:
        raise NotFound
    return found[0][0]


def carts_of(user: AnyUser | Everybody | None) -> CartQuerySet:
    """Return the carts that ``user`` may see."""
    carts = get_model("Cart")._default_manager.using(using()).order_by()
    return carts if user is SYSTEM else carts.visible_to(user)


def demand_of(cart_id: Key) -> dict[Key, int]:
    """Return the quantities in a cart by product key, in the order in which they were added."""
    return dict(_demand().fetch([cart_id], using=using()))


def discard_cart(cart_id: Key) -> None:
    """Delete a cart that the caller has already locked."""
    cart = get_model("Cart")
    if _is_deleted_plainly(cart, get_model("CartItem")):
        execute_together(_deletion(), using=using(), cart=cart_id)
    else:
        cart(pk=cart_id).delete()


class Found(NamedTuple):
    """A product on sale, and what of it is in a cart.

    Attributes:
        product_id: The key of the product as it is stored, because some collations match other spellings.
        item_id: The key of the item, or None.
        quantity: The quantity of the item; 0 if there is none.
        number_of_items: The number of items in the cart.
    """

    product_id: Key
    item_id: Key | None
    quantity: int
    number_of_items: int


def look_up(cart_id: Key, product_id: Key) -> Found | None:
    """Look up a product on sale and the item of a cart that has it; None if there is no such product on sale."""
    found = _looking().fetch([product_id], using=using(), cart=cart_id) if fits([product_id]) else []
    return Found(*found[0]) if found else None


@once
def _looking() -> Prepared:
    cart, product = get_model("Cart"), get_model("Product")

    def build(keys: Any, cart: Any) -> Any:
        items = get_model("CartItem")._base_manager.filter(cart=cart).order_by()
        item = items.filter(product=OuterRef("pk"))
        number = items.values("cart").annotate(number=Count("pk")).values("number")
        return (
            product._default_manager.active()
            .filter(pk__in=keys)
            .order_by()
            .annotate(
                item_key=Subquery(item.values("pk")[:1]),
                present=Coalesce(Subquery(item.values("quantity")[:1]), 0),
                number_of_items=Coalesce(Subquery(number), 0),
            )
        )

    return Prepared(
        build,
        ["pk", "item_key", "present", "number_of_items"],
        key=product._meta.pk,
        bound={"cart": cart._meta.pk},
        kept=is_prepared_safely(product, ProductQuerySet, "active"),
    )


def _touch(cart_id: Any, user: Any, now: datetime) -> int:
    if not can_be_prepared(cart_id):
        changed: int = carts_of(user).filter(pk=cart_id).update(updated_at=now)
        return changed
    kind, values = _access(user)
    return _touching()[kind].execute(using=using(), cart=cart_id, now=now, **values)


def can_be_prepared(cart_id: Key) -> bool:
    """Return whether compiled statements find a cart as the querysets do."""
    return fits([cart_id]) and is_prepared_safely(get_model("Cart"), CartQuerySet, "visible_to", "open_to")


def _access(user: Any) -> tuple[str, dict[str, Any]]:
    """Return which statement finds the carts that a user may see, and its values."""
    if user is SYSTEM:
        return "any", {}
    if user is None or not user.is_authenticated:
        return "anonymous", {}
    return "own", {"user": user.pk}


@once
def _seeing() -> dict[str, Prepared]:
    return _by_access(lambda carts: carts)


@once
def _locking() -> dict[str, Prepared]:
    return _by_access(lambda carts: carts.select_for_update())


def _by_access(prepare: Callable[[CartQuerySet], CartQuerySet]) -> dict[str, Prepared]:
    """Return the statements that read the key of a cart, by who may see it."""
    cart = get_model("Cart")

    def carts(keys: Any) -> Any:
        return prepare(cart._default_manager.order_by().filter(pk__in=keys))

    return {
        "any": Prepared(carts, ["pk"], key=cart._meta.pk),
        "anonymous": Prepared(lambda keys: carts(keys).visible_to(None), ["pk"], key=cart._meta.pk),
        "own": Prepared(
            lambda keys, user: carts(keys).open_to(user), ["pk"], key=cart._meta.pk, bound={"user": _user_key()}
        ),
    }


@once
def _touching() -> dict[str, PreparedChange]:
    cart = get_model("Cart")
    bound: dict[str, Any] = {"cart": cart._meta.pk, "now": DateTimeField()}

    def carts() -> Any:
        return cart._default_manager.order_by()

    return {
        "any": PreparedChange(lambda cart, now: (carts().filter(pk=cart), {"updated_at": now}), bound=bound),
        "anonymous": PreparedChange(
            lambda cart, now: (carts().filter(Q(customer__isnull=True), pk=cart), {"updated_at": now}), bound=bound
        ),
        "own": PreparedChange(
            lambda cart, now, user: (carts().open_to(user).filter(pk=cart), {"updated_at": now}),
            bound={**bound, "user": _user_key()},
        ),
    }


def _user_key() -> Any:
    return get_model("Customer")._meta.get_field("user").target_field


@once
def _demand() -> Prepared:
    items = get_model("CartItem")._base_manager
    return Prepared(
        lambda keys: items.filter(cart__pk__in=keys).order_by("pk"),
        ["product_id", "quantity"],
        key=get_model("Cart")._meta.pk,
        kept=is_plain(items),
    )


@once
def _deletion() -> list[PreparedChange]:
    bound = {"cart": get_model("Cart")._meta.pk}
    items, carts = get_model("CartItem")._base_manager, get_model("Cart")._base_manager
    return [
        PreparedChange(lambda cart: (items.filter(cart=cart), None), bound=bound),
        PreparedChange(lambda cart: (carts.filter(pk=cart), None), bound=bound),
    ]


def _is_deleted_plainly(cart: type[Model], item: type[Model]) -> bool:
    """Return whether nothing but the items depends on a cart, and nothing is called when they are deleted."""
    fields: Any = [*cart._meta.get_fields(include_hidden=True), *item._meta.get_fields(include_hidden=True)]
    dependent = [field.related_model for field in fields if field.auto_created and not field.concrete]
    return (
        dependent == [item]
        and cart.delete is Model.delete
        and not any(model._meta.parents or model._meta.private_fields for model in (cart, item))
        and all(is_plain(model._base_manager) for model in (cart, item))
        and not any(signal.has_listeners(model) for signal in (pre_delete, post_delete) for model in (cart, item))
    )
