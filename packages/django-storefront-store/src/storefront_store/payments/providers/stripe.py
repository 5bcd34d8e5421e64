"""A provider of django-payments for Stripe Checkout that sends idempotency keys.

The library's class relies on old versions of ``stripe`` and sends no idempotency keys, so a repeated call would open a
second session or pay a refund twice. It also takes any paid session as payment of the full amount.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Final, NoReturn

import stripe
from django.http import HttpRequest, HttpResponse, JsonResponse
from payments import PaymentError, PaymentStatus, RedirectNeeded
from payments.stripe.providers import StripeProviderV3, zero_decimal_currency

from storefront_store.payments.exceptions import ProviderUnavailable
from storefront_store.payments.providers.drafts import PaymentDraft

SESSION_EVENTS: Final = frozenset(
    {
        "checkout.session.completed",
        "checkout.session.expired",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
    }
)
THREE_DECIMALS: Final = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
FAILED_REFUND: Final = frozenset({"failed", "canceled"})
KEPT: Final = ("id", "url", "payment_intent", "payment_status", "status")


class StripeProvider(StripeProviderV3):
    """Provider for Stripe Checkout: the customer pays on Stripe's page, and Stripe sends a signed webhook.

    Args:
        api_key: The secret key.
        endpoint_secret: The signing secret of the webhook.
        api_base: Another base URL of the API, for tests.
        timeout: The timeout of requests in seconds.
    """

    idempotent_refunds = True
    references = ("session",)  # data that refunds need and that do not identify the customer

    def __init__(self, api_key: str, endpoint_secret: str, *, api_base: str | None = None, timeout: int = 15) -> None:
        super().__init__(api_key=api_key, endpoint_secret=endpoint_secret)
        self.client = stripe.StripeClient(
            api_key,
            base_addresses={"api": api_base} if api_base else {},
            http_client=stripe.RequestsClient(timeout=timeout),
            max_network_retries=0,
        )

    def get_form(self, payment: PaymentDraft, data: Any = None) -> NoReturn:
        """Open a Checkout session, or return to the existing one.

        Raises:
            RedirectNeeded: Always, with the URL of Stripe's page.
            PaymentError: If Stripe refuses.
        """
        session = self._create_session(payment)
        self._keep(payment, session)
        if not session.get("url"):
            raise PaymentError("Stripe returned a session without an address")
        raise RedirectNeeded(session["url"])

    def _create_session(self, payment: PaymentDraft) -> dict[str, Any]:
        params: dict[str, Any] = {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": payment.currency.lower(),
                        "unit_amount": to_minor(payment.total, payment.currency),
                        "product_data": {"name": payment.description},
                    },
                }
            ],
            "success_url": payment.get_success_url(),
            "cancel_url": payment.get_failure_url(),
            "client_reference_id": payment.token,
            "metadata": {"payment": payment.token},
        }
        if payment.billing_email:
            params["customer_email"] = payment.billing_email
        with _stripe_errors():
            sessions = self.client.v1.checkout.sessions
            return sessions.create(params, {"idempotency_key": f"{payment.token}-session"}).to_dict()  # type: ignore[arg-type]

    def lookup(self, payment: PaymentDraft) -> None:
        """Request the status of the payment. An unknown session is opened again, which returns the existing one."""
        if payment.transaction_id:
            with _stripe_errors():
                session = self.client.v1.checkout.sessions.retrieve(payment.transaction_id).to_dict()
        else:
            session = self._create_session(payment)
            with _stripe_errors():  # a replayed response has the status of when the session was opened
                session = self.client.v1.checkout.sessions.retrieve(session["id"]).to_dict()
        self._read_session(payment, session)

    def cancel(self, payment: PaymentDraft) -> None:
        """Expire the session."""
        if payment.transaction_id:
            with _stripe_errors():
                self.client.v1.checkout.sessions.expire(payment.transaction_id)

    def refund(self, payment: PaymentDraft, amount: Decimal | None = None) -> Decimal:
        """Refund ``amount``, once per ``payment.attrs.refund_key``."""
        paid = payment.captured_amount if amount is None else amount
        key = str(payment.attrs.refund_key)
        params: Any = {
            "payment_intent": self._intent_of(payment),
            "amount": to_minor(paid, payment.currency),
            "metadata": {"refund": key},
        }
        with _stripe_errors():
            refund = self.client.v1.refunds.create(params, {"idempotency_key": key}).to_dict()
        if refund.get("status") in FAILED_REFUND:
            raise PaymentError("Stripe could not pay the refund")
        payment.attrs.refund_id = refund["id"]
        return paid

    def find_refund(self, payment: PaymentDraft, key: str) -> bool:
        """Return whether Stripe has a refund with that key that has not failed."""
        with _stripe_errors():
            params: Any = {"payment_intent": self._intent_of(payment), "limit": 100}
            refunds = [refund.to_dict() for refund in self.client.v1.refunds.list(params).auto_paging_iter()]
        return any(
            (refund.get("metadata") or {}).get("refund") == key and refund.get("status") not in FAILED_REFUND
            for refund in refunds
        )

    def _intent_of(self, payment: PaymentDraft) -> str:
        session = getattr(payment.attrs, "session", {})
        if not session.get("payment_intent"):
            with _stripe_errors():
                session = self.client.v1.checkout.sessions.retrieve(payment.transaction_id).to_dict()
        return str(session["payment_intent"])

    def return_event_payload(self, request: HttpRequest) -> dict[str, Any]:
        """Return the event of a webhook.

        Raises:
            PaymentError: If it is not signed by Stripe or not an event.
        """
        try:
            stripe.WebhookSignature.verify_header(
                request.body,
                request.headers.get("Stripe-Signature"),
                self.endpoint_secret,
                stripe.Webhook.DEFAULT_TOLERANCE,
            )
            event = json.loads(request.body)
            session = event["data"]["object"]
            if not isinstance(session, dict) or not isinstance(event["type"], str):
                raise PaymentError("This is not an event", code=400)
        except (ValueError, LookupError, TypeError, stripe.SignatureVerificationError) as error:
            raise PaymentError("The event is not signed or is invalid", code=400) from error
        return dict(event)

    def get_token_from_request(self, payment: Any, request: HttpRequest) -> str:
        """Return the token of the payment that a webhook concerns; empty if it concerns something else."""
        event = self.return_event_payload(request)
        if event["type"] not in SESSION_EVENTS:
            return ""
        return str(event["data"]["object"].get("client_reference_id") or "")

    def process_data(self, payment: PaymentDraft, request: HttpRequest) -> HttpResponse:
        """Update the payment from a webhook.

        Raises:
            PaymentError: If it is not signed by Stripe, or concerns another session.
        """
        event = self.return_event_payload(request)
        if event["type"] in SESSION_EVENTS:
            session = event["data"]["object"]
            if session.get("client_reference_id") != payment.token:
                raise PaymentError("The event is about another payment", code=400)
            self._read_session(payment, session, failed=event["type"].endswith("async_payment_failed"))
        return JsonResponse({"status": "ok"})

    def _read_session(self, payment: PaymentDraft, session: dict[str, Any], *, failed: bool = False) -> None:
        if payment.transaction_id and session.get("id") != payment.transaction_id:
            raise PaymentError("The event is about another session", code=400)
        self._keep(payment, session)
        if session.get("payment_status") == "paid":
            payment.reported_currency = str(session.get("currency", "")).upper()
            payment.reported_amount = from_minor(session.get("amount_total"), payment.reported_currency)
            payment.change_status(PaymentStatus.CONFIRMED)
        elif failed:
            payment.change_status(PaymentStatus.REJECTED, "Stripe reports that the payment failed")
        elif session.get("status") == "expired":
            payment.change_status(PaymentStatus.CANCELLED, "The Checkout session has expired")

    def _keep(self, payment: PaymentDraft, session: dict[str, Any]) -> None:
        payment.transaction_id = str(session["id"])
        payment.attrs.session = {name: session.get(name) for name in KEPT}


@contextmanager
def _stripe_errors() -> Iterator[None]:
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.IdempotencyError) as error:
        raise ProviderUnavailable from error
    except stripe.StripeError as error:
        if error.http_status is None or error.http_status >= 500 or error.http_status == 409:
            raise ProviderUnavailable from error
        raise PaymentError(str(error)) from error


def to_minor(amount: Decimal, currency: str) -> int:
    """Convert an amount to the smallest unit of its currency."""
    return int(amount * _factor(currency))


def from_minor(amount: Any, currency: str) -> Decimal:
    """Convert an amount from the smallest unit of its currency.

    Raises:
        PaymentError: If it is not a number.
    """
    if type(amount) is not int:
        raise PaymentError("The event has no amount", code=400)
    return Decimal(amount) / _factor(currency)


def _factor(currency: str) -> int:
    name = currency.lower()
    if name in zero_decimal_currency:
        return 1
    return 1000 if name in THREE_DECIMALS else 100
