"""From a cart to an order."""

from __future__ import annotations

import logging
from collections import Counter
from decimal import Decimal
from typing import Any, Final

from django.db import OperationalError
from django.utils.translation import gettext_lazy as _

from storefront_store.conf import app_settings, get_model
from storefront_store.exceptions import InvalidInput, NotFound, OrderRefused, StoreError
from storefront_store.models import Address, OrderEvent
from storefront_store.pricing import PriceBook
from storefront_store.services import history, stock
from storefront_store.services.carts import discard_cart, lock_cart
from storefront_store.services.customers import customer_of
from storefront_store.services.transactions import after_commit, use_case, using
from storefront_store.signals import order_created, order_placing

logger = logging.getLogger(__name__)

MAX_TOTAL: Final = Decimal(10) ** 13  # the column holds 15 digits, two of them cents


@use_case
def checkout(*, user: Any, cart_id: Any, address_id: Any = None) -> Any:
    """Place an order for everything in a cart, at the prices of this moment, and take the stock.

    The number of statements does not depend on the number of lines.

    Args:
        user: Who orders.
        cart_id: The cart; it is gone afterwards.
        address_id: One of the user's addresses to ship to, kept on the order as it is now.

    Returns:
        The order, its lines and their products in memory.

    Raises:
        InvalidInput: If the cart is unknown or empty, the address unknown, or the total too large.
        Unavailable: If a product is no longer on sale.
        OutOfStock: If there is too little of a product.
        OrderRefused: If a receiver of ``order_placing`` failed.
        Busy: If the database was too busy.
    """
    try:
        lock_cart(cart_id)
    except NotFound as error:
        raise InvalidInput(_("No cart with the given ID was found."), field="cart_id") from error
    demand = _demand(cart_id)
    if not demand:
        raise InvalidInput(_("The cart is empty."), field="cart_id")
    customer = customer_of(user)
    shipping_address = _frozen_address(customer, address_id)
    prices = PriceBook(customer=customer)
    products = stock.take(demand, prices.annotate)
    order = _create_order(customer, demand, products, prices, shipping_address)
    history.record(order, OrderEvent.PLACED, user=user)
    _announce(order, user)
    discard_cart(cart_id)
    after_commit(lambda: order_created.send_robust(type(order), order=order))
    return order


def _demand(cart_id: Any) -> Counter[Any]:
    """Units wanted by product, in the order in which they were put into the cart."""
    lines = get_model("CartItem")._base_manager.using(using()).filter(cart_id=cart_id).order_by("pk")
    demand: Counter[Any] = Counter()
    for product_id, quantity in lines.values_list("product_id", "quantity"):
        demand[product_id] += quantity
    return demand


def _frozen_address(customer: Any, address_id: Any) -> dict[str, str] | None:
    if address_id is None:
        return None
    address = Address.objects.using(using()).filter(customer=customer, pk=address_id).first()
    if address is None:
        raise InvalidInput(_("No address with the given ID was found."), field="address_id")
    return address.frozen()


def _create_order(
    customer: Any, demand: Counter[Any], products: dict[Any, Any], prices: PriceBook, shipping_address: Any
) -> Any:
    """Insert the order and its lines, and leave the lines where ``order.items.all()`` finds them."""
    prices.load(products.values())
    item_model = get_model("OrderItem")
    items = [
        item_model(
            product=products[key],
            title=products[key].title,
            quantity=quantity,
            unit_price=prices.price(products[key]).effective,
        )
        for key, quantity in demand.items()
    ]
    total = sum((item.unit_price * item.quantity for item in items), Decimal(0))
    if total >= MAX_TOTAL:
        raise InvalidInput(_("The total is too large."), field="cart_id")
    order = get_model("Order")._default_manager.create(
        customer=customer, total=total, currency=app_settings.CURRENCY, shipping_address=shipping_address
    )
    for item in items:
        item.order = order
    _remember_items(order, item_model._default_manager.using(using()).bulk_create(items))
    return order


def _remember_items(order: Any, items: list[Any]) -> None:
    """Fill what ``prefetch_related("items")`` would, without asking for what was just written."""
    fetched = order.items.select_related("product").order_by("pk")
    if items[0].pk is None:  # MySQL does not tell the keys of rows inserted in bulk
        items = list(fetched)
    fetched._result_cache = items
    fetched._prefetch_done = True
    order._prefetched_objects_cache = {"items": fetched}


def _announce(order: Any, user: Any) -> None:
    """Ask the receivers of ``order_placing``; one that fails unexpectedly refuses the order."""
    try:
        order_placing.send(type(order), order=order, user=user)
    except (StoreError, OperationalError):
        raise
    except Exception as error:
        logger.exception("A receiver of order_placing failed; the order was not placed")
        raise OrderRefused from error
