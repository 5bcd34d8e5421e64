"""Processes that are killed between provider and database: callbacks and synchronization recover their state."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from storefront_store_testapp.paying import RETURN_URL, begin, history_of, notify, statuses_of
from storefront_store_testapp.stripe_server import StripeServer

from storefront_store.payments.models import Payment, Refund
from storefront_store.payments.services import sync
from storefront_store.payments.services.payments import start_payment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

TESTS = Path(__file__).parent
PATIENCE = 60  # seconds after which a test has hung
CHILD = """
import sys
import django
from django.conf import settings

django.setup()
settings.STOREFRONT_STORE_PAYMENTS = {**settings.STOREFRONT_STORE_PAYMENTS, "VARIANTS": {"stripe": %(variant)r}}
from django.db import connections
connections["default"].settings_dict["NAME"] = %(database)r
from storefront_store.payments.services import payments, refunds
%(code)s
"""


@pytest.fixture(autouse=True)
def _sync_at_once(configure_payments: Any) -> None:
    configure_payments(SYNC_AFTER_MINUTES=0)


def kill_at(stripe: StripeServer, path: str, code: str) -> None:
    """Run code in a child process, and kill it when Stripe has handled the request and not yet responded."""
    reached, killed = threading.Event(), threading.Event()

    def hold(called: str) -> None:
        if called == path and not reached.is_set():
            reached.set()
            killed.wait(PATIENCE)

    stripe.before_answer = hold
    values = {"variant": stripe.variant(), "database": str(connection.settings_dict["NAME"]), "code": code}
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "storefront_store_testapp.settings",
        "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path]),
    }
    child = subprocess.Popen([sys.executable, "-c", CHILD % values], env=environment, stderr=subprocess.PIPE)
    try:
        assert reached.wait(PATIENCE), child.communicate(timeout=1)[1].decode()
        child.send_signal(signal.SIGKILL)
        assert child.wait(PATIENCE) == -signal.SIGKILL
    finally:
        killed.set()
        child.kill()
        child.communicate()
        stripe.before_answer = lambda called: None


def refund_code(order: Any) -> str:
    return f"refunds.refund_order({order.pk!r})"


def start_code(order: Any) -> str:
    return f"payments.start_payment({order.pk!r}, variant='stripe', return_url={RETURN_URL!r})"


class TestKilledWhileStarting:
    """Stripe has opened a session that the store did not record."""

    @pytest.fixture(autouse=True)
    def _killed(self, stripe: StripeServer, order: Any) -> None:
        kill_at(stripe, "/v1/checkout/sessions", start_code(order))
        assert Payment.objects.get().reference == ""
        assert len(stripe.sessions) == 1

    def test_restarted_payment_uses_same_session(self, stripe: StripeServer, order: Any) -> None:
        started = start_payment(order.pk, variant="stripe", return_url=RETURN_URL)

        assert not started.created
        assert [started.payment.reference] == list(stripe.sessions)

    def test_next_callback_captures_payment(self, stripe: StripeServer, order: Any) -> None:
        payment = Payment.objects.get()
        stripe.pay(payment.token)

        notify(stripe, payment)

        assert statuses_of(order, payment) == ("C", "captured")

    def test_sync_captures_paid_session(self, stripe: StripeServer, order: Any) -> None:
        stripe.pay(Payment.objects.get().token)

        counts = sync.sync()

        order.refresh_from_db()
        assert counts == {"payment captured": 1}
        assert (order.payment_status, len(stripe.sessions)) == ("C", 1)


class TestKilledWhileRefunding:
    """Stripe has paid a refund that the store did not record."""

    @pytest.fixture
    def payment(self, stripe: StripeServer, order: Any) -> Payment:
        payment = begin(order, "stripe")
        stripe.pay(payment.token)
        notify(stripe, payment)
        kill_at(stripe, "/v1/refunds", refund_code(order))
        return Payment.objects.get()

    def test_refund_stays_pending_and_amount_reserved(self, stripe: StripeServer, payment: Payment, order: Any) -> None:
        assert (payment.refunded, payment.status) == (payment.captured, "captured")
        assert Refund.objects.get().status == "pending"
        assert stripe.refunded(payment.token) == payment.captured * 100

    def test_sync_records_refund_and_pays_it_once(self, stripe: StripeServer, payment: Payment, order: Any) -> None:
        counts = sync.sync()

        order.refresh_from_db()
        payment.refresh_from_db()
        assert counts == {"refund done": 1}
        assert (order.payment_status, payment.status) == ("R", "refunded")
        assert stripe.refunded(payment.token) == payment.captured * 100
        assert [event for event, *_rest in history_of(order.pk)].count("payment_refunded") == 1
        assert sync.sync() == {}

    def test_sync_does_not_refund_twice_after_idempotency_key_expired(
        self, stripe: StripeServer, payment: Payment, order: Any
    ) -> None:
        stripe._answers.clear()

        sync.sync()

        assert stripe.refunded(payment.token) == payment.captured * 100
        assert Refund.objects.get().status == "done"
