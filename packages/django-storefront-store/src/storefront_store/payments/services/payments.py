"""Start of payments: insert the row, commit, call the provider and record its response."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from payments import PaymentStatus

from storefront_store.conf import get_model
from storefront_store.exceptions import InvalidInput, InvalidTransition, NotFound
from storefront_store.models import AbstractOrder
from storefront_store.payments.conf import app_settings
from storefront_store.payments.exceptions import NothingDue, PaymentRefused
from storefront_store.payments.models import Payment
from storefront_store.payments.providers.drafts import absolute, draft_of
from storefront_store.payments.providers.gateway import gateway
from storefront_store.payments.services import recording, refunds
from storefront_store.services import orders
from storefront_store.services.transactions import use_case, using
from storefront_store.types import Key

MAX_URL_LENGTH: Final = 2000
PAYABLE: Final = frozenset({orders.PENDING, orders.FAILED})


@dataclass(frozen=True)
class Started:
    """A payment with which the customer can continue.

    Attributes:
        payment: The payment; the customer pays at its ``url``.
        created: Whether it is new, and not one that was started before.
    """

    payment: Payment
    created: bool


def start_payment(order_id: Key, *, variant: str, return_url: str) -> Started:
    """Start a payment of the amount due for an order.

    A repeated request continues with the open payment. Must not be called in a transaction, because the provider is
    called between two of them.

    Args:
        order_id: The order.
        variant: One of the names in ``VARIANTS``.
        return_url: The URL for the customer after the payment.

    Returns:
        The payment.

    Raises:
        InvalidInput: If the variant is unknown or the return URL not allowed.
        NotFound: If there is no such order.
        InvalidTransition: If the order is cancelled or refunded.
        NothingDue: If it is paid.
        PaymentRefused: If the provider refuses; the payment has failed.
        ProviderUnavailable: If the provider can't be reached; the payment can be started again.
    """
    try:
        provider = gateway(variant)
    except NotFound as error:
        raise InvalidInput(_("There is no such way to pay."), field="variant") from error
    check_return_url(return_url)
    started = _claim(order_id, variant, return_url)
    if started.payment.url:
        return started
    draft = draft_of(started.payment)
    try:
        answer = provider.start(draft)
    except PaymentRefused as error:
        draft.change_status(PaymentStatus.ERROR, str(error.__cause__ or error))
        recording.record(started.payment.pk, draft)
        raise
    url = answer if isinstance(answer, str) else page_url(started.payment)
    return Started(recording.record(started.payment.pk, draft, url=url).payment, started.created)


@use_case
def _claim(order_id: Any, variant: str, return_url: str) -> Started:
    """Insert the payment, or return the open one of an identical request."""
    order = orders.lock_order(order_id)
    if order.cancelled_at or order.payment_status == orders.REFUNDED:
        raise InvalidTransition(_("This order can't be paid."))
    due = amount_due(order)
    if due <= 0 or order.payment_status not in PAYABLE:
        raise NothingDue
    payments = Payment.objects.using(using())
    opened = payments.filter(
        order_id=order.pk,
        variant=variant,
        amount=due,
        currency=order.currency,
        return_url=return_url,
        status__in=[Payment.Status.CREATED, Payment.Status.WAITING],
    ).first()
    if opened is not None:
        return Started(opened, created=False)
    payment = payments.create(
        order_id=order.pk,
        order_number=str(order.pk),
        customer_number=str(order.customer_id),
        variant=variant,
        amount=due,
        currency=order.currency,
        return_url=return_url,
    )
    return Started(payment, created=True)


def amount_due(order: AbstractOrder) -> Decimal:
    """Return the amount due for an order: its total less the captured amount."""
    return order.total - recording.paid_for(order)


def page_url(payment: Payment) -> str:
    """Return the URL of the page with the provider's form."""
    return absolute(reverse("storefront_store_payments:page", args=[payment.token]))


def check_return_url(url: str) -> None:
    """Validate that a URL is in ``RETURN_ORIGINS``.

    Raises:
        InvalidInput: If it is not allowed.
    """
    allowed = {_origin(value) for value in app_settings.RETURN_ORIGINS}
    fine = (
        len(url) <= MAX_URL_LENGTH
        and url.isprintable()
        and not any(character.isspace() for character in url)
        and _origin(url) in allowed
        and url_has_allowed_host_and_scheme(url, allowed_hosts={urlsplit(url).netloc})
    )
    if not fine:
        raise InvalidInput(_("Customers can't be sent back to this address."), field="return_url")


def _origin(url: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return (parts.scheme.lower(), parts.netloc.lower()) if parts.scheme and parts.netloc else None


def is_wanted(payment: Payment) -> bool:
    """Return whether the customer should still pay: the payment is open, and its order exists and is due."""
    placed = get_model("Order")._base_manager.using(using())
    wanted = placed.filter(pk=payment.order_id, cancelled_at__isnull=True, payment_status__in=PAYABLE)
    return payment.status in Payment.OPEN and wanted.exists()


def submit_form(payment: Payment, data: QueryDict | None) -> forms.Form | str:
    """Return the provider's form, or submit the customer's input.

    Args:
        payment: The payment.
        data: The posted data, or None to return an empty form.

    Returns:
        The form to show, or the URL to which the customer is redirected.

    Raises:
        PaymentRefused: If the provider refused; the payment has failed.
        ProviderUnavailable: If the outcome is unknown.
    """
    draft = draft_of(payment)
    try:
        answer = gateway(payment.variant).start(draft, data)
    except PaymentRefused as error:
        if data is not None:
            draft.change_status(PaymentStatus.REJECTED, str(error.__cause__ or error))
            recording.record(payment.pk, draft)
        raise
    if data is not None:
        refunds.carry_out(recording.record(payment.pk, draft).refunds)
    return answer
