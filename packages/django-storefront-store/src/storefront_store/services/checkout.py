"""Use cases that place orders: one order from each cart, or by staff or custom code without a cart."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.db import OperationalError
from django.utils.translation import gettext_lazy as _

from storefront_store.adjusters import load_adjusters
from storefront_store.baskets import Choices, PostalAddress, Quote
from storefront_store.conf import app_settings, get_model
from storefront_store.exceptions import Forbidden, InvalidInput, NotFound, OrderRefused, StoreError, TotalChanged
from storefront_store.inserts import create, create_together
from storefront_store.models import AbstractCustomer, AbstractOrder, OrderAdjustment, OrderEvent
from storefront_store.pricing import PriceBook
from storefront_store.services import customers, history, orders, quotes, stock
from storefront_store.services.cart_rows import discard_cart
from storefront_store.services.checkout_rows import lock_cart_and_customer
from storefront_store.services.transactions import after_commit, use_case, using
from storefront_store.signals import order_created, order_placing
from storefront_store.types import AnyUser, Key

logger: Final = logging.getLogger(__name__)


@use_case
def checkout(*, user: AnyUser | None, cart_id: Key, choices: Choices | None = None) -> AbstractOrder:
    """Place an order for the items of a cart at the current prices, and take the stock.

    An order that costs nothing is paid at once: its payment status is complete, and ``payment_status_changed`` is sent.
    The number of statements does not depend on the number of items.

    Args:
        user: The user who orders; None or an anonymous user for a guest, if ``GUEST_CHECKOUT`` is on.
        cart_id: The cart, which is deleted.
        choices: The client's choices: addresses, shipping method, vouchers, expected total and details.

    Returns:
        The order, with its items in ``item_list`` and its adjustments in ``adjustment_list``.

    Raises:
        Forbidden: If guests may not order.
        InvalidInput: If the cart is unknown or empty, a guest gives no e-mail address or address, a choice is not
            available, or the total is too large.
        Unavailable: If a product is no longer on sale.
        OutOfStock: If there are too few units of a product.
        TotalChanged: If the total differs from the expected one.
        OrderRefused: If a receiver of ``order_placing`` failed.
        Busy: If the database was too busy.
    """
    user = user if user is not None and user.is_authenticated else None
    try:
        customer, demand = lock_cart_and_customer(cart_id, user)
    except NotFound as error:
        raise InvalidInput(_("No cart with the given ID was found."), field="cart_id") from error
    if not demand:
        raise InvalidInput(_("The cart is empty."), field="cart_id")
    choices = choices or Choices()
    if user is None:
        _check_guest(choices)
        customer = customers.create_guest()
    elif customer is None:
        customer = customers.lock_customer_of(user)
    order = _place(customer, demand, choices, user=user, cart_id=cart_id)
    discard_cart(cart_id)
    return order


def _check_guest(choices: Choices) -> None:
    if not app_settings.GUEST_CHECKOUT:
        raise Forbidden
    if not choices.email:
        raise InvalidInput(_("A guest needs an e-mail address."), field="email")
    if choices.address is None:
        raise InvalidInput(_("A guest needs an address."), field="address")


@use_case
def place_order(
    customer: AbstractCustomer,
    demand: Mapping[Key, int],
    *,
    choices: Choices | None = None,
    user: AnyUser | None = None,
    note: str = "",
) -> AbstractOrder:
    """Place an order for a customer without a cart.

    Args:
        customer: The customer.
        demand: Requested quantities by product key.
        choices: Address, shipping method, vouchers, expected total and details.
        user: The user who places the order; None for the system.
        note: A note stored with the order.

    Returns:
        The order, with its items in ``item_list`` and its adjustments in ``adjustment_list``.

    Raises:
        NotFound: If the customer was deleted.
        InvalidInput: If ``demand`` is empty, a quantity is not positive, a choice is not available, or the total is too
            large.
        Unavailable: If a product is no longer on sale.
        OutOfStock: If there are too few units of a product.
        TotalChanged: If the total differs from the expected one.
        OrderRefused: If a receiver of ``order_placing`` failed.
        Busy: If the database was too busy.
    """
    if not demand:
        raise InvalidInput(_("An order has at least one line."), field="items")
    if any(quantity < 1 for quantity in demand.values()):
        raise InvalidInput(_("A quantity is at least 1."), field="quantity")
    return _place(customers.lock_customer(customer), demand, choices or Choices(), user=user, note=note)


def _place(
    customer: AbstractCustomer,
    demand: Mapping[Any, int],
    choices: Choices,
    *,
    user: Any,
    cart_id: Any = None,
    note: str = "",
) -> AbstractOrder:
    """Take the stock, price the basket from the locked rows, and write the order."""
    address, billing_address = customers.chosen_addresses(customer, choices)
    book = PriceBook(customer=customer, address=address)
    products = stock.take(demand, book)
    adjusters = load_adjusters()
    basket = quotes.make_basket(demand, products, book, choices, adjusters, billing_address)
    quote = quotes.make_quote(basket, adjusters)
    for problem in quotes.problems_of(basket, adjusters):
        raise InvalidInput(problem.detail, field=problem.field)
    if choices.expected_total is not None and choices.expected_total != quote.total:
        raise TotalChanged(expected=choices.expected_total, total=quote.total)
    order = _write(quote, customer, user=user, note=note)
    for adjuster in adjusters:
        if placed := getattr(adjuster, "placed", None):
            placed(order, basket, quote.adjustments)
    _announce(order, quote, user=user, cart_id=cart_id)
    after_commit(lambda: order_created.send_robust(type(order), order=order))
    if not order.total:
        orders.record_payment_status(order, old=orders.PENDING, user=user)
    return order


def _write(quote: Quote, customer: AbstractCustomer, *, user: Any, note: str) -> AbstractOrder:
    """Insert the order, its items, its adjustments and the first event of its history, and keep them in memory."""
    basket = quote.basket
    order = create(
        get_model("Order")._default_manager,
        using=using(),
        customer=customer,
        subtotal=quote.subtotal,
        tax=quote.tax,
        total=quote.total,
        payment_status=orders.PENDING if quote.total else orders.COMPLETE,  # nothing is due, so nobody could pay it
        currency=quote.currency,
        email=basket.email or customer.email(),
        note=note,
        shipping_address=_frozen(basket.address),
        billing_address=_frozen(basket.billing_address),
        **_order_fields(basket.details),
    )
    item_model = get_model("OrderItem")
    items = [
        item_model(
            order=order,
            product=line.product,
            title=line.product.title,
            quantity=line.quantity,
            unit_price=line.unit_price,
            tax_rate=line.tax_rate,
            tax=line.tax,
        )
        for line in basket.lines
    ]
    adjustments = [
        OrderAdjustment(
            order=order,
            kind=adjustment.kind,
            label=str(adjustment.label)[:255],
            amount=adjustment.amount,
            included=adjustment.included,
            taxable=adjustment.taxable,
            reference=str(adjustment.reference)[:255],
        )
        for adjustment in quote.adjustments
    ]
    inserted = create_together(
        (item_model._default_manager, items),
        (OrderAdjustment.objects, adjustments),
        single=history.new_event(order, OrderEvent.PLACED, user=user),
        using=using(),
    )
    order.item_list = _with_keys(inserted[0], lambda: order.items.select_related("product"))
    order.adjustment_list = _with_keys(inserted[1], lambda: order.adjustments.all())
    return order


def _frozen(address: PostalAddress | None) -> dict[str, str] | None:
    return None if address is None else address.as_dict()


def _with_keys(inserted: Sequence[Any], stored: Callable[[], Any]) -> list[Any]:
    """Return inserted rows with their keys, which MySQL does not return for bulk inserts."""
    return list(inserted) if not inserted or inserted[0].pk is not None else list(stored().order_by("pk"))


def _order_fields(details: Mapping[str, Any]) -> dict[str, Any]:
    """Return the details that are fields added to a custom order model."""
    if not details:
        return {}
    own = {field.name for field in AbstractOrder._meta.concrete_fields}
    added = {field.name for field in get_model("Order")._meta.concrete_fields if not field.primary_key} - own
    return {name: value for name, value in details.items() if name in added}


def _announce(order: AbstractOrder, quote: Quote, *, user: Any, cart_id: Any) -> None:
    """Send ``order_placing``; a receiver that raises an unexpected exception refuses the order."""
    try:
        order_placing.send(
            type(order),
            order=order,
            user=user,
            basket=quote.basket,
            details=dict(quote.basket.details),
            cart_id=cart_id,
        )
    except (StoreError, OperationalError):
        raise
    except Exception as error:
        logger.exception("A receiver of order_placing failed; the order was not placed")
        raise OrderRefused from error
