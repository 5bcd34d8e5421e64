from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.admin import site
from django.contrib.admin.models import LogEntry
from django.db.models import CharField
from django.utils import timezone
from storefront_store_testapp.shop import client_of, messages_of, place_order, staff_with

from storefront_store.models import Address, Order, OrderEvent, OrderItem, Product
from storefront_store.services import orders as use_cases

pytestmark = [pytest.mark.django_db, pytest.mark.database]

ORDERS = "/admin/storefront_store/order/"
EVENTS = "/admin/storefront_store/orderevent/"
CUSTOMERS = "/admin/storefront_store/customer/"


@pytest.fixture
def product(make_product: Any) -> Product:
    return make_product(title="Chair", inventory=10, unit_price=Decimal("1234.50"))


@pytest.fixture
def order(user: Any, product: Product) -> Order:
    return place_order(user, (product, 3))


def act(client: Any, action: str, *orders: Order, **extra: Any) -> Any:
    data = {"action": action, "_selected_action": [order.pk for order in orders], **extra}
    return client.post(ORDERS, data, follow=True)


def press(client: Any, button: str, order: Order) -> Any:
    return client.post(f"{ORDERS}{order.pk}/change/", {button: "1"}, follow=True)


def state(order: Order) -> tuple[str, str, int]:
    order.refresh_from_db()
    return order.payment_status, order.status, Product.objects.get().inventory


class TestList:
    def test_shows_customer_states_and_total(self, admin_client: Any, user: Any, order: Order) -> None:
        page = admin_client.get(ORDERS).content.decode()

        assert f'<a href="{CUSTOMERS}{order.customer_id}/change/">{user.username}</a>' in page
        assert '<span class="store-badge store-badge-open">Pending</span>' in page
        assert '<span class="store-badge store-badge-good">Placed</span>' in page
        assert "4,073.85 USD" in page

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({}, True),
            ({"payment_status__exact": "P"}, True),
            ({"payment_status__exact": "C"}, False),
            ({"status": "placed"}, True),
            ({"status": "cancelled"}, False),
            ({"status": "nonsense"}, True),
        ],
    )
    def test_filters(self, admin_client: Any, order: Order, query: dict[str, str], found: bool) -> None:
        assert list(admin_client.get(ORDERS, query).context["cl"].result_list) == [order] * found

    def test_filters_by_date(self, admin_client: Any, order: Order) -> None:
        tomorrow = (timezone.now() + timedelta(days=1)).isoformat()

        assert list(admin_client.get(ORDERS, {"placed_at__lt": tomorrow}).context["cl"].result_list) == [order]
        assert list(admin_client.get(ORDERS, {"placed_at__gte": tomorrow}).context["cl"].result_list) == []

    def test_search_by_number_and_customer(
        self, admin_client: Any, product: Product, order: Order, make_user: Any
    ) -> None:
        other = place_order(
            make_user(username="ann", first_name="Ann", last_name="Miller", email="am@example.org"), (product, 1)
        )

        def found(text: str) -> list[Order]:
            return list(admin_client.get(ORDERS, {"q": text}).context["cl"].result_list)

        assert found(str(order.pk)) == found(f"#{order.pk}") == [order]
        assert found("ann mill") == found("am@ex") == [other]
        assert found("iller") == found("9" * 30) == []

    def test_search_by_text_primary_key_and_customer(
        self, admin_client: Any, order: Order, user: Any, rf: Any, monkeypatch: Any
    ) -> None:
        class Key(CharField):
            def to_python(self, value: Any) -> Any:
                return order.pk if value == "A-1" else -1

        monkeypatch.setattr(
            site.get_model_admin(Order), "opts", SimpleNamespace(pk=Key(), get_field=Order._meta.get_field)
        )
        page = site.get_model_admin(Order)

        for text in ("A-1", user.username):
            assert list(page.get_search_results(rf.get("/"), Order.objects.all(), text)[0]) == [order], text

    def test_filters_by_customer(self, admin_client: Any, order: Order, product: Product, make_user: Any) -> None:
        place_order(make_user(), (product, 1))

        answer = admin_client.get(ORDERS, {"customer__id": order.customer_id})

        assert list(answer.context["cl"].result_list) == [order]


class TestForm:
    def test_shows_items_total_address_and_history(self, admin_client: Any, order: Order) -> None:
        address = Address(street="Elm St 1", city="Springfield", zip="123", country="US")
        Order.objects.filter(pk=order.pk).update(shipping_address=address.values.as_dict())
        Product.objects.update(title="Stool", unit_price=2)

        page = admin_client.get(f"{ORDERS}{order.pk}/change/").content.decode()

        assert "1,234.50 USD" in page
        assert page.count("3,703.50 USD") == 1  # the line
        assert page.count("4,073.85 USD") == 1  # with tax
        assert "Chair" in page
        assert ">Stool</a>" in page
        assert "Elm St 1, 123 Springfield, United States of America" in page
        assert "<td>placed</td>" in page

    def test_form_is_read_only(self, admin_client: Any, order: Order) -> None:
        answer = admin_client.get(f"{ORDERS}{order.pk}/change/")

        assert list(answer.context["adminform"].form.fields) == []
        assert not answer.context["inline_admin_formsets"][0].has_add_permission

    def test_posted_values_are_ignored(self, admin_client: Any, order: Order) -> None:
        data = {"payment_status": "C", "total": "1", "items-0-quantity": "1", "_save": "Save"}

        answer = admin_client.post(f"{ORDERS}{order.pk}/change/", data)

        assert answer.status_code == 302
        assert state(order) == ("P", "placed", 7)

    def test_history_requires_permission(self, order: Order) -> None:
        path = f"{ORDERS}{order.pk}/change/"

        assert b"store-history" not in client_of(staff_with("view_order")).get(path).content
        assert b"store-history" in client_of(staff_with("view_order", "view_history")).get(path).content
        assert b"store-history" in client_of(staff_with("view_order", "view_orderevent")).get(path).content

    def test_order_without_events(self, admin_client: Any, order: Order) -> None:
        OrderEvent.objects.all().delete()

        assert "Nothing is recorded." in admin_client.get(f"{ORDERS}{order.pk}/change/").content.decode()

    @pytest.mark.parametrize(
        ("payment", "cancelled", "buttons"),
        [
            ("P", False, ["mark_paid", "mark_failed", "cancel"]),
            ("F", False, ["mark_paid", "cancel"]),
            ("C", False, ["ship", "mark_refunded"]),
            ("R", False, ["cancel"]),
            ("P", True, []),
        ],
    )
    def test_buttons_are_possible_transitions(
        self, admin_client: Any, order: Order, payment: str, cancelled: bool, buttons: list[str]
    ) -> None:
        Order.objects.update(payment_status=payment, cancelled_at=timezone.now() if cancelled else None)

        answer = admin_client.get(f"{ORDERS}{order.pk}/change/")

        assert [name for name, _label in answer.context["steps"]] == buttons
        assert all(f'name="{name}"' in answer.content.decode() for name in buttons)

    def test_buttons_require_permission(self, order: Order) -> None:
        def buttons(*permissions: str) -> list[str]:
            answer = client_of(staff_with("view_order", *permissions)).get(f"{ORDERS}{order.pk}/change/")
            return [name for name, _label in answer.context["steps"]]

        assert buttons() == []
        assert buttons("change_order") == ["mark_paid", "mark_failed"]
        assert buttons("cancel_order") == ["cancel"]

    def test_button_without_view_permission_is_403(self, order: Order) -> None:
        answer = press(client_of(staff_with("cancel_order")), "cancel", order)

        assert answer.status_code == 403
        assert state(order) == ("P", "placed", 7)

    @pytest.mark.parametrize("button", ["mark_paid", "mark_failed", "cancel"])
    def test_posted_button_without_its_permission_is_403(self, order: Order, button: str) -> None:
        answer = press(client_of(staff_with("view_order")), button, order)

        assert answer.status_code == 403
        assert state(order) == ("P", "placed", 7)

    def test_unknown_order_redirects(self, admin_client: Any) -> None:
        assert admin_client.get(f"{ORDERS}99/change/").status_code == 302
        assert admin_client.post(f"{ORDERS}99/change/", {"cancel": "1"}).status_code == 302


@pytest.mark.parametrize("take", [act, press], ids=["action", "button"])
class TestSteps:
    def take(self, take: Any, client: Any, step: str, order: Order) -> Any:
        return act(client, step, order) if take is act else press(client, step, order)

    def test_mark_paid(self, admin_client: Any, admin_user: Any, order: Order, take: Any) -> None:
        answer = self.take(take, admin_client, "mark_paid", order)

        assert messages_of(answer) == [("success", "1 order was updated.")]
        assert state(order) == ("C", "placed", 7)
        event = OrderEvent.objects.first()
        assert (event.event, event.old_value, event.new_value) == ("payment_status_changed", "P", "C")
        assert event.actor_name == admin_user.username
        assert LogEntry.objects.get().get_change_message() == "Changed Payment status."

    def test_mark_failed(self, admin_client: Any, order: Order, take: Any) -> None:
        self.take(take, admin_client, "mark_failed", order)

        assert state(order) == ("F", "placed", 7)

    def test_cancel_returns_stock_once(self, admin_client: Any, order: Order, take: Any) -> None:
        self.take(take, admin_client, "cancel", order)
        assert state(order) == ("P", "cancelled", 10)

        answer = self.take(take, admin_client, "cancel", order)
        assert messages_of(answer) == [("error", f"#{order.pk}: This order can't be cancelled.")]
        assert state(order) == ("P", "cancelled", 10)
        assert LogEntry.objects.count() == 1

    def test_paid_order_cannot_be_cancelled(self, admin_client: Any, order: Order, take: Any) -> None:
        self.take(take, admin_client, "mark_paid", order)

        answer = self.take(take, admin_client, "cancel", order)

        assert messages_of(answer) == [("error", f"#{order.pk}: This order can't be cancelled.")]
        assert state(order) == ("C", "placed", 7)

    def test_cancel_requires_cancel_order_permission(self, order: Order, take: Any) -> None:
        clerk = client_of(staff_with("view_order", "change_order", "delete_order"))
        manager = client_of(staff_with("view_order", "cancel_order"))

        self.take(take, clerk, "cancel", order)
        assert state(order) == ("P", "placed", 7)

        self.take(take, manager, "cancel", order)
        assert state(order) == ("P", "cancelled", 10)


class TestBulkActions:
    def test_valid_orders_are_updated_and_others_reported(
        self, admin_client: Any, user: Any, product: Product, order: Order
    ) -> None:
        cancelled = place_order(user, (product, 1))
        use_cases.cancel_order(cancelled.pk)

        answer = act(admin_client, "mark_paid", order, cancelled)

        assert messages_of(answer) == [
            ("success", "1 order was updated."),
            ("error", f"#{cancelled.pk}: This order was cancelled."),
        ]
        assert state(order)[0] == "C"

    def test_many_errors_are_summarised(self, admin_client: Any, user: Any, product: Product) -> None:
        orders = [place_order(user, (product, 1)) for _ in range(7)]
        for order in orders:
            use_cases.cancel_order(order.pk)

        answer = act(admin_client, "cancel", *orders)

        texts = [text for _level, text in messages_of(answer)]
        assert len(texts) == 6
        assert texts[-1] == "2 more orders were refused."


class TestDeleting:
    def test_confirmation_lists_order_items(self, admin_client: Any, order: Order) -> None:
        answer = admin_client.get(f"{ORDERS}{order.pk}/delete/")

        assert "3 x Chair" in answer.content.decode()
        assert dict(answer.context["model_count"]) == {"orders": 1, "order items": 1}

    def test_delete_order(self, admin_client: Any, order: Order) -> None:
        answer = admin_client.post(f"{ORDERS}{order.pk}/delete/", {"post": "yes"})

        assert answer.status_code == 302
        assert not Order.objects.exists()
        assert not OrderItem.objects.exists()
        assert Product.objects.get().inventory == 10
        assert OrderEvent.objects.first().event == "deleted"
        assert LogEntry.objects.get().object_id == str(order.pk)

    def test_delete_selected_orders(self, admin_client: Any, user: Any, product: Product, order: Order) -> None:
        other = place_order(user, (product, 2))
        question = act(admin_client, "delete_selected", order, other)
        assert "Are you sure" in question.content.decode()
        assert Order.objects.count() == 2

        answer = act(admin_client, "delete_selected", order, other, post="yes")

        assert messages_of(answer) == [("success", "2 orders were deleted.")]
        assert not Order.objects.exists()
        assert Product.objects.get().inventory == 10
        assert LogEntry.objects.count() == 2

    def test_paid_order_is_not_deleted(self, admin_client: Any, order: Order) -> None:
        Order.objects.update(payment_status="C")

        single = admin_client.post(f"{ORDERS}{order.pk}/delete/", {"post": "yes"})
        bulk = act(admin_client, "delete_selected", order, post="yes")

        assert single.context["protected"]
        assert bulk.context["protected"]
        assert state(order) == ("C", "placed", 7)

    def test_payment_after_confirmation_prevents_deletion(
        self, admin_client: Any, order: Order, monkeypatch: Any
    ) -> None:
        Order.objects.update(payment_status="C")
        monkeypatch.setattr("storefront_store.admin.OrderAdmin.get_deleted_objects", lambda *args: ([], {}, set(), []))

        single = admin_client.post(f"{ORDERS}{order.pk}/delete/", {"post": "yes"}, follow=True)
        bulk = act(admin_client, "delete_selected", order, post="yes")

        assert messages_of(single) == [("error", "A paid order cannot be deleted.")]
        assert messages_of(bulk) == [("error", f"#{order.pk}: A paid order cannot be deleted.")]
        assert state(order) == ("C", "placed", 7)
        assert not LogEntry.objects.exists()

    def test_deletion_requires_permission(self, order: Order) -> None:
        clerk = client_of(staff_with("view_order", "change_order"))

        act(clerk, "delete_selected", order, post="yes")
        answer = clerk.post(f"{ORDERS}{order.pk}/delete/", {"post": "yes"})

        assert answer.status_code == 403
        assert Order.objects.exists()


class TestEvents:
    def test_events_of_deleted_order_are_listed(self, admin_client: Any, order: Order) -> None:
        use_cases.change_payment_status(order.pk, "F")
        use_cases.cancel_order(order.pk)
        use_cases.delete_order(order.pk)

        answer = admin_client.get(EVENTS, {"q": str(order.pk)})

        assert [event.event for event in answer.context["cl"].result_list] == [
            "deleted",
            "cancelled",
            "payment_status_changed",
            "placed",
        ]
        assert "Pending" in answer.content.decode()
        assert "Failed" in answer.content.decode()

    def test_events_are_read_only(self, admin_client: Any, order: Order) -> None:
        event = OrderEvent.objects.get()

        assert admin_client.get(f"{EVENTS}{event.pk}/change/").status_code == 200
        assert admin_client.get(f"{EVENTS}add/").status_code == 403
        assert admin_client.post(f"{EVENTS}{event.pk}/change/", {"event": "deleted"}).status_code == 403
        assert admin_client.post(f"{EVENTS}{event.pk}/delete/", {"post": "yes"}).status_code == 403

    def test_list_requires_view_history_permission(self, order: Order) -> None:
        assert client_of(staff_with("view_history")).get(EVENTS).status_code == 200
        assert client_of(staff_with("view_order")).get(EVENTS).status_code == 403
        assert EVENTS in client_of(staff_with("view_history")).get("/admin/").content.decode()
        assert EVENTS not in client_of(staff_with("view_order")).get("/admin/").content.decode()
