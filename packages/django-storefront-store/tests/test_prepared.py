"""Prepared statements return the same rows as their querysets."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from django.db import connection, connections, models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from storefront_store.internals import annotations_of
from storefront_store.models import Cart, CartItem, Product, ProductImage, Promotion, Review
from storefront_store.prepared import FEW, SIZES, Bound, Prepared

pytestmark = [pytest.mark.database, pytest.mark.django_db]

COLUMNS = ["pk", "title", "sku", "unit_price", "is_active", "last_update", "rating_average", "rating_count"]


def priced(keys: Any, at: Any) -> Any:
    return Product.objects.filter(pk__in=keys).with_best_discount(at).order_by("title", "pk")


@pytest.fixture
def statement() -> Prepared:
    return Prepared(priced, [*COLUMNS, "best_discount"], key=Product._meta.pk, bound={"at": models.DateTimeField()})


@pytest.fixture
def products(make_product: Any) -> list[Product]:
    made = [make_product(unit_price=Decimal("9.99"), sku=None if number % 2 else f"S{number}") for number in range(12)]
    Review.objects.create(product=made[0], name="A", description="B", rating=4)
    Review.objects.create(product=made[0], name="A", description="B", rating=5)
    Promotion.objects.create(description="Sale", discount=Decimal("12.50")).products.set(made[:3])
    Promotion.objects.create(
        description="Tomorrow", discount=50, starts_at=timezone.now() + timedelta(days=1)
    ).products.set(made)
    return made


@pytest.mark.parametrize("number", [1, 2, 5, 7, 12])
def test_rows_equal_those_of_queryset(number: int, statement: Prepared, products: list[Product]) -> None:
    at = timezone.now()
    keys = [product.pk for product in products[:number]]

    rows = statement.fetch(keys, using="default", at=at)

    assert rows == list(priced(keys, at).values_list(*COLUMNS, "best_discount"))


def test_values_are_bound_at_each_execution(statement: Prepared, products: list[Product]) -> None:
    keys = [products[5].pk]

    today = statement.fetch(keys, using="default", at=timezone.now())
    tomorrow = statement.fetch(keys, using="default", at=timezone.now() + timedelta(days=2))

    assert (today[0][-1], tomorrow[0][-1]) == (None, Decimal("50.00"))


def test_many_keys_are_split_over_several_statements(products: list[Product], statement: Prepared) -> None:
    keys = [products[0].pk, *range(10**6, 10**6 + SIZES[-1]), products[1].pk]

    with CaptureQueriesContext(connection) as queries:
        rows = statement.fetch(keys, using="default", at=timezone.now())

    assert {row[0] for row in rows} == {products[0].pk, products[1].pk}
    assert len(queries) == 2


@pytest.mark.parametrize(
    ("model", "column", "key"),
    [
        (Cart, "pk", Cart._meta.pk),
        (CartItem, "cart__pk", Cart._meta.pk),
        (CartItem, "product__pk", CartItem._meta.get_field("product")),
        (Product, "sku", Product._meta.get_field("sku")),
    ],
)
def test_keys_of_every_type_return_rows_of_queryset(model: Any, column: str, key: Any, products: list[Product]) -> None:
    carts = [Cart.objects.create() for _ in range(FEW + 1)]
    for number, cart in enumerate(carts):
        CartItem.objects.create(cart=cart, product=products[number], quantity=1)
    rows = model._default_manager.order_by("pk")
    statement = Prepared(lambda keys: rows.filter(**{f"{column}__in": keys}), ["pk"], key=key)
    every = [value for value in rows.values_list(column, flat=True) if value is not None]

    repeated, texts = [every[0]] * 2, [str(each) for each in every[2:4]]
    for keys in (every[:1], every[:2], every[1:5], every, every * FEW, repeated, texts, texts * FEW):
        assert statement.fetch(keys, using="default") == list(rows.filter(**{f"{column}__in": keys}).values_list("pk"))


@pytest.mark.parametrize("field", [Product._meta.pk, CartItem._meta.get_field("product"), models.SmallIntegerField()])
def test_integers_of_all_sizes_are_parameters_of_one_type(field: Any) -> None:
    types = {type(Bound("key", field).prepare(value, connection)).__name__ for value in (1, 2**20, 2**40)}

    assert types == {"Int8" if connection.vendor == "postgresql" else "int"}  # PostgreSQL has a plan for each type


def test_postgresql_has_one_statement_for_all_numbers_of_many_keys(statement: Prepared) -> None:
    executed: set[str] = set()

    def remember(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        executed.add(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(remember):
        for number in (FEW + 1, 5 * FEW, SIZES[-1]):
            statement.fetch(range(1, number + 1), using="default", at=timezone.now())

    assert len(executed) == (1 if connection.vendor == "postgresql" else 3)


def test_excluded_keys_return_other_rows(products: list[Product]) -> None:
    statement = Prepared(lambda keys: Product.objects.exclude(pk__in=keys).order_by("pk"), ["pk"], key=Product._meta.pk)

    rows = statement.fetch([product.pk for product in products[:9]], using="default")

    assert [key for (key,) in rows] == [product.pk for product in products[9:]]


def test_keys_out_of_range_are_ignored(products: list[Product], statement: Prepared) -> None:
    keys = [products[0].pk, 2**63, products[1].pk, -(2**70), 2**63 - 1]

    rows = statement.fetch(keys, using="default", at=timezone.now())

    assert {row[0] for row in rows} == {products[0].pk, products[1].pk}


def test_empty_keys_execute_no_statement(statement: Prepared) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert statement.fetch([], using="default", at=timezone.now()) == []

    assert len(queries) == 0


def test_columns_are_returned_in_requested_order(products: list[Product]) -> None:
    image = ProductImage.objects.create(product=products[0], image="a.png", alt_text="A mug")
    statement = Prepared(
        lambda keys: ProductImage.objects.filter(product__pk__in=keys),
        ["alt_text", "product__pk", "image", "pk"],
        key=Product._meta.pk,
    )

    assert statement.fetch([products[0].pk], using="default") == [("A mug", products[0].pk, "a.png", image.pk)]


def test_annotations_of_returns_names() -> None:
    assert set(annotations_of(Product.objects.with_best_discount())) == {"best_discount"}


@pytest.mark.django_db(transaction=True)
def test_statement_is_thread_safe(statement: Prepared, products: list[Product]) -> None:
    keys = [product.pk for product in products]
    expected = statement.fetch(keys, using="default", at=timezone.now())
    found: list[Any] = []

    def read() -> None:
        found.append(statement.fetch(keys, using="default", at=timezone.now()))
        connections.close_all()

    threads = [Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [expected] * 4
