"""What a basket costs: golden examples to the cent, spreading, rounding, and the bounds of amounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from storefront_store_testapp.adjusters import Given
from storefront_store_testapp.tables import each

from storefront_store.adjusters import Tax, load_adjusters
from storefront_store.baskets import Adjustment, Basket, Line, PostalAddress, Quote
from storefront_store.exceptions import InvalidInput
from storefront_store.money import percent, spread, tax_on_line
from storefront_store.pricing import PriceBook, tax_rates
from storefront_store.services.quotes import make_quote

D = Decimal


def basket_of(*lines: tuple[int, str, str], included: bool = False) -> Basket:
    """A basket of lines of quantity, unit price and tax rate."""
    made = []
    for number, (quantity, price, rate) in enumerate(lines):
        tax = tax_on_line(quantity, D(price), D(rate), included=included)
        product: Any = SimpleNamespace(pk=number, title=f"Product {number}")
        made.append(Line(product, quantity, D(price), D(rate), tax))
    return Basket(lines=tuple(made), currency="EUR", at=timezone.now())


def quote_of(basket: Basket, *given: Adjustment) -> Quote:
    Given.adjustments = given
    return make_quote(basket, [Given(), Tax()])


def voucher(amount: str) -> Adjustment:
    return Adjustment("discount", "Voucher", D(amount))


def shipping(amount: str) -> Adjustment:
    return Adjustment("shipping", "Parcel", D(amount))


# name: lines, prices include tax, adjustments, subtotal, tax, total
GOLDEN: dict[str, tuple[list[tuple[int, str, str]], bool, list[Adjustment], str, str, str]] = {
    "2 x 118.00 at 10 %": ([(2, "118.00", "0.1")], False, [], "236.00", "23.60", "259.60"),
    "3 x 0.33 at 10 %": ([(3, "0.33", "0.1")], False, [], "0.99", "0.09", "1.08"),
    "119.00 at 19 %, gross": ([(1, "119.00", "0.19")], True, [], "119.00", "19.00", "119.00"),
    "9.99 at 19 %, gross": ([(1, "9.99", "0.19")], True, [], "9.99", "1.60", "9.99"),
    "two rates, 10 % voucher": (
        [(1, "100.00", "0.07"), (1, "50.00", "0.19")],
        False,
        [voucher("-15.00")],
        "150.00",
        "14.85",
        "149.85",
    ),
    "two rates, shipping": (
        [(1, "100.00", "0.07"), (1, "50.00", "0.19")],
        False,
        [shipping("4.90")],
        "150.00",
        "17.04",
        "171.94",
    ),
    "three thirds, voucher": ([(1, "3.33", "0")] * 3, False, [voucher("-1.00")], "9.99", "0.00", "8.99"),
    "a voucher above the subtotal": ([(1, "30.00", "0")], False, [voucher("-50.00")], "30.00", "0.00", "0.00"),
}


@pytest.fixture(autouse=True)
def _nothing_given() -> Iterator[None]:
    yield
    Given.adjustments = ()


@pytest.mark.parametrize("name", GOLDEN)
def test_golden(name: str, settings: Any) -> None:
    lines, included, given, subtotal, tax, total = GOLDEN[name]
    settings.STOREFRONT_STORE = {"PRICES_INCLUDE_TAX": included}

    quote = quote_of(basket_of(*lines, included=included), *given)

    assert (quote.subtotal, quote.tax, quote.total) == (D(subtotal), D(tax), D(total))
    added = sum((each.amount for each in quote.adjustments if not each.included), D(0))
    assert quote.subtotal + added == quote.total


def test_each_rate_has_separate_tax_adjustment(settings: Any) -> None:
    quote = quote_of(basket_of((1, "50.00", "0.19"), (1, "100.00", "0.07"), (1, "1.00", "0")))

    assert [(each.label, each.reference, each.amount) for each in quote.adjustments] == [
        ("Tax 7 %", "0.07", D("7.00")),
        ("Tax 19 %", "0.19", D("9.50")),
    ]


class TestSpreading:
    @pytest.mark.parametrize(
        ("amount", "weights", "parts"),
        [
            ("-15.00", ["100.00", "50.00"], ["-10.00", "-5.00"]),
            ("4.90", ["100.00", "50.00"], ["3.27", "1.63"]),
            ("-1.00", ["3.33", "3.33", "3.33"], ["-0.34", "-0.33", "-0.33"]),
            ("0.02", ["1.00", "1.00", "1.00"], ["0.01", "0.01", "0.00"]),
            ("0.05", ["0.00", "0.00"], ["0.03", "0.02"]),
            ("0.00", ["1.00"], ["0.00"]),
            ("1.00", ["0.00", "5.00"], ["0.00", "1.00"]),
            ("9999999999999.99", ["0.01", "0.02"], ["3333333333333.33", "6666666666666.66"]),
        ],
    )
    def test_parts_are_proportional_and_add_up(self, amount: str, weights: list[str], parts: list[str]) -> None:
        assert spread(D(amount), [D(weight) for weight in weights]) == tuple(D(part) for part in parts)

    def test_spreading_over_nothing_returns_no_parts(self) -> None:
        assert spread(D("1.00"), []) == ()

    def test_given_parts_determine_reduction_of_tax(self) -> None:
        basket = basket_of((1, "100.00", "0.07"), (1, "50.00", "0.19"))
        only_second = Adjustment("discount", "Voucher", D("-10.00"), parts=(D("0.00"), D("-10.00")))

        assert quote_of(basket, only_second).tax == D("14.60")  # 7.00 and 9.50 - 1.90

    def test_untaxable_amount_does_not_change_tax(self) -> None:
        basket = basket_of((1, "100.00", "0.1"))

        quote = quote_of(basket, Adjustment("fee", "Deposit", D("5.00"), taxable=False))

        assert (quote.tax, quote.total) == (D("10.00"), D("115.00"))

    def test_wrong_number_of_parts_raises_value_error(self) -> None:
        with pytest.raises(ValueError, match="2 parts for 1 lines"):
            quote_of(basket_of((1, "1.00", "0")), Adjustment("fee", "Fee", D(1), parts=(D(1), D(0))))


class TestNeverBelowZero:
    @pytest.mark.parametrize("price", ["0.33", "0.35", "0.34", "10.00"])
    def test_full_discount_leaves_no_tax(self, price: str) -> None:
        quote = quote_of(basket_of((3, price, "0.1")), voucher("-1000"))

        assert (quote.tax, quote.total) == (D("0.00"), D("0.00"))

    def test_second_discount_is_limited_to_remainder(self) -> None:
        quote = quote_of(basket_of((1, "10.00", "0")), voucher("-7.00"), voucher("-7.00"))

        assert [each.amount for each in quote.adjustments] == [D("-7.00"), D("-3.00")]

    def test_parts_are_reduced_with_their_amount(self) -> None:
        given = Adjustment("discount", "Voucher", D("-40.00"), parts=(D("-30.00"), D("-10.00")))

        quote = quote_of(basket_of((1, "10.00", "0"), (1, "10.00", "0")), given)

        assert quote.adjustments[0].parts == (D("-15.00"), D("-5.00"))


class TestAmounts:
    @pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity", "1E13", "-1E20", "1E400"])
    def test_amount_out_of_range_is_rejected(self, amount: str) -> None:
        with pytest.raises(InvalidInput) as refusal:
            quote_of(basket_of((1, "1.00", "0")), voucher(amount))

        assert refusal.value.field == "cart_id"

    def test_fractions_of_cents_are_rounded(self) -> None:
        assert quote_of(basket_of((1, "1.00", "0")), shipping("0.125")).total == D("1.13")

    def test_total_out_of_range_is_rejected(self) -> None:
        with pytest.raises(InvalidInput):
            quote_of(basket_of((1000, "9999999999.99", "0.1")))

    @pytest.mark.parametrize(
        ("rate", "text"), [("0.190000", "19"), ("0.055", "5.5"), ("0.08875", "8.875"), ("1", "100")]
    )
    def test_rates_are_formatted_as_percentages(self, rate: str, text: str) -> None:
        assert percent(D(rate)) == text


class TestRates:
    @each("rate", [D("-0.1"), D("NaN"), D("Infinity"), D(100), 0.1, None])
    def test_invalid_rate_raises_improperly_configured(self, rate: Any, settings: Any) -> None:
        class Provider:
            def rates(self, products: Any, **context: Any) -> Any:
                return {product.pk: rate for product in products}

        settings.STOREFRONT_STORE = {"TAX_PROVIDER": Provider}

        with pytest.raises(ImproperlyConfigured, match="no tax rate"):
            tax_rates([SimpleNamespace(pk=1)], customer=None, address=None, at=timezone.now())

    def test_tax_provider_receives_address(self, settings: Any) -> None:
        seen: list[Any] = []

        class Provider:
            def rates(self, products: Any, *, customer: Any, address: Any, at: Any) -> Any:
                seen.append(address)
                return {}

        settings.STOREFRONT_STORE = {"TAX_PROVIDER": Provider}
        address = PostalAddress(street="1 High St", city="Ely", country="GB")
        product = SimpleNamespace(pk=1, unit_price=D(1), best_discount=None)

        assert PriceBook(address=address).with_tax(product) == D("1.00")
        assert PriceBook().tax_rate(product) == 0
        assert seen == [address, None]

    @each("rate", ["0.19", 0.19, D("0.19")])
    def test_flat_rate_accepts_string_float_and_decimal(self, rate: Any, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"TAX_RATE": rate}
        product = SimpleNamespace(pk=1, unit_price=D("100.00"), best_discount=None)

        assert PriceBook().with_tax(product) == D("119.00")

    def test_gross_prices_are_shown_unchanged(self, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"TAX_RATE": "0.19", "PRICES_INCLUDE_TAX": True}
        product = SimpleNamespace(pk=1, unit_price=D("119.00"), best_discount=None)

        assert PriceBook().with_tax(product) == D("119.00")


def test_adjusters_may_be_classes_and_receive_earlier_adjustments(settings: Any) -> None:
    class RecordingAdjuster:
        seen: list[Sequence[Adjustment]] = []

        def adjust(self, basket: Basket, so_far: Sequence[Adjustment]) -> list[Adjustment]:
            self.seen.append(so_far)
            return []

    settings.STOREFRONT_STORE = {"ADJUSTERS": ["storefront_store_testapp.adjusters.TenPercentOff", RecordingAdjuster]}

    make_quote(basket_of((1, "10.00", "0")), load_adjusters())

    assert [[each.amount for each in seen] for seen in RecordingAdjuster.seen] == [[D("-1.00")]]
