"""Queries of the store's models: one example for each feature of Django's ORM, to read and to copy.

Where a query is common, the querysets have a method for it; the example then shows both.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.db.models import (
    F,
    Q,
)
from django.test.utils import CaptureQueriesContext
from storefront_store_testapp.examples import Shop, titles

from storefront_store.models import Cart, CartItem, Collection, Customer, Order, OrderItem, Product, Promotion

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def shop() -> Any:
    return Shop()


class TestLazyQuerysets:
    def test_querysets_are_lazy(self, shop: Any, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(0):
            teas = Product.objects.all().filter(collection=shop.tea).order_by("-title")
        with django_assert_num_queries(1):
            assert titles(teas) == ["Ceylon", "Bancha", "Assam"]
        with django_assert_num_queries(0):
            assert teas[0] == shop.ceylon  # what was read is kept
        with django_assert_num_queries(1):
            assert Product.objects.count() == 6

    def test_only_fully_evaluated_queryset_is_cached(self, shop: Any, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(1):
            products = Product.objects.all()
            list(products)
            products[0]
        with django_assert_num_queries(2):
            products = Product.objects.all()
            products[0]
            list(products)


class TestSingleObjects:
    def test_get_raises_does_not_exist(self) -> None:
        with pytest.raises(ObjectDoesNotExist):
            Product.objects.get(pk=0)
        with pytest.raises(Product.DoesNotExist):
            Product.objects.get(pk=0)

    def test_first_and_exists_do_not_raise(self, shop: Any) -> None:
        assert Product.objects.filter(pk=0).first() is None
        assert not Product.objects.filter(pk=0).exists()
        assert Product.objects.filter(pk=shop.assam.pk).exists()


class TestLookups:
    @pytest.mark.parametrize(
        ("question", "found"),
        [
            ({"unit_price": 10}, ["Ceylon"]),
            ({"unit_price__gt": 10}, ["Assam", "Espresso"]),
            ({"unit_price__gte": 10}, ["Assam", "Ceylon", "Espresso"]),
            ({"unit_price__lt": 8}, ["filter"]),
            ({"unit_price__lte": 8}, ["Bancha", "filter"]),
            ({"unit_price__range": (8, 10)}, ["Bancha", "Ceylon", "Diemel"]),
            ({"inventory__in": [5, 8]}, ["Assam", "Bancha"]),
            ({"title__icontains": "AS"}, ["Assam"]),
            ({"title__istartswith": "F"}, ["filter"]),
            ({"title__iendswith": "SSO"}, ["Espresso"]),
            ({"description__isnull": True}, ["Bancha"]),
            ({"last_update__year__gte": 2026}, ["Assam", "Bancha", "Ceylon", "Diemel", "Espresso", "filter"]),
            ({"last_update__year": 1999}, []),
            ({"collection__title": "Tea"}, ["Assam", "Bancha", "Ceylon"]),
            ({"collection__title__in": ["Coffee", "Empty"]}, ["Diemel", "Espresso", "filter"]),
        ],
    )
    def test_lookups_find_expected_products(self, question: dict[str, Any], found: list[str], shop: Any) -> None:
        assert sorted(titles(Product.objects.filter(**question))) == sorted(found)

    def test_contains_is_case_sensitive_where_database_is(self, shop: Any) -> None:
        minds = connection.vendor != "sqlite"

        assert titles(Product.objects.filter(title__contains="FILTER")) == ([] if minds else titles([shop.filter]))
        assert titles(Product.objects.filter(title__startswith="fil")) == ["filter"]
        assert titles(Product.objects.filter(title__endswith="ter")) == ["filter"]

    def test_search_is_case_insensitive(self, shop: Any) -> None:
        assert titles(Product.objects.search("FILTER")) == ["filter"]
        assert titles(Product.objects.search("black tea")) == ["Assam", "Ceylon"]

    def test_blank_search_returns_all_products(self, shop: Any) -> None:
        assert Product.objects.search(" \t ").count() == 6

    def test_range_lookup_takes_two_values(self) -> None:
        with pytest.raises(TypeError):
            str(Product.objects.filter(unit_price__range=(1, 2, 3)).query)

    def test_foreign_key_lookup_needs_no_join(self, shop: Any) -> None:
        short = Product.objects.filter(collection_id=shop.tea.pk)
        long = Product.objects.filter(collection__id=shop.tea.pk)

        assert str(short.query) == str(long.query)
        assert "JOIN" not in str(short.query)
        assert Product.objects.filter(collection__id__gt=shop.tea.pk).count() == 3

    def test_lookup_spans_two_relations(self, shop: Any) -> None:
        items = OrderItem.objects.filter(product__collection__id=shop.coffee.pk)

        assert sorted(item.title for item in items) == ["Diemel", "Espresso"]


class TestCommonQueries:
    def test_customers_by_mail(self, shop: Any) -> None:
        assert list(Customer.objects.filter(user__email__icontains=".com")) == [shop.ann, shop.cid]

    def test_collections_without_featured_product(self, shop: Any) -> None:
        found = Collection.objects.without_featured_product()

        assert list(found) == [shop.coffee, shop.empty] == list(Collection.objects.filter(featured_product=None))

    def test_low_stock_and_out_of_stock(self, shop: Any) -> None:
        assert titles(Product.objects.low_stock()) == ["Assam", "Bancha", "Diemel"]
        assert titles(Product.objects.filter(inventory__lt=10)) == ["Assam", "Bancha", "Diemel"]
        assert titles(Product.objects.out_of_stock()) == ["Diemel"]
        assert Product.objects.in_stock().count() == 5

    def test_orders_of_customer(self, shop: Any) -> None:
        assert list(Order.objects.filter(customer=shop.ann)) == [shop.cancelled, shop.second, shop.first]
        assert list(Order.objects.visible_to(shop.ann.user)) == [shop.cancelled, shop.second, shop.first]
        assert list(Order.objects.filter(customer=shop.ann).kept()) == [shop.second, shop.first]
        assert list(Order.objects.cancelled()) == [shop.cancelled]


class TestConditions:
    def test_and_or_not(self, shop: Any) -> None:
        few, cheap = Q(inventory__lt=10), Q(unit_price__lt=10)

        assert titles(Product.objects.filter(few & cheap)) == ["Bancha", "Diemel"]
        assert titles(Product.objects.filter(inventory__lt=10, unit_price__lt=10)) == ["Bancha", "Diemel"]
        assert titles(Product.objects.filter(inventory__lt=10).filter(unit_price__lt=10)) == ["Bancha", "Diemel"]
        assert sorted(titles(Product.objects.filter(few | cheap))) == ["Assam", "Bancha", "Diemel", "filter"]
        assert titles(Product.objects.filter(few & ~cheap)) == ["Assam"]

    def test_columns_are_compared_with_f_expressions(self, shop: Any) -> None:
        assert titles(Product.objects.filter(inventory=F("unit_price"))) == ["Bancha", "Espresso"]
        assert Product.objects.filter(collection_id=F("collection__id")).count() == 6


class TestOrdering:
    def test_order_by(self, shop: Any) -> None:
        assert titles(Product.objects.order_by("unit_price"))[:2] == ["filter", "Bancha"]
        assert titles(Product.objects.order_by("-unit_price"))[:2] == ["Assam", "Espresso"]
        assert titles(Product.objects.order_by("collection__title", "-unit_price"))[:2] == ["Espresso", "Diemel"]
        assert titles(Product.objects.order_by("collection__title", "-unit_price").reverse())[:2] == [
            "Bancha",
            "Ceylon",
        ]
        assert titles(Product.objects.filter(collection=shop.tea).order_by("inventory")) == [
            "Assam",
            "Bancha",
            "Ceylon",
        ]

    def test_earliest_and_latest_by_price(self, shop: Any) -> None:
        assert Product.objects.earliest("unit_price") == shop.filter
        assert Product.objects.latest("unit_price") == shop.assam

    def test_slices_use_limit_and_offset(self, shop: Any) -> None:
        by_price = Product.objects.order_by("unit_price")

        assert titles(by_price[:2]) == ["filter", "Bancha"]
        assert titles(by_price[2:4]) == ["Diemel", "Ceylon"]
        with CaptureQueriesContext(connection) as queries:
            list(by_price[2:4])
        assert "LIMIT 2 OFFSET 2" in queries[0]["sql"]


class TestValuesAndRelations:
    def test_values_and_values_list(self, shop: Any) -> None:
        teas = Product.objects.filter(collection=shop.tea)

        assert teas.values("title", "collection__title")[0] == {"title": "Assam", "collection__title": "Tea"}
        assert teas.values_list("title", "inventory")[0] == ("Assam", 5)
        assert list(teas.values_list("title", flat=True)) == ["Assam", "Bancha", "Ceylon"]
        assert "INNER JOIN" in str(teas.values("collection__title").query)

    def test_ordered_and_never_ordered_products(self, shop: Any) -> None:
        by_hand = Product.objects.filter(pk__in=OrderItem.objects.values("product_id").distinct()).order_by("title")

        assert titles(by_hand) == ["Assam", "Ceylon", "Diemel", "Espresso"] == titles(Product.objects.ever_ordered())
        assert sorted(titles(Product.objects.never_ordered())) == ["Bancha", "filter"]

    @pytest.mark.parametrize(
        "lean",
        [lambda rows: rows.only("title"), lambda rows: rows.defer("description", "inventory")],
        ids=["only", "defer"],
    )
    def test_deferred_field_costs_one_query_per_row(self, lean: Any, shop: Any, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(1):
            titles(lean(Product.objects.all()))
        with django_assert_num_queries(1 + 6):
            [product.inventory for product in lean(Product.objects.all())]

    def test_select_related_joins_single_relations(self, shop: Any, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(1):
            items = OrderItem.objects.select_related("product__collection", "order__customer__user")
            assert {item.product.collection.title for item in items} == {"Tea", "Coffee"}
            assert {item.order.customer.user.first_name for item in items} == {"Ann", "Bob"}

    def test_prefetch_related_uses_second_query(self, shop: Any, django_assert_num_queries: Any) -> None:
        Promotion.objects.create(description="Sale", discount=10).products.add(shop.assam)

        with django_assert_num_queries(2):
            products = Product.objects.select_related("collection").prefetch_related("promotions")
            assert [len(product.promotions.all()) for product in products] == [1, 0, 0, 0, 0, 0]

    def test_latest_orders_with_items(self, shop: Any, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(3):
            latest = (
                Order.objects.select_related("customer").prefetch_related("items__product").order_by("-placed_at")[:5]
            )
            assert {item.product.title for order in latest for item in order.items.all()} == {
                "Assam",
                "Ceylon",
                "Diemel",
                "Espresso",
            }
        with django_assert_num_queries(2):  # lines and products in one
            latest = Order.objects.with_lines()[:5]
            assert len([item.product.title for order in latest for item in order.items.all()]) == 5

    def test_cart_with_items_and_products(self, shop: Any, django_assert_num_queries: Any) -> None:
        cart = Cart.objects.create()
        CartItem.objects.bulk_create(CartItem(cart=cart, product=row, quantity=2) for row in (shop.assam, shop.filter))

        with django_assert_num_queries(2):
            found = Cart.objects.with_lines().get(pk=cart.pk)
            assert [(item.product.title, item.quantity) for item in found.items.all()] == [("Assam", 2), ("filter", 2)]


def test_date_lookups(shop: Any) -> None:
    Customer.objects.filter(pk=shop.ann.pk).update(birth_date=date(1990, 5, 17))

    assert list(Customer.objects.filter(birth_date__year=1990, birth_date__month=5)) == [shop.ann]
    assert Customer.objects.filter(birth_date__isnull=True).count() == 2
