"""What tests of payments do as customers, providers and staff."""

from __future__ import annotations

from typing import Any

from django.test import Client

from storefront_store.models import OrderEvent
from storefront_store.payments.models import Payment
from storefront_store.payments.services.payments import start_payment
from storefront_store_testapp.stripe_server import StripeServer

RETURN_URL = "https://shop.example/orders/"
ROOT = "/store/"
BODY = {"variant": "default", "return_url": RETURN_URL}


def begin(order: Any, variant: str = "default") -> Payment:
    """Begin the payment of an order."""
    return start_payment(order.pk, variant=variant, return_url=RETURN_URL).payment


def start(client: Any, order: Any, **body: Any) -> Any:
    """Start the payment of an order by the API."""
    return client.post(f"{ROOT}orders/{order.pk}/payments/", {**BODY, **body})


def fill_in(payment: Payment, status: str = "confirmed", gateway_response: str = "3ds-disabled") -> Any:
    """Post the form of the dummy provider, as the customer does."""
    body = {"status": status, "fraud_status": "unknown", "gateway_response": gateway_response}
    return Client().post(f"{ROOT}payments/{payment.token}/", body)


def notify(server: StripeServer, payment: Payment, *args: Any, signature: str | None = None, **kwargs: Any) -> Any:
    """Let Stripe report on a payment."""
    return post_event(server.event(payment.token, *args, **kwargs), signature=signature)


def post_event(body: bytes, *, signature: str | None = None, variant: str = "stripe") -> Any:
    """Post the body of a webhook, signed unless another signature is given."""
    header = StripeServer.sign(body) if signature is None else signature
    return Client(raise_request_exception=False).post(
        f"{ROOT}payment-callbacks/{variant}/",
        body,
        content_type="application/json",
        headers={"Stripe-Signature": header},
    )


def history_of(order_number: Any) -> list[tuple[str, str, str]]:
    """The history of an order: event, old and new value, the first one first."""
    rows = OrderEvent.objects.filter(order_number=str(order_number)).order_by("pk")
    return list(rows.values_list("event", "old_value", "new_value"))


def statuses_of(order: Any, payment: Payment) -> tuple[str, str]:
    """Return the payment status of an order, and the status of a payment, as the database has them now."""
    order.refresh_from_db()
    payment.refresh_from_db()
    return order.payment_status, payment.status
