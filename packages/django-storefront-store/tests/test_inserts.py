"""Rows that are inserted by compiled statements are those that the ORM would insert."""

from __future__ import annotations

from decimal import Decimal
from types import NoneType
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Value
from django.db.models.functions import Concat
from django.db.models.signals import post_save
from django.test.utils import CaptureQueriesContext

from storefront_store import inserts
from storefront_store.inserts import create, create_all, create_together
from storefront_store.models import Cart, CartItem, Order, OrderAdjustment, OrderEvent, OrderItem, Product

pytestmark = [pytest.mark.database, pytest.mark.django_db]

ADDRESS = {"street": "Straße 1", "city": '"quoted" \\ 😀', "phone": ""}


def returns_keys() -> bool:
    """Return whether the database returns the keys of inserted rows, without which the ORM inserts them."""
    return bool(connection.features.can_return_rows_from_bulk_insert)


@pytest.fixture
def by_statement(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Collects whether each insert was made by a compiled statement."""
    taken: list[bool] = []
    insert = inserts._insert
    monkeypatch.setattr(inserts, "_insert", lambda rows, using: taken.append(insert(rows, using)) or taken[-1])
    return taken


def stored(row: models.Model) -> dict[str, Any]:
    """Return the values of a row in the database, without its key and the time."""
    read = type(row)._base_manager.get(pk=row.pk)
    ignored = {row._meta.pk.attname, "placed_at", "at", "created_at", "updated_at"}
    return {field.attname: getattr(read, field.attname) for field in row._meta.concrete_fields} | dict.fromkeys(ignored)


def values_of(model: Any, user: Any, product: Product) -> dict[str, Any]:
    """Return values for a row with texts, numbers, JSON and nulls."""
    order = Order.objects.create(customer=user.customer)
    return {
        Cart: {"customer": user.customer},
        CartItem: {"cart": Cart.objects.create(), "product": product, "quantity": 3},
        Order: {
            "customer": user.customer,
            "subtotal": Decimal("1234567890123.45"),
            "total": 7,
            "note": "line\nbreak",
            "shipping_address": ADDRESS,
            "billing_address": None,
        },
        OrderItem: {"order": order, "product": product, "title": "Ü", "quantity": 1, "unit_price": Decimal("0.10")},
        OrderAdjustment: {"order": order, "kind": "fee", "label": "%s", "amount": Decimal("-1.5"), "included": True},
        OrderEvent: {"order_number": "1", "customer_number": "é", "event": OrderEvent.PLACED},
    }[model]


@pytest.mark.parametrize("model", [Cart, CartItem, Order, OrderItem, OrderAdjustment, OrderEvent])
def test_inserted_row_equals_row_of_orm(model: Any, user: Any, mug: Product, by_statement: list[bool]) -> None:
    values = values_of(model, user, mug)
    with transaction.atomic():
        expected = stored(model._default_manager.create(**values))
        transaction.set_rollback(True)

    with CaptureQueriesContext(connection) as queries:
        row = create(model._default_manager, using="default", **values)

    assert stored(row) == expected
    assert (row._state.adding, row._state.db) == (False, "default")
    assert by_statement == [returns_keys() or model is Cart]
    assert len([query for query in queries if "INSERT" in query["sql"]]) == 1
    row.save()  # updates the row
    assert stored(row) == expected


@pytest.mark.parametrize("number", [1, 2, 7, 300])
def test_bulk_inserted_rows_get_keys_in_order(number: int, user: Any, mug: Product, by_statement: list[bool]) -> None:
    values = values_of(OrderItem, user, mug)
    rows = [OrderItem(**{**values, "title": str(index)}) for index in range(number)]

    inserted = create_all(OrderItem._default_manager, rows, using="default")

    titles = dict(OrderItem.objects.order_by("pk").values_list("title", "pk"))
    assert list(titles) == [str(index) for index in range(number)]
    if returns_keys():
        assert [row.pk for row in inserted] == list(titles.values())
    assert by_statement == [returns_keys() and number < 300]
    assert create_all(OrderItem._default_manager, [], using="default") == []


def test_constraint_violation_raises_integrity_error(user: Any, mug: Product) -> None:
    values = {**values_of(CartItem, user, mug), "quantity": 0}

    with pytest.raises(IntegrityError), transaction.atomic():
        create(CartItem._default_manager, using="default", **values)
    assert not CartItem.objects.exists()


def test_expression_is_inserted_by_orm(user: Any, mug: Product, by_statement: list[bool]) -> None:
    label = Concat(Value("a"), Value("b"), output_field=models.CharField())

    row = create(OrderAdjustment.objects, using="default", **{**values_of(OrderAdjustment, user, mug), "label": label})

    assert stored(row)["label"] == "ab"
    assert by_statement == [False]


class UppercaseField(models.CharField):
    """A text that is stored in capitals."""

    def get_prep_value(self, value: Any) -> Any:
        return str(value).upper()


@pytest.mark.parametrize(
    ("field", "stored_as_given"),
    [
        (models.CharField(), str),
        (models.SlugField(), str),
        (models.TextField(), str),
        (models.BooleanField(), bool),
        (models.DecimalField(), Decimal),
        (OrderItem._meta.get_field("order"), int),
        (Cart._meta.get_field("customer"), int),
        (CartItem._meta.get_field("cart"), None),
        (models.JSONField(), NoneType),
        (models.DateTimeField(), NoneType),
        (models.DateField(), None),
        (models.PositiveIntegerField(), int),
        (models.BigAutoField(), None),
        (UppercaseField(), None),
    ],
)
def test_only_unconverted_field_types_are_stored_as_given(field: Any, stored_as_given: type | None) -> None:
    assert inserts._type_stored_as_given(field)[0] is stored_as_given


@pytest.mark.parametrize("amount", [Decimal("NaN"), Decimal("Infinity")])
def test_nan_and_infinity_raise_validation_error(amount: Decimal, user: Any, mug: Product) -> None:
    with pytest.raises(ValidationError):
        create(OrderAdjustment.objects, using="default", **{**values_of(OrderAdjustment, user, mug), "amount": amount})


class TestCreateTogether:
    """Rows of several models are inserted by as few statements as the database allows."""

    def rows(self, user: Any, mug: Product) -> tuple[list[OrderItem], list[OrderAdjustment], OrderEvent]:
        """Return new rows of three models."""
        items = [OrderItem(**{**values_of(OrderItem, user, mug), "title": title}) for title in ("a", "b")]
        return (
            items,
            [OrderAdjustment(**values_of(OrderAdjustment, user, mug))],
            OrderEvent(**values_of(OrderEvent, user, mug)),
        )

    def test_all_rows_are_inserted_and_get_keys(self, user: Any, mug: Product) -> None:
        items, adjustments, event = self.rows(user, mug)

        with CaptureQueriesContext(connection) as queries:
            inserted = create_together(
                (OrderItem._default_manager, items),
                (OrderAdjustment.objects, adjustments),
                single=event,
                using="default",
            )

        assert [list(rows) for rows in inserted] == [items, adjustments]
        assert OrderEvent.objects.get() == event
        assert event._state.adding is False
        assert list(OrderItem.objects.order_by("pk").values_list("title", flat=True)) == ["a", "b"]
        if returns_keys():
            assert [item.pk for item in items] == list(OrderItem.objects.order_by("pk").values_list("pk", flat=True))
            assert OrderAdjustment.objects.get() == adjustments[0]
        assert len(queries) == (1 if connection.vendor == "postgresql" else 3)

    def test_model_without_rows_is_skipped(self, user: Any, mug: Product) -> None:
        items, _adjustments, event = self.rows(user, mug)

        create_together(
            (OrderAdjustment.objects, []), (OrderItem._default_manager, items), single=event, using="default"
        )

        assert OrderItem.objects.count() == 2
        assert not OrderAdjustment.objects.exists()
        assert OrderEvent.objects.count() == 1

    def test_post_save_is_sent_for_single_row(self, user: Any, mug: Product, listen: Any) -> None:
        items, adjustments, event = self.rows(user, mug)
        seen: list[Any] = []

        def receive(instance: Any, created: bool, **kwargs: Any) -> None:
            seen.append((instance.pk, created))

        listen(post_save, receive, sender=OrderEvent)

        create_together(
            (OrderItem._default_manager, items), (OrderAdjustment.objects, adjustments), single=event, using="default"
        )

        assert seen == [(OrderEvent.objects.get().pk, True)]

    def test_rows_with_expressions_are_inserted_by_orm(self, user: Any, mug: Product) -> None:
        items, adjustments, event = self.rows(user, mug)
        adjustments[0].label = Concat(Value("a"), Value("b"), output_field=models.CharField())

        create_together(
            (OrderItem._default_manager, items), (OrderAdjustment.objects, adjustments), single=event, using="default"
        )

        assert OrderItem.objects.count() == 2
        assert OrderAdjustment.objects.get().label == "ab"
        assert OrderEvent.objects.count() == 1


class TestProjectOverrides:
    """What a project adds to saving a row is not skipped."""

    def test_post_save_receivers_are_called(self, by_statement: list[bool], listen: Any) -> None:
        seen: list[UUID] = []

        def receive(instance: Cart, created: bool, **kwargs: Any) -> None:
            seen.append(instance.pk)

        listen(post_save, receive, sender=Cart)

        cart = create(Cart.objects, using="default")

        assert seen == [cart.pk]
        assert by_statement == []

    def test_custom_save_method_is_called(self, monkeypatch: pytest.MonkeyPatch, by_statement: list[bool]) -> None:
        def save(self: OrderEvent, **kwargs: Any) -> None:
            self.actor_name = "somebody"
            models.Model.save(self, **kwargs)

        monkeypatch.setattr(OrderEvent, "save", save)

        event = create(OrderEvent.objects, using="default", order_number="1", customer_number="1", event="placed")

        assert stored(event)["actor_name"] == "somebody"
        assert by_statement == []

    def test_custom_manager_create_is_called(self, by_statement: list[bool]) -> None:
        class Events(models.QuerySet[Any]):
            def create(self, **kwargs: Any) -> Any:
                return super().create(**{**kwargs, "actor_name": "somebody"})

        manager: Any = Events.as_manager()
        manager.model = OrderEvent

        event = create(manager, using="default", order_number="1", customer_number="1", event="placed")

        assert stored(event)["actor_name"] == "somebody"
        assert by_statement == []
