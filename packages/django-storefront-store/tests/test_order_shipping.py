"""Shipping orders: permissions, allowed states, and conflicts with cancellations and refunds."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.utils import timezone
from storefront_store_testapp.answers import code_of
from storefront_store_testapp.shop import client_of, messages_of, place_order, staff_with
from storefront_store_testapp.threads import together

from storefront_store.exceptions import InvalidTransition, Protected, StoreError
from storefront_store.models import Order, OrderEvent
from storefront_store.services import orders
from storefront_store.signals import order_shipped

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(order: Any) -> Any:
    return orders.change_payment_status(order.pk, orders.COMPLETE)


@pytest.fixture
def sender(db: None) -> Any:
    """A member of staff who may ship orders."""
    return staff_with("ship_order")


def ship(client: Any, order: Any, **body: Any) -> Any:
    return client.post(f"/store/orders/{order.pk}/ship/", body)


def events_of(order: Any) -> list[tuple[str, str, str]]:
    rows = OrderEvent.objects.filter(order_number=str(order.pk), event=OrderEvent.SHIPPED).order_by("pk")
    return list(rows.values_list("old_value", "new_value", "actor_name"))


class TestAnswer:
    def test_shipping_returns_time_and_tracking_number(self, log_in: Any, sender: Any, paid: Any) -> None:
        answer = ship(log_in(sender), paid, tracking="JD014600")

        body = answer.json()
        assert (answer.status_code, body["status"], body["tracking"]) == (200, "shipped", "JD014600")
        assert body["shipped_at"] is not None
        assert events_of(paid) == [("placed", "JD014600", sender.username)]

    def test_customer_sees_tracking_number(self, as_user: Any, log_in: Any, sender: Any, paid: Any) -> None:
        ship(log_in(sender), paid, tracking="JD014600")

        body = as_user.get(f"/store/orders/{paid.pk}/").json()

        assert (body["status"], body["tracking"]) == ("shipped", "JD014600")

    def test_tracking_number_is_optional(self, log_in: Any, sender: Any, paid: Any) -> None:
        answer = ship(log_in(sender), paid)

        assert (answer.status_code, answer.json()["tracking"]) == (200, "")

    def test_repeated_shipping_changes_nothing(self, log_in: Any, sender: Any, paid: Any) -> None:
        first = ship(log_in(sender), paid, tracking="JD014600").json()

        assert ship(log_in(sender), paid, tracking="JD014600").json() == first
        assert len(events_of(paid)) == 1

    def test_tracking_number_can_be_corrected(self, log_in: Any, sender: Any, paid: Any) -> None:
        first = ship(log_in(sender), paid, tracking="JD014600").json()

        second = ship(log_in(sender), paid, tracking="JD014601").json()

        assert (second["tracking"], second["shipped_at"]) == ("JD014601", first["shipped_at"])
        assert [event[:2] for event in events_of(paid)] == [("placed", "JD014600"), ("JD014600", "JD014601")]


class TestPermission:
    def test_staff_without_permission_is_403(self, as_staff: Any, paid: Any) -> None:
        assert ship(as_staff, paid).status_code == 403

    def test_customer_of_order_is_403(self, as_user: Any, paid: Any) -> None:
        assert ship(as_user, paid).status_code == 403

    def test_another_user_is_404(self, make_user: Any, log_in: Any, paid: Any) -> None:
        assert ship(log_in(make_user()), paid).status_code == 404

    def test_anonymous_user_is_401(self, api: Any, paid: Any) -> None:
        assert ship(api, paid).status_code == 401

    def test_unknown_order_is_404(self, log_in: Any, sender: Any) -> None:
        assert log_in(sender).post("/store/orders/999999/ship/", {}).status_code == 404


@pytest.mark.parametrize("tracking", ["x" * 256, "a\x00b", ["JD"], {"a": 1}])
def test_invalid_tracking_number_is_400(log_in: Any, sender: Any, paid: Any, tracking: Any) -> None:
    answer = ship(log_in(sender), paid, tracking=tracking)

    assert (answer.status_code, list(answer.json())) == (400, ["tracking"])
    assert not events_of(paid)


class TestStates:
    @pytest.mark.parametrize("status", [orders.PENDING, orders.FAILED])
    def test_unpaid_order_is_409(self, log_in: Any, sender: Any, order: Any, status: str) -> None:
        orders.change_payment_status(order.pk, status)

        answer = ship(log_in(sender), order)

        assert code_of(answer) == (409, "invalid_transition")

    def test_unpaid_order_is_shipped_with_ship_unpaid(self, order: Any, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"SHIP_UNPAID": True}

        assert orders.ship_order(order.pk).status == "shipped"

    @pytest.mark.parametrize("status", [orders.FAILED, orders.REFUNDED])
    def test_ship_unpaid_excludes_failed_and_refunded_orders(self, order: Any, settings: Any, status: str) -> None:
        settings.STOREFRONT_STORE = {"SHIP_UNPAID": True}
        Order.objects.filter(pk=order.pk).update(payment_status=status)

        with pytest.raises(InvalidTransition):
            orders.ship_order(order.pk)

    def test_refunded_order_is_409(self, log_in: Any, sender: Any, paid: Any) -> None:
        orders.change_payment_status(paid.pk, orders.REFUNDED)

        assert ship(log_in(sender), paid).status_code == 409

    def test_cancelled_order_is_409(self, log_in: Any, sender: Any, paid: Any) -> None:
        orders.change_payment_status(paid.pk, orders.REFUNDED)
        orders.cancel_order(paid.pk)

        assert ship(log_in(sender), paid).status_code == 409

    def test_shipped_order_cannot_be_cancelled(self, paid: Any) -> None:
        orders.ship_order(paid.pk)
        orders.change_payment_status(paid.pk, orders.REFUNDED)

        with pytest.raises(InvalidTransition):
            orders.cancel_order(paid.pk)

    def test_shipped_order_cannot_be_deleted(self, order: Any, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"SHIP_UNPAID": True}
        orders.ship_order(order.pk)

        with pytest.raises(Protected):
            orders.delete_order(order.pk)

    @pytest.mark.database
    def test_constraint_forbids_shipped_and_cancelled_order(self, paid: Any) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Order.objects.filter(pk=paid.pk).update(shipped_at=timezone.now(), cancelled_at=timezone.now())


class TestRefunded:
    def test_staff_can_cancel_refunded_order(self, paid: Any) -> None:
        product = paid.items.get().product
        orders.change_payment_status(paid.pk, orders.REFUNDED)

        cancelled = orders.cancel_order(paid.pk)

        product.refresh_from_db()
        assert (cancelled.status, product.inventory) == ("cancelled", 100)

    def test_customer_cannot_cancel_refunded_order(self, paid: Any, user: Any) -> None:
        orders.change_payment_status(paid.pk, orders.REFUNDED)

        with pytest.raises(InvalidTransition):
            orders.cancel_order(paid.pk, user=user)

    def test_refunded_order_must_be_cancelled_before_deletion(self, paid: Any) -> None:
        orders.change_payment_status(paid.pk, orders.REFUNDED)
        with pytest.raises(Protected):
            orders.delete_order(paid.pk)

        orders.cancel_order(paid.pk)
        orders.delete_order(paid.pk)

        assert not Order.objects.exists()

    @pytest.mark.parametrize("status", [orders.PENDING, orders.COMPLETE, orders.FAILED])
    def test_refunded_payment_status_is_final(self, paid: Any, status: str) -> None:
        orders.change_payment_status(paid.pk, orders.REFUNDED)

        with pytest.raises(InvalidTransition):
            orders.change_payment_status(paid.pk, status)

    def test_refunded_order_has_no_revenue(self, paid: Any) -> None:
        orders.change_payment_status(paid.pk, orders.REFUNDED)

        assert Order.objects.all().revenue() == 0


@pytest.mark.django_db(transaction=True)
def test_order_shipped_is_sent_after_commit(paid: Any, staff: Any, listen: Any) -> None:
    told: list[tuple[str, Any]] = []

    def receiver(order: Any, user: Any, **kwargs: Any) -> None:
        told.append((Order.objects.get(pk=order.pk).tracking, user))

    listen(order_shipped, receiver)
    staff.user_permissions.add(Permission.objects.get(codename="ship_order"))

    orders.ship_order(paid.pk, tracking="JD1", user=staff)

    assert told == [("JD1", staff)]


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_concurrent_shipping_and_cancellation_exclude_each_other(user: Any, make_product: Any, settings: Any) -> None:
    settings.STOREFRONT_STORE = {"SHIP_UNPAID": True}

    def attempt(step: Any, order: Any) -> bool:
        try:
            step(order.pk)
        except StoreError:
            return False
        return True

    for _ in range(10):
        order = place_order(user, (make_product(inventory=1), 1))

        done = together([partial(attempt, step, order) for step in (orders.ship_order, orders.cancel_order)])

        assert sorted(done) == [False, True]


class TestAdmin:
    def url(self, order: Any) -> str:
        return f"/admin/storefront_store/order/{order.pk}/change/"

    def test_ship_form_takes_tracking_number(self, paid: Any) -> None:
        client = client_of(staff_with("view_order", "ship_order"))

        page = client.get(self.url(paid))
        client.post(self.url(paid), {"ship": "1", "tracking": "JD014600"})

        assert 'name="tracking"' in page.content.decode()
        paid.refresh_from_db()
        assert (paid.status, paid.tracking) == ("shipped", "JD014600")

    def test_tracking_number_of_shipped_order_can_be_corrected(self, paid: Any) -> None:
        orders.ship_order(paid.pk, tracking="JD014600")
        client = client_of(staff_with("view_order", "ship_order"))

        page = client.get(self.url(paid))
        client.post(self.url(paid), {"track": "1", "tracking": "JD014601"})

        assert "JD014600" in page.content.decode()
        paid.refresh_from_db()
        assert paid.tracking == "JD014601"

    def test_action_ships_several_orders(self, user: Any, make_product: Any) -> None:
        sent = [place_order(user, (make_product(), 1)) for _ in range(2)]
        for order in sent:
            orders.change_payment_status(order.pk, orders.COMPLETE)
        client = client_of(staff_with("view_order", "ship_order"))

        client.post(
            "/admin/storefront_store/order/", {"action": "ship", "_selected_action": [order.pk for order in sent]}
        )

        assert {order.status for order in Order.objects.all()} == {"shipped"}

    def test_shipping_requires_permission(self, paid: Any) -> None:
        client = client_of(staff_with("view_order", "change_order"))

        answer = client.post(self.url(paid), {"ship": "1"})

        paid.refresh_from_db()
        assert (answer.status_code, paid.status) == (403, "placed")

    def test_too_long_tracking_number_is_rejected(self, paid: Any) -> None:
        client = client_of(staff_with("view_order", "ship_order"))

        page = client.post(self.url(paid), {"ship": "1", "tracking": "x" * 256}, follow=True)

        assert messages_of(page) == [("error", "This is not a tracking number.")]
        paid.refresh_from_db()
        assert paid.status == "placed"

    @pytest.mark.parametrize(("state", "found"), [("placed", 1), ("shipped", 1), ("cancelled", 1), ("kept", 2)])
    def test_list_filters_by_status(self, user: Any, make_product: Any, state: str, found: int) -> None:
        _placed, shipped, cancelled = (place_order(user, (make_product(), 1)) for _ in range(3))
        orders.change_payment_status(shipped.pk, orders.COMPLETE)
        orders.ship_order(shipped.pk)
        orders.cancel_order(cancelled.pk)
        client = client_of(staff_with("view_order"))

        page = client.get(f"/admin/storefront_store/order/?status={state}")

        assert page.context["cl"].result_count == found
