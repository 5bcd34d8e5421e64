"""Aggregates and annotations over the store's rows, to read and to copy."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import connection
from django.db.models import (
    Avg,
    Count,
    DecimalField,
    ExpressionWrapper,
    F,
    Func,
    Max,
    Min,
    OuterRef,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Concat
from storefront_store_testapp.examples import Shop, titles

from storefront_store.models import Collection, Customer, Order, OrderItem, Product, Promotion, Review

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def shop() -> Any:
    return Shop()


class TestAggregates:
    def test_aggregate_over_all_rows(self, shop: Any) -> None:
        assert Product.objects.aggregate(Count("pk"), dearest=Max("unit_price")) == {
            "pk__count": 6,
            "dearest": Decimal("12.50"),
        }
        assert Product.objects.aggregate(n=Count("description")) == {"n": 5}  # nothing counts for nothing

    def test_aggregates_of_filtered_rows(self, shop: Any) -> None:
        assert Order.objects.aggregate(n=Count("pk")) == {"n": 4}
        assert OrderItem.objects.filter(product=shop.assam).aggregate(units_sold=Sum("quantity")) == {"units_sold": 3}
        assert Order.objects.filter(customer=shop.ann).aggregate(n=Count("pk")) == {"n": 3}
        prices = Product.objects.filter(collection=shop.coffee).aggregate(
            least=Min("unit_price"), mean=Avg("unit_price"), most=Max("unit_price")
        )
        assert prices == {"least": Decimal(7), "mean": Decimal(9), "most": Decimal(11)}

    def test_revenue(self, shop: Any) -> None:
        Order.objects.filter(pk=shop.third.pk).update(payment_status="F")

        assert Order.objects.revenue() == Decimal("46.50")
        assert Order.objects.none().revenue() == 0


class TestAnnotations:
    def test_annotate_requires_expressions(self, shop: Any) -> None:
        product = Product.objects.annotate(is_new=Value(True), number=F("pk") + 1).get(pk=shop.assam.pk)

        assert (product.is_new, product.number) == (True, shop.assam.pk + 1)
        with pytest.raises(TypeError, match="non-expression"):
            Product.objects.annotate(is_new=True)

    def test_database_functions(self, shop: Any) -> None:
        name = Func(F("user__first_name"), Value(" "), F("user__last_name"), function="CONCAT")
        by_library = Concat("user__first_name", Value(" "), "user__last_name")

        assert Customer.objects.annotate(full_name=by_library).get(pk=shop.ann.pk).full_name == "Ann Arbor"
        assert Customer.objects.with_full_name().get(pk=shop.bob.pk).full_name == "Bob Byte"
        if connection.vendor != "sqlite" or connection.Database.sqlite_version_info >= (3, 44):
            assert Customer.objects.annotate(full_name=name).get(pk=shop.ann.pk).full_name == "Ann Arbor"

    def test_count_per_group(self, shop: Any) -> None:
        counted = Customer.objects.annotate(orders_count=Count("orders"))

        assert [(row.pk, row.orders_count) for row in counted.order_by("pk")] == [
            (shop.ann.pk, 3),
            (shop.bob.pk, 1),
            (shop.cid.pk, 0),
        ]
        assert [row.orders_count for row in Customer.objects.with_orders_count()] == [3, 1, 0]
        with pytest.raises(FieldError):
            Customer.objects.annotate(orders_count=Count("order_set"))

    def test_mixed_types_require_output_field(self, shop: Any) -> None:
        output = DecimalField(max_digits=12, decimal_places=2)
        by_hand = Product.objects.annotate(
            discounted_price=ExpressionWrapper(F("unit_price") * 0.8, output_field=output)
        ).get(pk=shop.assam.pk)

        assert round(by_hand.discounted_price, 2) == Decimal("10.00")
        assert Product.objects.with_discounted_price(Decimal(20)).get(pk=shop.assam.pk).discounted_price == Decimal(
            "10.00"
        )
        with pytest.raises(FieldError):
            list(Product.objects.annotate(discounted_price=F("unit_price") * 0.8))

    def test_last_order_of_each_customer(self, shop: Any) -> None:
        last = {row.pk: row.last_order_id for row in Customer.objects.with_last_order()}

        assert last == {shop.ann.pk: shop.cancelled.pk, shop.bob.pk: shop.third.pk, shop.cid.pk: None}

    def test_products_count_includes_empty_collections(self, shop: Any) -> None:
        shop.filter.is_active = False
        shop.filter.save()

        counted = Collection.objects.with_products_count()

        assert [(row.title, row.products_count) for row in counted] == [("Coffee", 2), ("Empty", 0), ("Tea", 3)]

    def test_customers_by_number_of_orders(self, shop: Any) -> None:
        assert list(Customer.objects.with_more_orders_than(1)) == [shop.ann]
        assert list(Customer.objects.never_ordered()) == [shop.cid]

    def test_total_spent_per_customer(self, shop: Any) -> None:
        spent = {row.pk: row.total_spent for row in Customer.objects.with_total_spent()}
        line = F("orders__items__unit_price") * F("orders__items__quantity")
        by_lines = Customer.objects.filter(orders__cancelled_at=None).annotate(
            spent=Sum(line, output_field=DecimalField(max_digits=15, decimal_places=2))
        )

        assert spent == {shop.ann.pk: Decimal("46.50"), shop.bob.pk: Decimal("33.00"), shop.cid.pk: Decimal(0)}
        assert {row.pk: row.spent for row in by_lines if row.spent} == {
            shop.ann.pk: Decimal("46.50"),
            shop.bob.pk: Decimal(33),
        }

    def test_best_sellers(self, shop: Any) -> None:
        sold = [(row.title, row.units_sold, row.total_sales) for row in Product.objects.best_sellers()]

        assert sold == [("Assam", 3, Decimal("37.50")), ("Espresso", 3, Decimal(33)), ("Diemel", 1, Decimal(9))]
        assert titles(Product.objects.best_sellers(1)) == ["Assam"]
        assert [row.units_sold for row in Product.objects.with_sales()] == [3, 0, 0, 1, 3, 0]

    def test_ratings_and_discounts_by_subquery(self, shop: Any) -> None:
        for rating in (5, 2):
            Review.objects.create(product=shop.assam, name="Ann", description="Fine", rating=rating)
        for discount in (10, 25):
            Promotion.objects.create(description="Sale", discount=discount).products.add(shop.assam)
        latest = Review.objects.filter(product=OuterRef("pk")).order_by("-pk")

        product = (
            Product.objects.with_best_discount()
            .annotate(latest_rating=Subquery(latest.values("rating")[:1]))
            .get(pk=shop.assam.pk)
        )

        assert (product.rating_average, product.rating_count) == (Decimal("3.50"), 2)
        assert (product.best_discount, product.latest_rating) == (Decimal(25), 2)
        assert titles(Product.objects.on_promotion()) == ["Assam"]
