"""The command check_stock compares orders and stock with their history, and corrects what it can."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from storefront_store_testapp.shop import place_order, run_command

from storefront_store.models import (
    Order,
    OrderAdjustment,
    OrderEvent,
    OrderItem,
    Product,
)
from storefront_store.services import audit, orders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


class TestCheckStock:
    @pytest.fixture
    def product(self, make_product: Any) -> Product:
        return make_product(inventory=10, unit_price=Decimal("2.50"))

    @pytest.fixture
    def order(self, user: Any, product: Product) -> Order:
        """An order of 3 of 10 units."""
        return place_order(user, (product, 3))

    def left(self) -> int:
        return Product.objects.get().inventory

    def codes(self, **options: Any) -> list[tuple[str, bool]]:
        return [(breach.code, breach.mended) for breach in audit.check_orders(**options)]

    def test_consistent_orders_have_no_breaches(self, user: Any, product: Product, order: Order) -> None:
        orders.cancel_order(place_order(user, (product, 1)).pk)
        orders.change_payment_status(place_order(user, (product, 1)).pk, "C")
        orders.delete_order(place_order(user, (product, 1)).pk)

        assert run_command("check_stock") == "Checked 3 orders: 0 breaches, 0 mended.\n"

    def test_wrong_total(self, order: Order) -> None:
        Order.objects.update(total=1)

        with pytest.raises(CommandError, match="1 breaches are left"):
            run_command("check_stock")
        assert Order.objects.get().total == 1

        assert run_command("check_stock", "--repair") == (
            f"order {order.pk}: wrong_total: total 1.00, parts 8.25 (mended)\nChecked 1 orders: 1 breaches, 1 mended.\n"
        )
        assert Order.objects.get().total == Decimal("8.25")
        event = OrderEvent.objects.first()
        assert (event.event, event.old_value, event.new_value) == ("total_corrected", "1.00", "8.25")
        assert self.codes() == []

    @pytest.mark.parametrize("name", ["subtotal", "tax"])
    def test_wrong_subtotal_or_tax(self, name: str, order: Order) -> None:
        right = getattr(Order.objects.get(), name)
        Order.objects.update(**{name: right + 1})

        assert self.codes(repair=True) == [("wrong_total", True)]
        assert getattr(Order.objects.get(), name) == right

    def test_adjustments_are_part_of_total(self, order: Order) -> None:
        OrderAdjustment.objects.create(order=order, kind="fee", label="Fee", amount=Decimal("2.00"))
        OrderAdjustment.objects.create(order=order, kind="tax", label="Tax", amount=Decimal("1.00"), included=True)

        assert self.codes(repair=True) == [("wrong_total", True)]
        repaired = Order.objects.get()
        assert (repaired.subtotal, repaired.tax, repaired.total) == (Decimal("7.50"), Decimal("1.75"), Decimal("10.25"))

    @pytest.mark.parametrize("status", ["C", "R"])
    def test_total_of_paid_order_is_not_repaired(self, status: str, order: Order) -> None:
        Order.objects.update(total=1, payment_status=status)

        assert self.codes(repair=True) == [("wrong_total", False)]
        assert Order.objects.get().total == 1
        assert OrderEvent.objects.count() == 1

    def test_stock_of_order_without_cancelled_event_is_returned(self, order: Order) -> None:
        Order.objects.update(cancelled_at=timezone.now())
        assert self.codes() == [("stock_not_returned", False)]
        assert self.left() == 7

        assert self.codes(repair=True) == [("stock_not_returned", True)]
        assert self.left() == 10
        assert OrderEvent.objects.first().event == "cancelled"

        assert self.codes(repair=True) == []
        assert self.left() == 10

    def test_order_without_events_returns_no_stock(self, order: Order) -> None:
        OrderEvent.objects.all().delete()
        Order.objects.update(cancelled_at=timezone.now())

        assert self.codes(repair=True) == []
        assert self.left() == 7

    def test_missing_cancelled_at_is_restored(self, order: Order) -> None:
        orders.cancel_order(order.pk)
        moment = OrderEvent.objects.get(event="cancelled").at
        Order.objects.update(cancelled_at=None)

        assert self.codes(repair=True) == [("not_marked_cancelled", True)]
        assert Order.objects.get().cancelled_at == moment
        assert self.left() == 10
        assert self.codes() == []

    def test_order_without_items(self, order: Order) -> None:
        OrderItem.objects.all().delete()

        assert self.codes(repair=True) == [("no_lines", False)]

    @pytest.mark.parametrize("recorded", [True, False])
    def test_paid_and_cancelled_order_is_not_repaired(self, order: Order, recorded: bool) -> None:
        if recorded:
            orders.cancel_order(order.pk)
            Order.objects.update(payment_status="C", cancelled_at=None)
            other = "not_marked_cancelled"
        else:
            Order.objects.update(payment_status="C", cancelled_at=timezone.now())
            other = "stock_not_returned"
        before = self.left()

        assert self.codes(repair=True) == [(other, False), ("paid_and_cancelled", False)]
        assert self.left() == before

    def test_concurrently_deleted_order_is_skipped(self, order: Order, monkeypatch: Any) -> None:
        Order.objects.update(total=1)
        examine = audit._examine

        def delete_first(key: Any, *, repair: bool) -> Any:
            orders.delete_order(key)
            return examine(key, repair=repair)

        monkeypatch.setattr(audit, "_examine", delete_first)

        assert self.codes(repair=True) == []

    def test_four_queries_per_batch(self, user: Any, product: Product) -> None:
        for _ in range(4):
            place_order(user, (product, 1))

        with CaptureQueriesContext(connection) as context:
            assert list(audit.check_orders(batch_size=2)) == []

        assert len(context) == 2 * 4 + 3  # and three for the keys, of which the last finds none
