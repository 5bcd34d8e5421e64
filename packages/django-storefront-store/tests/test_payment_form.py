"""The form in which a customer pays by the dummy provider."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from storefront_store_testapp.answers import code_of
from storefront_store_testapp.paying import RETURN_URL, begin, fill_in, history_of, statuses_of

from storefront_store.payments.models import Payment
from storefront_store.services import orders

pytestmark = pytest.mark.django_db(transaction=True)


class TestPaying:
    def test_page_shows_form(self, order: Any) -> None:
        payment = begin(order)

        page = Client().get(f"/store/payments/{payment.token}/")

        assert page.status_code == 200
        assert 'name="status"' in page.content.decode()
        assert str(payment.amount) in page.content.decode()

    def test_confirmed_payment_completes_order(self, order: Any) -> None:
        answer = fill_in(begin(order))

        order.refresh_from_db()
        payment = Payment.objects.get()
        assert (answer.status_code, answer["Location"]) == (302, RETURN_URL)
        assert order.payment_status == orders.COMPLETE
        assert (payment.status, payment.captured, payment.settles) == ("captured", order.total, True)
        assert history_of(order.pk)[1:] == [
            ("payment_captured", "", f"{order.total} USD"),
            ("payment_status_changed", "P", "C"),
        ]

    @pytest.mark.parametrize("status", ["rejected", "error"])
    def test_failed_payment_can_be_followed_by_successful_one(self, order: Any, status: str) -> None:
        fill_in(begin(order), status)
        order.refresh_from_db()
        failed = order.payment_status

        fill_in(begin(order))

        order.refresh_from_db()
        assert (failed, order.payment_status) == (orders.FAILED, orders.COMPLETE)
        assert Payment.objects.filter(settles=True).count() == 1

    def test_order_stays_pending_while_another_payment_is_open(self, order: Any) -> None:
        first = begin(order)
        Payment.objects.update(return_url="https://shop.example/else")
        begin(order)

        fill_in(first, "rejected")

        assert statuses_of(order, first) == ("P", "failed")

    @pytest.mark.parametrize("status", ["waiting", "input"])
    def test_undecided_payment_changes_nothing(self, order: Any, status: str) -> None:
        payment = begin(order)

        answer = fill_in(payment, status)

        assert answer.status_code == 302
        assert statuses_of(order, payment) == ("P", "waiting")

    def test_form_submitted_twice_pays_once(self, order: Any) -> None:
        payment = begin(order)
        fill_in(payment)

        answer = fill_in(payment, "rejected")

        order.refresh_from_db()
        assert (answer.status_code, order.payment_status) == (302, orders.COMPLETE)
        assert Payment.objects.get().captured == order.total

    def test_invalid_form_is_redisplayed(self, order: Any) -> None:
        payment = begin(order)

        page = Client().post(f"/store/payments/{payment.token}/", {"status": "everything"})

        assert (page.status_code, "errorlist" in page.content.decode()) == (200, True)
        assert Payment.objects.get().status == "waiting"

    def test_authorized_payment_needs_attention_and_order_stays_pending(self, order: Any) -> None:
        fill_in(begin(order), "preauth")

        order.refresh_from_db()
        payment = Payment.objects.get()
        assert (order.payment_status, payment.status, payment.attention) == ("P", "authorized", "authorized")

    def test_form_of_cancelled_order_redirects_without_payment(self, order: Any) -> None:
        payment = begin(order)
        orders.cancel_order(order.pk)

        assert fill_in(payment)["Location"] == RETURN_URL
        assert Payment.objects.get().captured == 0

    @pytest.mark.parametrize("token", ["x", "00000000-0000-0000-0000-000000000000", "%00"])
    def test_unknown_payment_is_404(self, token: str) -> None:
        client = Client(raise_request_exception=False)
        for where in (f"/store/payments/{token}/", f"/store/payments/{token}/callback/"):
            for answer in (client.get(where), client.post(where)):
                assert code_of(answer) == (404, "not_found")

    def test_other_methods_are_405(self, order: Any) -> None:
        payment = begin(order)

        answer = Client().delete(f"/store/payments/{payment.token}/")

        assert code_of(answer) == (405, "method_not_allowed")

    def test_form_without_csrf_token_is_403(self, order: Any) -> None:
        payment = begin(order)

        answer = Client(enforce_csrf_checks=True).post(f"/store/payments/{payment.token}/", {"status": "confirmed"})

        assert answer.status_code == 403

    def test_callback_redirects_customer_to_return_url(self, order: Any) -> None:
        payment = begin(order)

        answer = Client().get(f"/store/payments/{payment.token}/callback/", {"verification_result": "confirmed"})

        order.refresh_from_db()
        assert (answer["Location"], order.payment_status) == (RETURN_URL, orders.COMPLETE)
