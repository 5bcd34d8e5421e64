"""Processes killed between provider and database, and the synchronization that recovers their state."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from storefront_store_testapp.paying import RETURN_URL, begin, fill_in, history_of, notify
from storefront_store_testapp.shop import place_order
from storefront_store_testapp.stripe_server import StripeServer

from storefront_store.payments.models import Payment, Refund
from storefront_store.payments.services import refunds, sync
from storefront_store.payments.services.payments import start_payment
from storefront_store.services import orders

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


@pytest.fixture
def stripe(settings: Any) -> Iterator[StripeServer]:
    with StripeServer().running() as server:
        settings.STOREFRONT_STORE_PAYMENTS = {
            **settings.STOREFRONT_STORE_PAYMENTS,
            "VARIANTS": {**settings.STOREFRONT_STORE_PAYMENTS["VARIANTS"], "stripe": server.variant()},
            "SYNC_AFTER_MINUTES": 0,
        }
        yield server


@pytest.fixture
def order(user: Any, make_product: Any) -> Any:
    return place_order(user, (make_product(), 2))


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

        order.refresh_from_db()
        payment.refresh_from_db()
        assert (order.payment_status, payment.status) == ("C", "captured")

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


def test_sync_completes_refund_not_sent_to_stripe(stripe: StripeServer, order: Any) -> None:
    payment = begin(order, "stripe")
    stripe.pay(payment.token)
    notify(stripe, payment)
    refund = refunds._claim(order.pk, None, "", None, None)[0]  # what a process had committed that died then

    sync.sync()

    refund.refresh_from_db()
    assert (refund.status, stripe.refunded(payment.token)) == ("done", payment.amount * 100)


def test_non_idempotent_provider_is_not_asked_again(order: Any, settings: Any) -> None:
    settings.STOREFRONT_STORE_PAYMENTS = {**settings.STOREFRONT_STORE_PAYMENTS, "SYNC_AFTER_MINUTES": 0}
    fill_in(begin(order))
    refunds._claim(order.pk, None, "", None, None)
    Refund.objects.update(attempted_at=timezone.now() - timedelta(hours=1))

    sync.sync()
    sync.sync()

    assert (Refund.objects.get().status, Payment.objects.get().attention) == ("pending", "refund_unknown")


class TestSync:
    def test_payment_with_lost_callback_is_captured(self, stripe: StripeServer, order: Any) -> None:
        payment = begin(order, "stripe")
        stripe.pay(payment.token)

        call_command("sync_payments")

        order.refresh_from_db()
        assert order.payment_status == "C"

    def test_session_of_cancelled_order_is_closed(self, stripe: StripeServer, order: Any) -> None:
        payment = begin(order, "stripe")
        orders.cancel_order(order.pk)

        sync.sync()

        payment.refresh_from_db()
        assert payment.status == "failed"
        assert not stripe.pay(payment.token)

    def test_payment_of_cancelled_order_is_refunded(self, stripe: StripeServer, order: Any) -> None:
        payment = begin(order, "stripe")
        orders.cancel_order(order.pk)
        stripe.pay(payment.token)

        sync.sync()

        assert stripe.refunded(payment.token) == payment.amount * 100

    def test_recent_payments_are_skipped(self, stripe: StripeServer, order: Any, settings: Any) -> None:
        settings.STOREFRONT_STORE_PAYMENTS = {**settings.STOREFRONT_STORE_PAYMENTS, "SYNC_AFTER_MINUTES": 5}
        begin(order, "stripe")
        calls = list(stripe.calls)

        assert sync.sync() == {}
        assert stripe.calls == calls

    def test_open_payment_stays_waiting(self, stripe: StripeServer, order: Any) -> None:
        begin(order, "stripe")

        assert sync.sync() == {"payment waiting": 1}

    def test_payment_with_unknown_outcome_expires(self, order: Any, settings: Any) -> None:
        settings.STOREFRONT_STORE_PAYMENTS = {**settings.STOREFRONT_STORE_PAYMENTS, "EXPIRE_AFTER_HOURS": 1}
        payment = begin(order)
        Payment.objects.update(created_at=timezone.now() - timedelta(minutes=59))
        young = sync.sync()
        Payment.objects.update(created_at=timezone.now() - timedelta(minutes=61))

        old = sync.sync()

        order.refresh_from_db()
        assert (young, old) == ({"payment waiting": 1}, {"payment failed": 1})
        assert order.payment_status == "P"
        fill_in(payment)

    def test_stripe_error_does_not_stop_other_payments(
        self, stripe: StripeServer, user: Any, make_product: Any
    ) -> None:
        begin(place_order(user, (make_product(), 1)), "stripe")
        expired = begin(place_order(user, (make_product(), 1)), "default")
        Payment.objects.update(created_at=timezone.now() - timedelta(days=2))
        stripe.answer = lambda *args: (500, {"error": {"message": "Down"}})  # type: ignore[method-assign]

        counts = sync.sync()

        expired.refresh_from_db()
        assert counts == {"payment failed": 1, "payment unknown": 1}
        assert expired.status == "failed"

    def test_dry_run_counts_without_calling_stripe(self, stripe: StripeServer, order: Any, capsys: Any) -> None:
        begin(order, "stripe")
        calls = list(stripe.calls)

        call_command("sync_payments", "--dry-run")

        assert "payment open: 1" in capsys.readouterr().out
        assert stripe.calls == calls

    def test_command_reports_when_nothing_is_to_do(self, capsys: Any) -> None:
        call_command("sync_payments")

        assert capsys.readouterr().out == "Everything is settled.\n"
