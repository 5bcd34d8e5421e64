"""Immutable values for baskets and quotes, independent of the database."""

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
    """Kinds of adjustments used by the package. Custom adjusters may use others."""

    SHIPPING = "shipping", _("Shipping")
    DISCOUNT = "discount", _("Discount")
    TAX = "tax", _("Tax")
    FEE = "fee", _("Fee")


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """A copy of an address, unaffected by later changes of the customer's address.

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
        """Return the address described by a mapping; keys that are not address fields are ignored."""
        return cls(**{name: str(values[name] or "") for name in cls.__slots__ if name in values})

    def as_dict(self) -> dict[str, str]:
        """Return the fields as a dictionary, in the form stored with an order."""
        return asdict(self)

    def lines(self) -> list[str]:
        """Return the non-empty lines of a postal label, without the phone number."""
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
    """Products, customer, addresses and choices for which a price is calculated.

    Attributes:
        lines: The products, in the order in which they were added.
        currency: The currency of all amounts, three letters.
        at: The date and time for which prices are calculated.
        customer: The customer, or None.
        address: The shipping address, or None.
        billing_address: The billing address, or None.
        email: The contact e-mail address; may be empty.
        shipping_method: The key of the chosen shipping method; empty if none was chosen.
        vouchers: The voucher codes that were entered.
        details: Validated values of fields that a custom checkout serializer adds.
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
    """An amount that changes the total of a basket, such as shipping or a discount.

    Attributes:
        kind: One of :class:`AdjustmentKind`, or a custom kind.
        label: The label shown to people.
        amount: The amount; negative if it lowers the total.
        included: Whether the prices already contain the amount, so that it is shown but not added.
        taxable: Whether the amount changes the taxable amount.
        reference: The origin of the amount: a shipping method, a voucher code or a tax rate.
        parts: The amount split over the lines; empty for a split in proportion to their amounts.
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
        id: The value that the client sends as ``shipping_method``.
        label: The label shown to people.
        amount: The price.
    """

    id: str
    label: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Problem:
    """A reason why a basket can't be ordered.

    Attributes:
        code: A stable name, such as ``"out_of_stock"``.
        detail: A message for people.
        field: The input field concerned, if any.
        product_id: The product concerned, if any.
        requested: Units requested.
        available: Units available.
    """

    code: str
    detail: str
    field: str | None = None
    product_id: Any = None
    requested: int | None = None
    available: int | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A basket with its adjustments, taxes and total.

    Attributes:
        basket: The basket.
        adjustments: The adjustments, in the order in which they were applied.
        subtotal: The sum of the lines.
        tax: The sum of the taxes, whether included or added.
        total: The amount to pay.
        shipping_methods: The shipping methods to choose from.
        problems: The reasons why the basket can't be ordered.
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
    """The choices of a client for a basket or an order.

    Attributes:
        address_id: The key of one of the customer's addresses for shipping. If neither it nor ``address`` is given, the
            customer's default shipping address is used, if any.
        address: A shipping address that is not one of the customer's.
        billing_address_id: The key of one of the customer's addresses for billing; defaults to the default billing
            address.
        billing_address: A billing address that is not one of the customer's.
        email: The contact e-mail address; empty means the address of the user's account.
        shipping_method: The key of a shipping method.
        vouchers: Voucher codes.
        expected_total: The total shown by the client; the order is refused if the total differs.
        details: Validated values of fields that a custom checkout serializer adds.
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
        """Split validated input into the built-in choices and ``details``.

        Args:
            values: The validated data of a checkout serializer. ``cart_id`` is left out.

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
