"""Calculation of totals for quotes, checkouts and orders placed by staff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db.models import DateTimeField
from django.utils.translation import gettext_lazy as _

from storefront_store.adjusters import Adjuster, Tax, load_adjusters
from storefront_store.baskets import Adjustment, AdjustmentKind, Basket, Choices, Line, PostalAddress, Problem, Quote
from storefront_store.conf import app_settings, get_model
from storefront_store.exceptions import InvalidInput, OutOfStock, Unavailable
from storefront_store.models import AbstractProduct
from storefront_store.money import ZERO, is_amount, spread, tax_on_line, to_cents
from storefront_store.pricing import PriceBook
from storefront_store.querysets import ProductQuerySet
from storefront_store.services import customers
from storefront_store.services.cart_rows import demand_of, visible_cart
from storefront_store.services.transactions import using
from storefront_store.statements import PreparedInstances, fits, is_prepared_safely, once
from storefront_store.types import AnyUser, Key


def quote_cart(cart_id: Key, *, user: AnyUser | None = None, choices: Choices | None = None) -> Quote:
    """Return a quote for a cart with the given choices. Changes nothing.

    Args:
        cart_id: The cart.
        user: The user, or None.
        choices: The client's choices.

    Returns:
        The quote. Its ``problems`` are the reasons why the cart can't be ordered.

    Raises:
        NotFound: If there is no such cart, or it belongs to somebody else.
        InvalidInput: If the cart is empty, or a choice is not available.
    """
    choices = choices or Choices()
    demand = demand_of(visible_cart(cart_id, user))
    if not demand:
        raise InvalidInput(_("The cart is empty."), field="cart_id")
    customer = customers.existing_customer_of(user)
    address, billing_address = customers.chosen_addresses(customer, choices)
    book = PriceBook(customer=customer, address=address)
    products = _products(demand, book)
    adjusters = load_adjusters()
    basket = make_basket(demand, products, book, choices, adjusters, billing_address)
    quote = make_quote(basket, adjusters)
    return replace(
        quote,
        shipping_methods=tuple(_gather(adjusters, "shipping_methods", basket)),
        problems=(*_shortages(demand, products), *problems_of(basket, adjusters)),
    )


def _products(demand: Mapping[Key, int], book: PriceBook) -> dict[Key, AbstractProduct]:
    """Return the products with what the price provider needs and with their images, by key."""
    product = get_model("Product")
    if book.can_be_prepared and fits(demand) and is_prepared_safely(product, ProductQuerySet):
        found = _reading().fetch(using=using(), keys=list(demand), at=book.at)
    else:
        found = book.annotate(product._default_manager.using(using()).filter(pk__in=list(demand))).order_by("pk")
        found = list(found.prefetch_related("images"))
    return {each.pk: each for each in found}


@once
def _reading() -> PreparedInstances:
    product = get_model("Product")

    def build(alias: str, keys: Any, at: Any) -> Any:
        rows = PriceBook(at=at).annotate(product._default_manager.filter(pk__in=keys))
        return rows.order_by("pk").prefetch_related("images")

    return PreparedInstances(build, lists={"keys": product._meta.pk}, bound={"at": DateTimeField()})


def make_basket(
    demand: Mapping[Key, int],
    products: Mapping[Key, AbstractProduct],
    book: PriceBook,
    choices: Choices,
    adjusters: Sequence[Adjuster],
    billing_address: PostalAddress | None = None,
) -> Basket:
    """Return a basket of products at the prices and tax rates of the price book.

    Args:
        demand: Requested quantities by product key.
        products: The products by key; missing products are left out of the basket.
        book: The prices; the basket gets its customer, address and time.
        choices: The client's choices.
        adjusters: The adjusters that will be applied. If none of them adds tax, no line is taxed.
        billing_address: The billing address, or None.

    Returns:
        The basket.

    Raises:
        InvalidInput: If the choices include one that no adjuster supports.
    """
    offered = {name for adjuster in adjusters for name in getattr(adjuster, "choices", ())}
    for name, message in (
        ("shipping_method", _("This shipping method is not offered.")),
        ("vouchers", _("This voucher can't be used.")),
    ):
        if getattr(choices, name) and name not in offered:
            raise InvalidInput(message, field=name)
    wanted = [(products[key], quantity) for key, quantity in demand.items() if key in products]
    book.attach(product for product, _quantity in wanted)
    taxed = any(isinstance(adjuster, Tax) for adjuster in adjusters)
    if taxed:
        book.load_tax(product for product, _quantity in wanted)
    return Basket(
        lines=tuple(_line(product, quantity, book, taxed=taxed) for product, quantity in wanted),
        currency=app_settings.CURRENCY,
        at=book.at,
        customer=book.customer,
        address=book.address,
        billing_address=billing_address,
        email=choices.email,
        shipping_method=choices.shipping_method,
        vouchers=choices.vouchers,
        details=choices.details,
    )


def make_quote(basket: Basket, adjusters: Sequence[Adjuster]) -> Quote:
    """Return the quote of a basket with the adjustments of all adjusters.

    Args:
        basket: The basket.
        adjusters: The adjusters, in order.

    Returns:
        The quote. Its amounts have two decimals and add up to the total. A reduction is limited so that the total is
        not negative.

    Raises:
        InvalidInput: If an amount does not fit into its column, or an adjuster refuses a choice.
    """
    subtotal = total = basket.subtotal
    adjustments: list[Adjustment] = []
    _check_amount(subtotal)
    for adjuster in adjusters:
        for given in list(adjuster.adjust(basket, tuple(adjustments))):
            adjustment = _bounded(given, total, basket)
            adjustments.append(adjustment)
            if not adjustment.included:
                total += adjustment.amount
                _check_amount(total)
    tax = sum((each.amount for each in adjustments if each.kind == AdjustmentKind.TAX), ZERO)
    return Quote(basket=basket, adjustments=tuple(adjustments), subtotal=subtotal, tax=tax, total=total)


def problems_of(basket: Basket, adjusters: Sequence[Adjuster]) -> tuple[Problem, ...]:
    """Return the problems reported by the adjusters."""
    return tuple(_gather(adjusters, "problems", basket))


def _line(product: AbstractProduct, quantity: int, book: PriceBook, *, taxed: bool) -> Line:
    price = book.price(product)
    unit_price = to_cents(price.effective)
    rate = book.tax_rate(product) if taxed else ZERO
    tax = tax_on_line(quantity, unit_price, rate, included=app_settings.PRICES_INCLUDE_TAX)
    return Line(product=product, quantity=quantity, unit_price=unit_price, tax_rate=rate, tax=tax)


def _bounded(given: Adjustment, total: Any, basket: Basket) -> Adjustment:
    """Return the adjustment rounded to cents, and limited so that the total is not negative."""
    exact = Decimal(given.amount)  # integers are accepted as well
    _check_amount(exact)
    amount = to_cents(exact)
    if not given.included:
        amount = max(amount, -total)
    if not given.parts:
        return replace(given, amount=amount)
    parts = spread(amount, [abs(to_cents(part)) for part in given.parts])
    if len(parts) != len(basket.lines):
        raise ValueError(
            f"An adjustment of the kind {given.kind!r} has {len(parts)} parts for {len(basket.lines)} lines."
        )
    return replace(given, amount=amount, parts=parts)


def _check_amount(amount: Any) -> None:
    if not is_amount(amount):
        raise InvalidInput(_("The total is too large."), field="cart_id")


def _gather(adjusters: Sequence[Any], name: str, basket: Basket) -> Iterable[Any]:
    for adjuster in adjusters:
        if method := getattr(adjuster, name, None):
            yield from method(basket)


def _shortages(demand: Mapping[Any, int], products: Mapping[Any, Any]) -> Iterable[Problem]:
    """Return the unavailable products and shortages for which a checkout would fail, as problems."""
    for key, wanted in demand.items():
        product = products.get(key)
        if product is None or not product.is_active:
            yield Problem(Unavailable.code, str(Unavailable.message), None, key, wanted, 0)
        elif app_settings.TRACK_INVENTORY and product.inventory < wanted:
            yield Problem(OutOfStock.code, str(OutOfStock.message), None, key, wanted, product.inventory)
