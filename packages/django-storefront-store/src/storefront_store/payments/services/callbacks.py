"""What providers report on their own."""

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
    """Return the payment of a token.

    Raises:
        NotFound: If there is none, or if it can't be a token.
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
    """Read a callback about one payment and record what it says.

    Args:
        token: The payment's token.
        request: The request of the provider, or of the customer whom the provider sent.
        provider: The variant whose address was called; the payment's own one without it.

    Returns:
        What the provider wants to be answered.

    Raises:
        NotFound: If there is no such payment, or it belongs to another variant.
        InvalidCallback: If the provider did not send it.
        AmountMismatch: If it speaks of another amount or currency; staff is told.
        ProviderUnavailable: If the provider had to be asked and was not there.
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
    """Read a callback that comes to one address for all payments of a variant.

    Returns:
        What the provider wants to be answered; None if the callback is about no payment.

    Raises:
        NotFound: If there is no such variant or payment.
        InvalidCallback: If the provider did not send it.
        AmountMismatch: If it speaks of another amount or currency; staff is told.
        ProviderUnavailable: If the provider had to be asked and was not there.
    """
    provider = gateway(variant)
    token = provider.token_of(request)
    return receive(token, request, provider) if token else None
