"""Use cases of the callbacks of providers."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse

from storefront_store.exceptions import NotFound
from storefront_store.payments.exceptions import AmountMismatch
from storefront_store.payments.models import Payment
from storefront_store.payments.providers.drafts import draft_of
from storefront_store.payments.providers.gateway import Gateway, gateway
from storefront_store.payments.services import recording, refunds
from storefront_store.services.transactions import using


def find_payment(token: str) -> Payment:
    """Return the payment with a token.

    Raises:
        NotFound: If there is none, or the token is invalid.
    """
    try:
        key = uuid.UUID(str(token))
    except ValueError as error:
        raise NotFound from error
    payment = Payment.objects.using(using()).filter(token=key).first()
    if payment is None:
        raise NotFound
    return payment


def receive(token: str, request: HttpRequest, provider: Gateway | None = None) -> HttpResponse:
    """Process a callback of one payment and record its report.

    Args:
        token: The token of the payment.
        request: The request of the provider, or of the customer redirected by the provider.
        provider: The variant whose URL was called; defaults to that of the payment.

    Returns:
        The response to the provider.

    Raises:
        NotFound: If there is no such payment, or it belongs to another variant.
        InvalidCallback: If the provider did not send it.
        AmountMismatch: If the amount or currency differs; the payment is flagged for staff.
        ProviderUnavailable: If the provider had to be called and was unavailable.
    """
    payment = find_payment(token)
    if provider is not None and provider.name != payment.variant:
        raise NotFound
    draft = draft_of(payment)
    response = (provider or gateway(payment.variant)).read(draft, request)
    recorded = recording.record(payment.pk, draft)
    if recorded.mismatch:
        raise AmountMismatch
    refunds.carry_out(recorded.refunds)
    return response


def receive_for_variant(variant: str, request: HttpRequest) -> HttpResponse | None:
    """Process a callback to the URL for all payments of a variant.

    Returns:
        The response to the provider; None if the callback concerns no payment.

    Raises:
        NotFound: If there is no such variant or payment.
        InvalidCallback: If the provider did not send it.
        AmountMismatch: If the amount or currency differs; the payment is flagged for staff.
        ProviderUnavailable: If the provider had to be called and was unavailable.
    """
    provider = gateway(variant)
    token = provider.token_of(request)
    return receive(token, request, provider) if token else None
