"""Published receipts and invoices are reproduced to the cent.

Each case names its document. Those of the European norm EN 16931 are the examples that the European Commission and
Peppol publish beside their rules. A returned line is given as a discount on its rate, because a basket holds no
negative quantities.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from storefront_store_testapp.adjusters import Given

from storefront_store.adjusters import Tax
from storefront_store.baskets import Adjustment, Basket, Line
from storefront_store.money import tax_on_line
from storefront_store.services.quotes import make_quote

D = Decimal
EN16931 = "https://github.com/ConnectingEurope/eInvoicing-EN16931, ubl/examples/"
PEPPOL = "https://github.com/OpenPEPPOL/peppol-bis-invoice-3, rules/examples/"


@dataclass(frozen=True)
class Receipt:
    """What a document says: lines of quantity, unit price and rate; taxes by rate; and the total."""

    source: str
    lines: tuple[tuple[int, str, str], ...]
    taxes: dict[str, str]
    total: str
    beside: tuple[tuple[str, tuple[str, ...]], ...] = ()  # amounts that are taxed, by line
    untaxed: tuple[str, ...] = ()
    gross: bool = False


RECEIPTS = [
    Receipt(
        EN16931 + "ubl-tc434-example3.xml",
        lines=((1, "800.00", "0.25"), (1, "800.00", "0.10")),
        beside=(("100.00", ("100.00", "0.00")),),  # freight at 25 %
        taxes={"0.1": "80.00", "0.25": "225.00"},
        total="2005.00",
    ),
    Receipt(
        EN16931 + "ubl-tc434-example4.xml",
        lines=((1000, "1.00", "0.25"), (100, "5.00", "0.25"), (500, "5.00", "0.12")),
        taxes={"0.12": "300.00", "0.25": "375.00"},
        total="4675.00",
    ),
    Receipt(
        EN16931 + "ubl-tc434-example5.xml",
        lines=((1000, "1.00", "0.25"), (100, "5.00", "0.25"), (500, "5.00", "0.12")),
        beside=(("-150.00", ("-100.00", "-50.00", "0.00")), ("150.00", ("100.00", "50.00", "0.00"))),
        taxes={"0.12": "300.00", "0.25": "375.00"},
        total="4675.00",
    ),
    Receipt(
        EN16931 + "ubl-tc434-example7.xml",
        lines=((1, "2500.00", "0"), (1, "700.00", "0")),
        taxes={},
        total="3200.00",
    ),
    Receipt(
        EN16931 + "ubl-tc434-example9.xml",
        lines=((3, "49.00", "0.21"),),
        taxes={"0.21": "30.87"},
        total="177.87",
    ),
    Receipt(
        EN16931 + "guide-example3.xml",
        lines=((1, "400.00", "0.25"), (1, "400.00", "0.25")),
        beside=(("100.00", ()),),  # freight
        taxes={"0.25": "225.00"},
        total="1125.00",
    ),
    Receipt(
        EN16931 + "issue116.xml",
        lines=((1, "100.00", "0.06"), (1, "50.00", "0.12"), (1, "150.00", "0.12"), (1, "400.00", "0.25")),
        untaxed=("-1.00", "1.00"),
        taxes={"0.06": "6.00", "0.12": "24.00", "0.25": "100.00"},
        total="830.00",
    ),
    Receipt(
        PEPPOL + "base-example.xml",
        lines=((7, "400.00", "0.25"),),
        beside=(("-1500.00", ()), ("25.00", ())),  # three returned for 500.00 each; insurance
        taxes={"0.25": "331.25"},
        total="1656.25",
    ),
    Receipt(
        PEPPOL + "Allowance-example.xml",
        lines=((10, "400.00", "0.25"), (10, "100.00", "0"), (10, "90.00", "0.25")),
        beside=(("200.00", ("100.00", "0.00", "100.00")), ("-200.00", ("-100.00", "0.00", "-100.00"))),
        taxes={"0.25": "1225.00"},
        total="7125.00",
    ),
    Receipt(
        PEPPOL + "vat-category-Z.xml",
        lines=((10, "120.00", "0"),),
        taxes={},
        total="1200.00",
    ),
    Receipt(
        "https://wiki.dolibarr.org, VAT setup, calculation and rounding rules: product 1",
        lines=((1, "1.24", "0.10"),),
        taxes={"0.1": "0.12"},
        total="1.36",
    ),
    Receipt(
        "https://spreecommerce.org/docs/developer/core-concepts/order-totals: tax of 20 % on goods and delivery",
        lines=((1, "120.00", "0.20"),),
        beside=(("-12.00", ()), ("5.00", ())),
        untaxed=("2.50",),
        taxes={"0.2": "22.60"},
        total="138.10",
    ),
]


@pytest.mark.parametrize("receipt", RECEIPTS, ids=lambda receipt: receipt.source[-40:])
def test_published_receipts_are_reproduced_exactly(receipt: Receipt, settings: Any) -> None:
    settings.STOREFRONT_STORE = {"PRICES_INCLUDE_TAX": receipt.gross}
    lines = []
    for number, (quantity, price, rate) in enumerate(receipt.lines):
        tax = tax_on_line(quantity, D(price), D(rate), included=receipt.gross)
        lines.append(Line(SimpleNamespace(pk=number), quantity, D(price), D(rate), tax))  # type: ignore[arg-type]
    Given.adjustments = (
        *(Adjustment("beside", "", D(amount), parts=tuple(map(D, parts))) for amount, parts in receipt.beside),
        *(Adjustment("untaxed", "", D(amount), taxable=False) for amount in receipt.untaxed),
    )

    try:
        quote = make_quote(Basket(tuple(lines), "EUR", timezone.now()), [Given(), Tax()])
    finally:
        Given.adjustments = ()

    assert {each.reference: each.amount for each in quote.adjustments if each.kind == "tax"} == {
        rate: D(amount) for rate, amount in receipt.taxes.items()
    }
    assert quote.total == D(receipt.total)
