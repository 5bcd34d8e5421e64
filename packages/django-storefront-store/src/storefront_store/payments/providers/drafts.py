"""Drafts, on which providers of django-payments work in place of database rows.

Providers change and save their payment at any time, without a lock and around network access. A draft has the same
interface and keeps the changes in memory. The use cases then apply them to the row under its lock.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from payments import PaymentStatus, PurchasedItem
from payments.core import get_base_url

from storefront_store.conf import get_model
from storefront_store.payments.models import Payment
from storefront_store.services.transactions import using

TO_LIBRARY = {
    Payment.Status.CREATED: PaymentStatus.WAITING,
    Payment.Status.WAITING: PaymentStatus.INPUT,
    Payment.Status.AUTHORIZED: PaymentStatus.PREAUTH,
    Payment.Status.CAPTURED: PaymentStatus.CONFIRMED,
    Payment.Status.FAILED: PaymentStatus.REJECTED,
    Payment.Status.REFUNDED: PaymentStatus.REFUNDED,
}


class Attributes:
    """The provider's own data as attributes; a missing one raises ``AttributeError``."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.__dict__.update(data)

    def __getattr__(self, name: str) -> Any:
        """Raise ``AttributeError`` for an attribute that was not set."""
        raise AttributeError(name)

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute of the draft."""
        self.__dict__[name] = value

    def as_dict(self) -> dict[str, Any]:
        """Return the data as a dictionary that can be serialized as JSON."""
        data: dict[str, Any] = json.loads(json.dumps(self.__dict__, default=str))
        return data


@dataclass
class PaymentDraft:
    """A payment with the interface expected by the providers of django-payments.

    Attributes:
        status: One of the library's ``PaymentStatus``.
        total: The amount to pay.
        captured_amount: The captured amount; a provider may set it.
        reported_amount: The amount in the provider's report, if any.
        reported_currency: The currency in the provider's report, if any.
        transaction_id: The provider's reference.
        attrs: The provider's own data.
        message: Why the payment failed.
    """

    pk: Any
    token: str
    variant: str
    status: str
    total: Decimal
    currency: str
    captured_amount: Decimal
    transaction_id: str
    attrs: Attributes
    return_url: str
    description: str
    message: str = ""
    reported_amount: Decimal | None = None
    reported_currency: str | None = None
    fraud_status: str = "unknown"
    fraud_message: str = ""
    delivery: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    billing_first_name: str = ""
    billing_last_name: str = ""
    billing_address_1: str = ""
    billing_address_2: str = ""
    billing_city: str = ""
    billing_postcode: str = ""
    billing_country_code: str = ""
    billing_country_area: str = ""
    billing_email: str = ""
    billing_phone: str = ""
    customer_ip_address: str | None = None
    extra_data: str = ""
    items: list[PurchasedItem] = field(default_factory=list)

    @property
    def id(self) -> Any:
        """The key under which the provider knows the payment."""
        return self.pk

    def change_status(self, status: str, message: str = "") -> None:
        """Set the status reported by the provider."""
        self.status, self.message = status, str(message)

    def change_fraud_status(self, status: str, message: str = "", commit: bool = True) -> None:
        """Set the fraud status reported by the provider."""
        self.fraud_status, self.fraud_message = status, str(message)

    def save(self, **kwargs: Any) -> None:
        """Do nothing, because the use cases write the row."""

    def get_purchased_items(self) -> list[PurchasedItem]:
        """Return the items of the order."""
        return self.items

    def get_success_url(self) -> str:
        """Return the URL for the customer after the payment."""
        return self.return_url

    def get_failure_url(self) -> str:
        """Return the URL for the customer after a failed payment, which is the same."""
        return self.return_url

    def get_process_url(self) -> str:
        """Return the absolute URL for the provider's callbacks."""
        return absolute(reverse("storefront_store_payments:callback", args=[self.token]))


def absolute(path: str) -> str:
    """Return the absolute URL of a path, using the current settings of the library."""
    host = getattr(settings, "PAYMENT_HOST", None)
    if not host:
        return urljoin(get_base_url(), path)  # from the sites framework
    scheme = "https" if getattr(settings, "PAYMENT_USES_SSL", not settings.DEBUG) else "http"
    return urljoin(f"{scheme}://{host() if callable(host) else host}", path)


def draft_of(payment: Payment) -> PaymentDraft:
    """Return a draft of ``payment`` with the address and the items of its order."""
    draft = PaymentDraft(
        pk=payment.pk,
        token=str(payment.token),
        variant=payment.variant,
        status=TO_LIBRARY[Payment.Status(payment.status)],
        total=payment.amount,
        currency=payment.currency,
        captured_amount=payment.captured,
        transaction_id=payment.reference,
        attrs=Attributes(payment.data),
        return_url=payment.return_url,
        description=f"Order #{payment.order_number}",
    )
    if payment.order_id is not None:
        _describe_order(draft, payment)
    return draft


def _describe_order(draft: PaymentDraft, payment: Payment) -> None:
    order = get_model("Order")._base_manager.using(using()).filter(pk=payment.order_id).first()
    if order is None:
        return
    address = order.shipping_address or {}
    first, _separator, last = str(address.get("name") or "").rpartition(" ")
    draft.billing_first_name, draft.billing_last_name = first, last
    draft.billing_address_1 = address.get("street") or ""
    draft.billing_address_2 = address.get("street2") or ""
    draft.billing_city = address.get("city") or ""
    draft.billing_postcode = address.get("zip") or ""
    draft.billing_country_area = address.get("region") or ""
    country = address.get("country") or ""
    draft.billing_country_code = country if len(country) == 2 else ""
    draft.billing_email = getattr(order, "email", "") or ""
    items = get_model("OrderItem")._base_manager.using(using()).filter(order_id=order.pk)
    draft.items = [
        PurchasedItem(
            name=item.title,
            quantity=item.quantity,
            price=item.unit_price,
            currency=payment.currency,
            sku=str(item.product_id),
        )
        for item in items
    ]
