"""Exact arithmetic with amounts of money in Decimal, rounded to cents."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

CENT: Final = Decimal("0.01")
ZERO: Final = Decimal("0.00")
HUNDRED: Final = Decimal(100)
MAX_AMOUNT: Final = Decimal(10) ** 13  # columns hold 15 digits, two of them cents
RATE_PLACES: Final = Decimal("0.000001")


def to_cents(amount: Decimal) -> Decimal:
    """Round to two places, halves away from zero.

    Args:
        amount: A finite amount.

    Returns:
        The amount with exactly two decimals.
    """
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def is_amount(value: Decimal) -> bool:
    """Return whether a value is finite and fits into a money column."""
    return value.is_finite() and abs(value) < MAX_AMOUNT


def spread(amount: Decimal, weights: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Split an amount in proportion to weights, so that the parts add up to it exactly.

    Remaining cents go to the parts with the largest remainders; among equal remainders, to the earlier parts.

    Args:
        amount: The amount to split; whole cents, positive or negative.
        weights: One for each part, in whole cents and not negative. If all are zero, the parts are equal.

    Returns:
        One part for each weight.
    """
    if not weights:
        return ()
    shares = [int(weight / CENT) for weight in weights]
    whole = sum(shares)
    if not whole:
        shares, whole = [1] * len(shares), len(shares)
    cents = abs(int(amount / CENT))
    parts, remainders = [cents * share // whole for share in shares], [cents * share % whole for share in shares]
    largest_first = sorted(range(len(parts)), key=lambda index: (-remainders[index], index))
    for index in largest_first[: cents - sum(parts)]:
        parts[index] += 1
    sign = -1 if amount < 0 else 1
    return tuple(sign * part * CENT for part in parts)


def price_with_tax(price: Decimal, rate: Decimal, *, included: bool) -> Decimal:
    """Return the price of one unit with tax.

    Args:
        price: The price of one unit.
        rate: The tax rate as a fraction, such as 0.19.
        included: Whether ``price`` already contains the tax.

    Returns:
        The price with tax, in cents.
    """
    return price if included else to_cents(price * (1 + rate))


def tax_on_line(quantity: int, unit_price: Decimal, rate: Decimal, *, included: bool) -> Decimal:
    """Return the tax of a line of a basket.

    For net prices the tax is rounded per unit, so that the displayed price times the quantity is the amount charged.
    For gross prices it is rounded per line.

    Args:
        quantity: The number of units.
        unit_price: The price of one unit.
        rate: The tax rate as a fraction.
        included: Whether the price already contains the tax.

    Returns:
        The tax, in cents.
    """
    if included:
        return tax_on_amount(quantity * unit_price, rate, included=True)
    return quantity * (price_with_tax(unit_price, rate, included=False) - unit_price)


def tax_on_amount(amount: Decimal, rate: Decimal, *, included: bool) -> Decimal:
    """Return the tax on an amount.

    Args:
        amount: The amount, positive or negative.
        rate: The tax rate as a fraction.
        included: Whether the amount already contains the tax.

    Returns:
        The tax, in cents.
    """
    return amount - to_cents(amount / (1 + rate)) if included else to_cents(amount * rate)


def percent(rate: Decimal) -> str:
    """Return a fraction formatted as a percentage: ``Decimal("0.190000")`` is ``"19"``."""
    return format((rate * 100).normalize(), "f")
