"""What a price is asked for, and the answer: plain immutable values without a database behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from storefront_store.addresses import country_name
from storefront_store.money import ZERO

if TYPE_CHECKING:
    from storefront_store.models import AbstractCustomer, AbstractProduct

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class AdjustmentKind(models.TextChoices):
    """The kinds of adjustments that the package knows. A host's adjusters may use others."""

    SHIPPING = "shipping", _("Shipping")
    DISCOUNT = "discount", _("Discount")
    TAX = "tax", _("Tax")
    FEE = "fee", _("Fee")


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """An address as values, which do not change when the customer's address does.

    Attributes:
        name: The recipient.
        company: The company.
        street: Street and number.
        street2: A second line for it.
        zip: The postal code.
        city: The city.
        region: State, province or county.
        country: The ISO 3166 alpha-2 code of the country.
        phone: A phone number for the carrier.
    """

    name: str = ""
    company: str = ""
    street: str = ""
    street2: str = ""
    zip: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    phone: str = ""

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Return the address that a mapping describes; names that are no part of an address are ignored."""
        return cls(**{name: str(values[name] or "") for name in cls.__slots__ if name in values})

    def as_dict(self) -> dict[str, str]:
        """Return the values by name, as an order keeps them."""
        return asdict(self)

    def lines(self) -> list[str]:
        """Return the lines to print on a parcel, without the phone number; empty ones are left out."""
        town = " ".join(part for part in (self.zip, self.city) if part)
        parts = (self.name, self.company, self.street, self.street2, town, self.region, country_name(self.country))
        return [part for part in parts if part]


@dataclass(frozen=True, slots=True)
class Line:
    """One product in a basket.

    Attributes:
        product: The product.
        quantity: The number of units.
        unit_price: The effective price of one unit.
        tax_rate: The tax rate as a fraction; 0 where no tax is charged.
        tax: The tax of the line alone, without its share of the tax on adjustments.
    """

    product: AbstractProduct
    quantity: int
    unit_price: Decimal
    tax_rate: Decimal = Decimal(0)
    tax: Decimal = ZERO

    @property
    def amount(self) -> Decimal:
        """Quantity times unit price."""
        return self.quantity * self.unit_price


@dataclass(frozen=True, slots=True)
class Basket:
    """What is about to be bought.

    Attributes:
        lines: The products, in the order in which they were put in.
        currency: The currency of all amounts, three letters.
        at: The moment for which prices are asked.
        customer: Who buys, or None.
        address: Where it goes, or None.
        billing_address: Where the invoice goes, or None.
        email: Where to write to; may be empty.
        shipping_method: The key of the chosen shipping method; empty if none was chosen.
        vouchers: The voucher codes that were entered.
        details: What a host's checkout serializer validated beyond the built-in fields.
    """

    lines: tuple[Line, ...]
    currency: str
    at: datetime
    customer: AbstractCustomer | None = None
    address: PostalAddress | None = None
    billing_address: PostalAddress | None = None
    email: str = ""
    shipping_method: str = ""
    vouchers: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=lambda: NOTHING)

    @property
    def subtotal(self) -> Decimal:
        """The sum of the lines."""
        return sum((line.amount for line in self.lines), ZERO)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One amount beside the lines of a basket.

    Attributes:
        kind: One of :class:`AdjustmentKind`, or a kind of the host's own.
        label: What people read.
        amount: The amount; negative if it lowers the total.
        included: Whether the amount is only shown, because the prices contain it already.
        taxable: Whether tax is due on the amount, or goes down with it.
        reference: What the amount comes from: a shipping method, a voucher code, a tax rate.
        parts: The amount split over the lines. Empty means: in proportion to their amounts.
    """

    kind: str
    label: str
    amount: Decimal
    included: bool = False
    taxable: bool = True
    reference: str = ""
    parts: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class ShippingOffer:
    """A shipping method that can be chosen for a basket.

    Attributes:
        id: What the client sends as ``shipping_method``.
        label: What people read.
        amount: What it costs.
    """

    id: str
    label: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Problem:
    """A reason for which a basket can't be ordered as it is.

    Attributes:
        code: A stable name, such as ``"out_of_stock"``.
        detail: What to tell a person.
        field: The input field at fault, if there is one.
        product_id: The product at fault, if there is one.
        requested: Units wanted.
        available: Units that could be had.
    """

    code: str
    detail: str
    field: str | None = None
    product_id: Any = None
    requested: int | None = None
    available: int | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A basket with everything that makes its total.

    Attributes:
        basket: What the quote is for.
        adjustments: The amounts beside the lines, in the order in which they were applied.
        subtotal: The sum of the lines.
        tax: The sum of the taxes, whether included or added.
        total: What is to be paid.
        shipping_methods: The shipping methods to choose from.
        problems: What stands in the way of an order.
    """

    basket: Basket
    adjustments: tuple[Adjustment, ...]
    subtotal: Decimal
    tax: Decimal
    total: Decimal
    shipping_methods: tuple[ShippingOffer, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of the basket."""
        return self.basket.lines

    @property
    def currency(self) -> str:
        """The currency of all amounts."""
        return self.basket.currency


@dataclass(frozen=True, slots=True)
class Choices:
    """What a client chose for a basket or an order.

    Attributes:
        address_id: One of the customer's addresses to ship to. Without it and ``address`` the customer's default
            address for shipping is taken, if there is one.
        address: An address to ship to that is not among the customer's.
        billing_address_id: One of the customer's addresses for the invoice; its default is the one for billing.
        billing_address: An address for the invoice that is not among the customer's.
        email: Where to write to; empty means the address of the user's account.
        shipping_method: The key of a shipping method.
        vouchers: Voucher codes.
        expected_total: The total that the client has shown; another one is refused.
        details: Whatever a host's checkout serializer validated beyond these.
    """

    address_id: Any = None
    address: PostalAddress | None = None
    billing_address_id: Any = None
    billing_address: PostalAddress | None = None
    email: str = ""
    shipping_method: str = ""
    vouchers: tuple[str, ...] = ()
    expected_total: Decimal | None = None
    details: Mapping[str, Any] = field(default_factory=lambda: NOTHING)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Sort validated input into the built-in choices and the details of a host.

        Args:
            values: What a checkout serializer validated. ``cart_id`` is no choice and is left out.

        Returns:
            The choices.
        """
        known = {name: values[name] for name in cls.__slots__ if values.get(name) is not None and name != "details"}
        for name in {"address", "billing_address"} & known.keys():
            if not isinstance(known[name], PostalAddress):
                known[name] = PostalAddress.of(known[name])
        if "vouchers" in known:
            known["vouchers"] = tuple(known["vouchers"])
        others = {name: value for name, value in values.items() if name not in cls.__slots__ and name != "cart_id"}
        return cls(**known, details=MappingProxyType(others))
