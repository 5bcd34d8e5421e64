"""The synchronization with the providers: lost callbacks, unfinished refunds, and payments that nobody completes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from storefront_store_testapp.paying import RETURN_URL, begin, fill_in, notify, statuses_of
from storefront_store_testapp.shop import place_order
from storefront_store_testapp.stripe_server import StripeServer

from storefront_store.payments.models import Payment, Refund
from storefront_store.payments.services import refunds, sync
from storefront_store.services import orders

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture(autouse=True)
def _sync_at_once(configure_payments: Any) -> None:
    configure_payments(SYNC_AFTER_MINUTES=0)


def test_sync_completes_refund_not_sent_to_stripe(stripe: StripeServer, order: Any) -> None:
    payment = begin(order, "stripe")
    stripe.pay(payment.token)
    notify(stripe, payment)
    refund = refunds._claim(order.pk, None, "", None, None)[0]  # what a process had committed that died then

    sync.sync()

    refund.refresh_from_db()
    assert (refund.status, stripe.refunded(payment.token)) == ("done", payment.amount * 100)


def test_non_idempotent_provider_is_not_asked_again(order: Any) -> None:
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

    def test_recent_payments_are_skipped(self, stripe: StripeServer, order: Any, configure_payments: Any) -> None:
        configure_payments(SYNC_AFTER_MINUTES=5)
        begin(order, "stripe")
        calls = list(stripe.calls)

        assert sync.sync() == {}
        assert stripe.calls == calls

    def test_open_payment_stays_waiting(self, stripe: StripeServer, order: Any) -> None:
        begin(order, "stripe")

        assert sync.sync() == {"payment waiting": 1}

    def test_payment_with_unknown_outcome_expires(self, order: Any, configure_payments: Any) -> None:
        configure_payments(EXPIRE_AFTER_HOURS=1)
        payment = begin(order)
        Payment.objects.update(created_at=timezone.now() - timedelta(minutes=59))
        young = sync.sync()
        Payment.objects.update(created_at=timezone.now() - timedelta(minutes=61))

        old = sync.sync()

        assert (young, old) == ({"payment waiting": 1}, {"payment failed": 1})
        assert statuses_of(order, payment) == ("P", "failed")
        assert fill_in(payment)["Location"] == RETURN_URL  # too late: it takes no money any more
        assert statuses_of(order, payment) == ("P", "failed")

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
