"""The admin pages of payments."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from storefront_store_testapp.paying import begin, fill_in, notify
from storefront_store_testapp.shop import client_of, messages_of, place_order, staff_with
from storefront_store_testapp.stripe_server import StripeServer

from storefront_store.payments.models import Payment, Refund
from storefront_store.services import orders

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_tax")]

LIST = "/admin/storefront_store_payments/payment/"


@pytest.fixture
def payment(user: Any, make_product: Any) -> Payment:
    payment = begin(place_order(user, (make_product(), 2)))
    fill_in(payment)
    payment.refresh_from_db()
    return payment


@pytest.fixture
def clerk(db: None) -> Any:
    """A browser of a member of staff who sees orders and payments, and may refund them."""
    return client_of(staff_with("view_payment", "view_refund", "add_refund", "view_order"))


def press(client: Any, payment: Payment, button: str, **body: str) -> Any:
    return client.post(f"{LIST}{payment.pk}/change/", {button: "1", **body}, follow=True)


def buttons(client: Any, payment: Payment) -> list[str]:
    return [name for name, _label in client.get(f"{LIST}{payment.pk}/change/").context["steps"]]


class TestPages:
    def test_list_and_form(self, clerk: Any, payment: Payment) -> None:
        page = clerk.get(LIST)
        form = clerk.get(f"{LIST}{payment.pk}/change/")

        assert f"#{payment.order_number}" in page.content.decode()
        assert (page.status_code, form.status_code) == (200, 200)
        assert buttons(clerk, payment) == ["refund"]

    @pytest.mark.parametrize(
        ("query", "found"),
        [("", 1), ("?attention=any", 0), ("?attention=surplus", 0), ("?attention=x", 1), ("?status=captured", 1)],
    )
    def test_filters(self, clerk: Any, payment: Payment, query: str, found: int) -> None:
        assert clerk.get(LIST + query).context["cl"].result_count == found

    def test_search(self, clerk: Any, payment: Payment) -> None:
        assert clerk.get(f"{LIST}?q={payment.order_number}").context["cl"].result_count == 1
        assert clerk.get(f"{LIST}?q=nothing").context["cl"].result_count == 0

    def test_list_uses_constant_number_of_queries(
        self, clerk: Any, user: Any, make_product: Any, django_assert_num_queries: Any
    ) -> None:
        product = make_product(inventory=100)
        counts = []
        for number in (1, 9):
            for _ in range(number):
                begin(place_order(user, (product, 1)))
            with django_assert_num_queries(10, exact=False) as captured:
                clerk.get(LIST)
            counts.append(len(captured))
        assert counts[0] == counts[1]

    def test_user_without_permission_is_403(self, payment: Payment) -> None:
        client = client_of(staff_with("view_order"))

        assert client.get(LIST).status_code == 403
        assert press(client, payment, "refund").status_code == 403

    def test_payments_cannot_be_added_or_deleted(self, clerk: Any, payment: Payment) -> None:
        assert clerk.get(f"{LIST}add/").status_code == 403
        assert clerk.get(f"{LIST}{payment.pk}/delete/").status_code == 403

    def test_payment_of_deleted_order_shows_order_number(self, clerk: Any, payment: Payment) -> None:
        Payment.objects.update(order=None)

        assert f"#{payment.order_number}" in clerk.get(LIST).content.decode()


class TestRefund:
    def test_partial_refund_by_form(self, clerk: Any, payment: Payment) -> None:
        page = press(clerk, payment, "refund", amount="5,50", reason="Scratched")

        payment.refresh_from_db()
        refund = Refund.objects.get()
        assert messages_of(page) == [("success", "Done: 1")]
        assert (str(payment.refunded), refund.reason, refund.status) == ("5.50", "Scratched", "done")
        assert refund.actor is not None

    def test_full_refund_by_action(self, clerk: Any, payment: Payment) -> None:
        clerk.post(LIST, {"action": "refund", "_selected_action": [payment.pk]})

        payment.refresh_from_db()
        payment.order.refresh_from_db()
        assert (payment.status, payment.order.payment_status) == ("refunded", "R")

    @pytest.mark.parametrize("amount", ["x", "0", "-1", "NaN", "1.001", "20.01", "1e30"])
    def test_invalid_amount_shows_error(self, clerk: Any, payment: Payment, amount: str) -> None:
        page = press(clerk, payment, "refund", amount=amount)

        assert [level for level, _text in messages_of(page)] == ["error"]
        assert not Refund.objects.exists()

    def test_refund_requires_permission(self, payment: Payment) -> None:
        client = client_of(staff_with("view_payment"))

        assert buttons(client, payment) == []
        assert press(client, payment, "refund").status_code == 403
        assert not Refund.objects.exists()

    def test_refusal_by_provider_shows_error(
        self, clerk: Any, stripe: StripeServer, user: Any, make_product: Any
    ) -> None:
        payment = begin(place_order(user, (make_product(), 1)), "stripe")
        stripe.pay(payment.token)
        notify(stripe, payment)
        stripe.refuse_refunds = True

        page = press(clerk, payment, "refund")

        assert [level for level, _text in messages_of(page)] == ["error"]


class TestAttention:
    def test_payment_of_cancelled_order_is_listed_until_dismissed(
        self, clerk: Any, stripe: StripeServer, user: Any, make_product: Any, configure_payments: Any
    ) -> None:
        configure_payments(AUTO_REFUND=False)
        payment = begin(place_order(user, (make_product(), 1)), "stripe")
        orders.cancel_order(payment.order_id)
        stripe.pay(payment.token)
        notify(stripe, payment)
        listed = clerk.get(f"{LIST}?attention=any").context["cl"].result_count

        press(clerk, payment, "dismiss")

        payment.refresh_from_db()
        assert (listed, payment.attention) == (1, "")

    @pytest.mark.parametrize(
        ("button", "status", "refunded"), [("refund_paid", "done", 20), ("refund_not_paid", "failed", 0)]
    )
    def test_staff_can_settle_refund_with_unknown_outcome(
        self, clerk: Any, payment: Payment, button: str, status: str, refunded: int
    ) -> None:
        Payment.objects.update(refunded=20, attention="refund_unknown")
        Refund.objects.create(payment=payment, amount=20, attempted_at=timezone.now())
        offered = buttons(clerk, payment)

        press(clerk, payment, button)

        payment.refresh_from_db()
        assert button in offered
        assert (Refund.objects.get().status, payment.refunded) == (status, refunded)

    def test_payment_can_be_synchronized_with_provider(
        self, clerk: Any, stripe: StripeServer, user: Any, make_product: Any
    ) -> None:
        payment = begin(place_order(user, (make_product(), 1)), "stripe")
        stripe.pay(payment.token)

        press(clerk, payment, "ask_provider")

        payment.refresh_from_db()
        payment.order.refresh_from_db()
        assert (payment.status, payment.order.payment_status) == ("captured", "C")
