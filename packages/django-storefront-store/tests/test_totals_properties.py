"""Properties of any basket and any adjusters: the parts add up, and the order agrees with the quote."""

from __future__ import annotations

import os
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase
from storefront_store_testapp.adjusters import Given

from storefront_store.adjusters import Tax
from storefront_store.baskets import Adjustment, Basket, Line
from storefront_store.models import Cart, CartItem, Collection, Order, Product
from storefront_store.money import CENT, ZERO, tax_on_line
from storefront_store.services.audit import check_orders
from storefront_store.services.checkout import checkout
from storefront_store.services.quotes import make_quote, quote_cart

BASKETS = int(os.environ.get("BASKETS", "300"))
prices = st.integers(0, 10_000_000).map(lambda cents: cents * CENT)
rates = st.sampled_from(["0", "0.055", "0.07", "0.1", "0.19", "0.21", "0.25", "0.08875", "1"]).map(Decimal)
amounts = st.integers(-20_000_000, 20_000_000).map(lambda cents: cents * CENT) | st.decimals(
    -1000, 1000, allow_nan=False, allow_infinity=False, places=5
)
adjustments = st.builds(
    Adjustment,
    kind=st.sampled_from(["shipping", "discount", "fee", "loyalty"]),
    label=st.just("x"),
    amount=amounts,
    included=st.booleans(),
    taxable=st.booleans(),
)
lines = st.lists(st.tuples(st.integers(1, 500), prices, rates), min_size=1, max_size=12)


def basket_of(drawn: list[tuple[int, Decimal, Decimal]], *, included: bool) -> Basket:
    made = []
    for number, (quantity, price, rate) in enumerate(drawn):
        tax = tax_on_line(quantity, price, rate, included=included)
        made.append(Line(SimpleNamespace(pk=number), quantity, price, rate, tax))  # type: ignore[arg-type]
    return Basket(tuple(made), "EUR", timezone.now())


@settings(max_examples=BASKETS)
@given(drawn=lines, given_adjustments=st.lists(adjustments, max_size=5), included=st.booleans())
def test_parts_of_any_basket_add_up(
    drawn: list[tuple[int, Decimal, Decimal]], given_adjustments: list[Adjustment], included: bool
) -> None:
    with override_settings(STOREFRONT_STORE={"PRICES_INCLUDE_TAX": included}):
        Given.adjustments = tuple(given_adjustments)
        try:
            quote = make_quote(basket_of(drawn, included=included), [Given(), Tax()])
        finally:
            Given.adjustments = ()

    added = sum((each.amount for each in quote.adjustments if not each.included), ZERO)
    taxes = [each.amount for each in quote.adjustments if each.kind == "tax"]
    parts = [quote.subtotal, quote.tax, quote.total, *(line.tax for line in quote.lines)]
    assert quote.subtotal == sum((line.amount for line in quote.lines), ZERO)
    assert quote.subtotal + added == quote.total >= 0
    assert quote.tax == sum(taxes, ZERO) >= 0
    assert all(tax >= 0 for tax in taxes)
    for part in [*parts, *(each.amount for each in quote.adjustments)]:
        assert part == part.quantize(CENT)
    if included:
        assert quote.tax <= max(quote.subtotal + sum((a.amount for a in quote.adjustments if a.amount > 0), ZERO), ZERO)


class TestQuoteAndOrder(HypothesisTestCase):
    """Real checkouts."""

    @settings(max_examples=max(BASKETS // 10, 30))
    @given(
        drawn=st.lists(st.tuples(st.integers(1, 50), st.integers(1, 1_000_000)), min_size=1, max_size=5),
        given_adjustments=st.lists(adjustments, max_size=4),
        included=st.booleans(),
        rate=rates,
    )
    def test_order_agrees_with_quote_and_adds_up(
        self, drawn: list[tuple[int, int]], given_adjustments: list[Adjustment], included: bool, rate: Decimal
    ) -> None:
        from django.contrib.auth import get_user_model

        store = {
            "PRICES_INCLUDE_TAX": included,
            "TAX_RATE": rate,
            "ADJUSTERS": ["storefront_store_testapp.adjusters.Given", "storefront_store.adjusters.Tax"],
            "TRACK_INVENTORY": False,
        }
        Given.adjustments = tuple(given_adjustments)
        try:
            with transaction.atomic(), override_settings(STOREFRONT_STORE=store):
                user = get_user_model()._default_manager.create_user(username="buyer")
                shelf, cart = Collection.objects.create(title="Shelf"), Cart.objects.create()
                for number, (quantity, cents) in enumerate(drawn):
                    product = Product.objects.create(
                        title=f"P{number}", slug="p", unit_price=cents * CENT, inventory=0, collection=shelf
                    )
                    CartItem.objects.create(cart=cart, product=product, quantity=quantity)

                quote = quote_cart(cart.pk, user=user)
                order = Order.objects.get(pk=checkout(user=user, cart_id=cart.pk).pk)

                assert (order.subtotal, order.tax, order.total) == (quote.subtotal, quote.tax, quote.total)
                assert [(row.kind, row.amount, row.included) for row in order.adjustments.all()] == [
                    (each.kind, each.amount, each.included) for each in quote.adjustments
                ]
                assert [(item.tax_rate, item.tax) for item in order.items.all()] == [
                    (line.tax_rate, line.tax) for line in quote.lines
                ]
                assert list(check_orders()) == []
                transaction.set_rollback(True)
        finally:
            Given.adjustments = ()


pytestmark = pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
