from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction

from storefront_store.exceptions import Forbidden, InvalidTransition, NotFound, Protected
from storefront_store.models import AbstractOrder, Order, OrderEvent, OrderItem, Product
from storefront_store.models.catalogue import MAX_INVENTORY
from storefront_store.services import orders
from storefront_store.services.checkout import checkout
from storefront_store.signals import order_cancelled, payment_status_changed

pytestmark = pytest.mark.django_db

PENDING, COMPLETE, FAILED = "P", "C", "F"


@pytest.fixture
def product(make_product: Any) -> Product:
    return make_product(inventory=10)


@pytest.fixture
def order(user: Any, product: Product, make_cart: Any) -> AbstractOrder:
    """An order of the fixture ``user`` for 3 of 10 units."""
    return checkout(user=user, cart_id=make_cart((product, 3)).pk)


@pytest.fixture
def canceller(make_user: Any) -> Any:
    """A user who is not staff, with the permission ``cancel_order``."""
    user = make_user()
    user.user_permissions.add(Permission.objects.get(codename="cancel_order"))
    return type(user)._default_manager.get(pk=user.pk)


def set_payment_status(order: Order, status: str) -> None:
    Order.objects.filter(pk=order.pk).update(payment_status=status)


class TestVisibility:
    def test_customers_see_only_own_orders(
        self, as_user: Any, as_staff: Any, make_user: Any, log_in: Any, order: Order
    ) -> None:
        stranger = log_in(make_user())

        assert [row["id"] for row in as_user.get("/store/orders/").json()] == [order.pk]
        assert stranger.get("/store/orders/").json() == []
        assert [row["id"] for row in as_staff.get("/store/orders/").json()] == [order.pk]

    @pytest.mark.parametrize(
        ("question", "found"),
        [
            ("payment_status=C", ["paid"]),
            ("payment_status=P", ["small", "large"]),
            ("customer_id={customer}", ["paid", "large"]),
            ("status=cancelled", []),
            ("ordering=total", ["small", "paid", "large"]),
            ("ordering=-total", ["large", "paid", "small"]),
        ],
    )
    def test_list_is_filtered_and_sorted(
        self, question: str, found: list[str], as_staff: Any, user: Any, make_user: Any
    ) -> None:
        other = make_user().customer
        rows = [(other, "small", 1, "P"), (user.customer, "paid", 5, "C"), (user.customer, "large", 9, "P")]
        for customer, note, total, status in rows:
            Order.objects.create(customer=customer, note=note, total=total, currency="USD", payment_status=status)

        answer = as_staff.get(f"/store/orders/?{question.format(customer=user.customer.pk)}")

        notes = dict(Order.objects.values_list("pk", "note"))
        shown = [notes[row["id"]] for row in answer.json()]
        assert (shown if "ordering" in question else sorted(shown)) == (
            found if "ordering" in question else sorted(found)
        )

    @pytest.mark.parametrize("question", ["payment_status=X", "customer_id=abc", "status=lost", "placed_at__gte=soon"])
    def test_invalid_filter_value_is_400(self, question: str, as_staff: Any, order: Order) -> None:
        answer = as_staff.get(f"/store/orders/?{question}")

        assert (answer.status_code, list(answer.json())) == (400, [question.partition("=")[0]])

    def test_order_of_another_user_is_404(self, make_user: Any, log_in: Any, order: Order) -> None:
        assert log_in(make_user()).get(f"/store/orders/{order.pk}/").status_code == 404

    def test_responses_are_not_cached(self, as_user: Any, order: Order) -> None:
        answer = as_user.get("/store/orders/")

        assert "no-store" in answer["Cache-Control"]
        assert not answer.has_header("ETag")

    def test_user_without_customer_has_no_orders(self, as_user: Any, user: Any) -> None:
        user.customer.delete()

        assert as_user.get("/store/orders/").json() == []

    @pytest.mark.parametrize("bad", ["abc", "0", "-1", "9" * 30, "9" * 5000, "%00", "1.5"])
    @pytest.mark.parametrize("method", ["get", "patch", "delete"])
    def test_invalid_order_number_is_404(self, as_staff: Any, order: Order, method: str, bad: str) -> None:
        body = {"payment_status": "C"} if method == "patch" else None

        assert getattr(as_staff, method)(f"/store/orders/{bad}/", body).status_code == 404


class TestPayment:
    @pytest.mark.parametrize(("old", "new"), [(PENDING, COMPLETE), (PENDING, FAILED), (FAILED, COMPLETE)])
    def test_allowed_payment_transitions_are_recorded(
        self, as_staff: Any, staff: Any, order: Order, old: str, new: str
    ) -> None:
        set_payment_status(order, old)

        answer = as_staff.patch(f"/store/orders/{order.pk}/", {"payment_status": new})

        assert answer.status_code == 200
        assert answer.json() == as_staff.get(f"/store/orders/{order.pk}/").json()
        assert answer.json()["payment_status"] == new
        event = OrderEvent.objects.first()
        assert (event.event, event.old_value, event.new_value, event.actor_name) == (
            "payment_status_changed",
            old,
            new,
            staff.get_username(),
        )

    @pytest.mark.parametrize(("old", "new"), [(COMPLETE, PENDING), (COMPLETE, FAILED), (FAILED, PENDING)])
    def test_invalid_payment_transitions_are_409(self, as_staff: Any, order: Order, old: str, new: str) -> None:
        set_payment_status(order, old)

        answer = as_staff.patch(f"/store/orders/{order.pk}/", {"payment_status": new})

        assert answer.status_code == 409
        assert answer.json()["code"] == "invalid_transition"
        assert Order.objects.get().payment_status == old

    @pytest.mark.parametrize("status", [PENDING, COMPLETE, FAILED])
    def test_same_payment_status_changes_nothing(self, as_staff: Any, order: Order, status: str) -> None:
        set_payment_status(order, status)

        answer = as_staff.patch(f"/store/orders/{order.pk}/", {"payment_status": status})

        assert answer.status_code == 200
        assert OrderEvent.objects.count() == 1

    @pytest.mark.parametrize("status", [PENDING, COMPLETE, FAILED])
    def test_payment_transition_of_cancelled_order_is_409(self, as_staff: Any, order: Order, status: str) -> None:
        orders.cancel_order(order.pk)

        answer = as_staff.patch(f"/store/orders/{order.pk}/", {"payment_status": status})

        assert answer.status_code == 409
        assert answer.json()["code"] == "invalid_transition"

    @pytest.mark.parametrize("bad", ["X", None, "", "PP", 1, [], {}, True, "\x00"])
    def test_invalid_payment_status_is_400(self, as_staff: Any, order: Order, bad: Any) -> None:
        answer = as_staff.patch(f"/store/orders/{order.pk}/", {"payment_status": bad})

        assert answer.status_code == 400
        assert list(answer.json()) == ["payment_status"]

    def test_other_fields_are_read_only(self, as_staff: Any, order: Order, make_user: Any) -> None:
        as_staff.patch(
            f"/store/orders/{order.pk}/", {"payment_status": "C", "total": 1, "customer": make_user().customer.pk}
        )

        changed = Order.objects.get()
        assert (changed.total, changed.customer_id) == (order.total, order.customer_id)

    def test_customer_of_order_is_403(self, as_user: Any, order: Order) -> None:
        assert as_user.patch(f"/store/orders/{order.pk}/", {"payment_status": "C"}).status_code == 403

    def test_payment_status_changed_is_sent_after_commit(
        self, order: Order, listen: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        seen: list[Any] = []

        def receiver(sender: Any, order: Any, old: str, new: str, user: Any, **kwargs: Any) -> None:
            seen.append((sender, order.pk, old, new, user))

        listen(payment_status_changed, receiver)

        with django_capture_on_commit_callbacks(execute=True):
            orders.change_payment_status(order.pk, COMPLETE)
            assert seen == []

        assert seen == [(Order, order.pk, PENDING, COMPLETE, None)]


class TestCancelling:
    def test_customer_can_cancel_order_with_pending_payment(self, as_user: Any, order: Order, product: Product) -> None:
        answer = as_user.post(f"/store/orders/{order.pk}/cancel/")

        product.refresh_from_db()
        assert answer.status_code == 200
        assert (answer.json()["status"], answer.json()["payment_status"]) == ("cancelled", "P")
        assert answer.json()["cancelled_at"] is not None
        assert answer.json() == as_user.get(f"/store/orders/{order.pk}/").json()
        assert product.inventory == 10
        assert OrderEvent.objects.first().event == "cancelled"

    def test_stock_is_restored_once(self, as_user: Any, order: Order, product: Product) -> None:
        as_user.post(f"/store/orders/{order.pk}/cancel/")

        again = as_user.post(f"/store/orders/{order.pk}/cancel/")

        product.refresh_from_db()
        assert again.status_code == 409
        assert again.json()["code"] == "invalid_transition"
        assert product.inventory == 10

    @pytest.mark.database
    def test_restored_stock_may_exceed_max_inventory(
        self, as_user: Any, as_staff: Any, order: Order, product: Product
    ) -> None:
        as_staff.patch(f"/store/products/{product.pk}/", {"inventory": MAX_INVENTORY})

        answer = as_user.post(f"/store/orders/{order.pk}/cancel/")

        units = sum(order.items.values_list("quantity", flat=True))
        assert answer.status_code == 200
        assert Product.objects.get(pk=product.pk).inventory == MAX_INVENTORY + units
        assert as_staff.patch(f"/store/products/{product.pk}/", {"title": "Mug"}).status_code == 200

    @pytest.mark.parametrize(("status", "answer"), [(PENDING, 200), (FAILED, 409), (COMPLETE, 409)])
    def test_cancellation_by_customer_depends_on_payment_status(
        self, as_user: Any, order: Order, status: str, answer: int
    ) -> None:
        set_payment_status(order, status)

        assert as_user.post(f"/store/orders/{order.pk}/cancel/").status_code == answer

    @pytest.mark.parametrize(("status", "answer"), [(PENDING, 200), (FAILED, 200), (COMPLETE, 409)])
    def test_cancellation_with_permission_depends_on_payment_status(
        self, canceller: Any, log_in: Any, order: Order, status: str, answer: int
    ) -> None:
        set_payment_status(order, status)

        assert log_in(canceller).post(f"/store/orders/{order.pk}/cancel/").status_code == answer

    def test_cancellation_by_another_user_is_404(self, make_user: Any, log_in: Any, order: Order) -> None:
        assert log_in(make_user()).post(f"/store/orders/{order.pk}/cancel/").status_code == 404
        assert Order.objects.get().cancelled_at is None

    def test_staff_without_permission_is_403(self, as_staff: Any, order: Order) -> None:
        assert as_staff.post(f"/store/orders/{order.pk}/cancel/").status_code == 403

    def test_order_cancelled_is_sent_after_commit(
        self, order: Order, user: Any, listen: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        seen: list[Any] = []

        def receiver(sender: Any, order: Any, user: Any, **kwargs: Any) -> None:
            seen.append((sender, order.status, user))

        listen(order_cancelled, receiver)

        with django_capture_on_commit_callbacks(execute=True):
            orders.cancel_order(order.pk, user=user)
            assert seen == []

        assert seen == [(Order, "cancelled", user)]

    def test_cancel_order_raises_specific_errors(self, order: Order, make_user: Any, staff: Any) -> None:
        with pytest.raises(NotFound):
            orders.cancel_order(order.pk, user=make_user())
        with pytest.raises(Forbidden):
            orders.cancel_order(order.pk, user=staff)
        with pytest.raises(NotFound):
            orders.cancel_order(0)
        set_payment_status(order, COMPLETE)
        with pytest.raises(InvalidTransition):
            orders.cancel_order(order.pk)


class TestDeleting:
    @pytest.mark.parametrize("status", [PENDING, FAILED])
    def test_deleting_unpaid_order_restores_stock(
        self, as_staff: Any, order: Order, product: Product, status: str
    ) -> None:
        set_payment_status(order, status)

        answer = as_staff.delete(f"/store/orders/{order.pk}/")

        product.refresh_from_db()
        assert answer.status_code == 204
        assert not Order.objects.exists()
        assert not OrderItem.objects.exists()
        assert product.inventory == 10

    def test_deleting_cancelled_order_does_not_restore_stock_again(
        self, as_staff: Any, order: Order, product: Product
    ) -> None:
        orders.cancel_order(order.pk)

        answer = as_staff.delete(f"/store/orders/{order.pk}/")

        product.refresh_from_db()
        assert answer.status_code == 204
        assert product.inventory == 10

    def test_paid_order_cannot_be_deleted(self, as_staff: Any, order: Order) -> None:
        set_payment_status(order, COMPLETE)

        answer = as_staff.delete(f"/store/orders/{order.pk}/")

        assert answer.status_code == 409
        assert answer.json() == {"detail": "A paid order cannot be deleted.", "code": "protected"}
        assert OrderItem.objects.count() == 1
        with pytest.raises(Protected):
            orders.delete_order(order.pk)

    def test_history_is_kept_after_order_is_deleted(self, as_staff: Any, order: Order) -> None:
        number, customer = str(order.pk), str(order.customer_id)

        as_staff.delete(f"/store/orders/{order.pk}/")

        events = OrderEvent.objects.filter(order_number=number, customer_number=customer)
        assert [event.event for event in events] == ["deleted", "placed"]

    def test_customer_of_order_is_403(self, as_user: Any, order: Order) -> None:
        assert as_user.delete(f"/store/orders/{order.pk}/").status_code == 403

    def test_customer_with_orders_cannot_be_deleted(self, as_staff: Any, order: Order) -> None:
        answer = as_staff.delete(f"/store/customers/{order.customer_id}/")

        assert answer.status_code == 409
        assert answer.json() == {"detail": "Customer cannot be deleted because it has orders.", "code": "protected"}


class TestHistory:
    def test_history_is_paginated_with_permission(self, make_user: Any, log_in: Any, order: Order, user: Any) -> None:
        reader = make_user()
        reader.user_permissions.add(Permission.objects.get(codename="view_history"))
        orders.change_payment_status(order.pk, COMPLETE)

        answer = log_in(reader).get(f"/store/customers/{order.customer_id}/history/")

        assert answer.status_code == 200
        assert answer.json()["count"] == 2
        latest = answer.json()["results"][0]
        assert latest == {
            "id": latest["id"],
            "at": latest["at"],
            "order": str(order.pk),
            "event": "payment_status_changed",
            "actor": "",
            "old": "P",
            "new": "C",
        }

    def test_history_requires_permission(self, as_user: Any, as_staff: Any, api: Any, order: Order) -> None:
        url = f"/store/customers/{order.customer_id}/history/"

        assert [client.get(url).status_code for client in (api, as_user, as_staff)] == [401, 403, 403]


@pytest.mark.database
class TestConstraints:
    def test_stock_cannot_be_negative(self, product: Product) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Product.objects.filter(pk=product.pk).update(inventory=-1)

    def test_prices_are_positive(self, product: Product) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Product.objects.filter(pk=product.pk).update(unit_price=0)

    def test_unknown_payment_status_is_rejected(self, order: Order) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Order.objects.filter(pk=order.pk).update(payment_status="X")
