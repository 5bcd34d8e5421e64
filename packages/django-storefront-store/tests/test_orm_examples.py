"""What can be asked of the store's rows: one example for each thing that Django's ORM can do, to read and to copy.

Where a question is asked often, a method of the querysets answers it; the example then shows both.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldError, ObjectDoesNotExist
from django.db import IntegrityError, connection, transaction
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
    ProtectedError,
    Q,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Concat
from django.test.utils import CaptureQueriesContext

from storefront_store.models import Cart, CartItem, Collection, Customer, Order, OrderItem, Product, Promotion, Review

pytestmark = [pytest.mark.django_db, pytest.mark.database]


class Shop:
    """Three collections, six products, three customers, four orders, one of them cancelled."""

    def __init__(self) -> None:
        self.tea, self.coffee, self.empty = (
            Collection.objects.create(title=title) for title in ("Tea", "Coffee", "Empty")
        )
        rows = [
            ("Assam", "A strong black tea", "12.50", 5, self.tea),
            ("Bancha", None, "8.00", 8, self.tea),
            ("Ceylon", "Black and light", "10.00", 50, self.tea),
            ("Diemel", "House coffee", "9.00", 0, self.coffee),
            ("Espresso", "Black, strong", "11.00", 11, self.coffee),
            ("filter", "", "7.00", 30, self.coffee),
        ]
        for title, description, price, inventory, collection in rows:
            product = Product.objects.create(
                title=title,
                slug=title.lower(),
                description=description,
                unit_price=Decimal(price),
                inventory=inventory,
                collection=collection,
            )
            setattr(self, title.lower(), product)
        Collection.objects.filter(pk=self.tea.pk).update(featured_product=self.assam)
        self.ann, self.bob, self.cid = (
            get_user_model()
            ._default_manager.create_user(
                first.lower(), f"{first.lower()}@shop.{domain}", first_name=first, last_name=last
            )
            .customer
            for first, last, domain in [("Ann", "Arbor", "com"), ("Bob", "Byte", "org"), ("Cid", "Cello", "com")]
        )
        self.first = self.order(self.ann, (self.assam, 2), (self.diemel, 1))
        self.second = self.order(self.ann, (self.assam, 1))
        self.third = self.order(self.bob, (self.espresso, 3))
        self.cancelled = self.order(self.ann, (self.ceylon, 9), cancelled_at=datetime(2026, 1, 1, tzinfo=UTC))

    def order(self, customer: Customer, *lines: tuple[Product, int], **kwargs: Any) -> Order:
        total = sum(product.unit_price * quantity for product, quantity in lines)
        order = Order.objects.create(customer=customer, total=total, currency="USD", **kwargs)
        OrderItem.objects.bulk_create(
            OrderItem(
                order=order, product=product, title=product.title, quantity=quantity, unit_price=product.unit_price
            )
            for product, quantity in lines
        )
        return order


@pytest.fixture
def shop() -> Any:
    return Shop()


def titles(products: Any) -> list[str]:
    return [product.title for product in products]


class TestLazyQuerysets:
    def test_nothing_is_asked_until_somebody_looks(self, shop: Any, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(0):
            teas = Product.objects.all().filter(collection=shop.tea).order_by("-title")
        with django_assert_num_queries(1):
            assert titles(teas) == ["Ceylon", "Bancha", "Assam"]
        with django_assert_num_queries(0):
            assert teas[0] == shop.ceylon  # what was read is kept
        with django_assert_num_queries(1):
            assert Product.objects.count() == 6

    def test_a_whole_set_is_remembered_and_a_part_is_not(self, shop: Any, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(1):
            products = Product.objects.all()
            list(products)
            products[0]
        with django_assert_num_queries(2):
            products = Product.objects.all()
            products[0]
            list(products)


class TestSingleObjects:
    def test_get_raises_when_there_is_none(self) -> None:
        with pytest.raises(ObjectDoesNotExist):
            Product.objects.get(pk=0)
        with pytest.raises(Product.DoesNotExist):
            Product.objects.get(pk=0)

    def test_first_and_exists_do_not(self, shop: Any) -> None:
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
    def test_found(self, question: dict[str, Any], found: list[str], shop: Any) -> None:
        assert sorted(titles(Product.objects.filter(**question))) == sorted(found)

    def test_contains_minds_the_case_where_the_database_does(self, shop: Any) -> None:
        minds = connection.vendor != "sqlite"

        assert titles(Product.objects.filter(title__contains="FILTER")) == ([] if minds else titles([shop.filter]))
        assert titles(Product.objects.filter(title__startswith="fil")) == ["filter"]
        assert titles(Product.objects.filter(title__endswith="ter")) == ["filter"]

    def test_search_never_minds_the_case(self, shop: Any) -> None:
        assert titles(Product.objects.search("FILTER")) == ["filter"]
        assert titles(Product.objects.search("black tea")) == ["Assam", "Ceylon"]

    def test_a_search_for_nothing_finds_all(self, shop: Any) -> None:
        assert Product.objects.search(" \t ").count() == 6

    def test_a_range_has_two_ends(self) -> None:
        with pytest.raises(TypeError):
            str(Product.objects.filter(unit_price__range=(1, 2, 3)).query)

    def test_the_key_of_a_relation_needs_no_join(self, shop: Any) -> None:
        short = Product.objects.filter(collection_id=shop.tea.pk)
        long = Product.objects.filter(collection__id=shop.tea.pk)

        assert str(short.query) == str(long.query)
        assert "JOIN" not in str(short.query)
        assert Product.objects.filter(collection__id__gt=shop.tea.pk).count() == 3

    def test_through_two_relations(self, shop: Any) -> None:
        items = OrderItem.objects.filter(product__collection__id=shop.coffee.pk)

        assert sorted(item.title for item in items) == ["Diemel", "Espresso"]


class TestEverydayQuestions:
    def test_customers_by_mail(self, shop: Any) -> None:
        assert list(Customer.objects.filter(user__email__icontains=".com")) == [shop.ann, shop.cid]

    def test_collections_without_a_featured_product(self, shop: Any) -> None:
        found = Collection.objects.without_featured_product()

        assert list(found) == [shop.coffee, shop.empty] == list(Collection.objects.filter(featured_product=None))

    def test_little_left(self, shop: Any) -> None:
        assert titles(Product.objects.low_stock()) == ["Assam", "Bancha", "Diemel"]
        assert titles(Product.objects.filter(inventory__lt=10)) == ["Assam", "Bancha", "Diemel"]
        assert titles(Product.objects.out_of_stock()) == ["Diemel"]
        assert Product.objects.in_stock().count() == 5

    def test_orders_of_a_customer(self, shop: Any) -> None:
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

    def test_one_column_against_another(self, shop: Any) -> None:
        assert titles(Product.objects.filter(inventory=F("unit_price"))) == ["Bancha", "Espresso"]
        assert Product.objects.filter(collection_id=F("collection__id")).count() == 6


class TestOrder:
    def test_sorted(self, shop: Any) -> None:
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

    def test_the_cheapest_and_the_dearest(self, shop: Any) -> None:
        assert Product.objects.earliest("unit_price") == shop.filter
        assert Product.objects.latest("unit_price") == shop.assam

    def test_slices_become_limits(self, shop: Any) -> None:
        by_price = Product.objects.order_by("unit_price")

        assert titles(by_price[:2]) == ["filter", "Bancha"]
        assert titles(by_price[2:4]) == ["Diemel", "Ceylon"]
        with CaptureQueriesContext(connection) as queries:
            list(by_price[2:4])
        assert "LIMIT 2 OFFSET 2" in queries[0]["sql"]


class TestParts:
    def test_values(self, shop: Any) -> None:
        teas = Product.objects.filter(collection=shop.tea)

        assert teas.values("title", "collection__title")[0] == {"title": "Assam", "collection__title": "Tea"}
        assert teas.values_list("title", "inventory")[0] == ("Assam", 5)
        assert list(teas.values_list("title", flat=True)) == ["Assam", "Bancha", "Ceylon"]
        assert "INNER JOIN" in str(teas.values("collection__title").query)

    def test_products_that_were_ordered(self, shop: Any) -> None:
        by_hand = Product.objects.filter(pk__in=OrderItem.objects.values("product_id").distinct()).order_by("title")

        assert titles(by_hand) == ["Assam", "Ceylon", "Diemel", "Espresso"] == titles(Product.objects.ever_ordered())
        assert sorted(titles(Product.objects.never_ordered())) == ["Bancha", "filter"]

    @pytest.mark.parametrize(
        "lean",
        [lambda rows: rows.only("title"), lambda rows: rows.defer("description", "inventory")],
        ids=["only", "defer"],
    )
    def test_what_was_left_out_costs_a_query_a_row(self, lean: Any, shop: Any, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(1):
            titles(lean(Product.objects.all()))
        with django_assert_num_queries(1 + 6):
            [product.inventory for product in lean(Product.objects.all())]

    def test_single_relations_come_by_join(self, shop: Any, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(1):
            items = OrderItem.objects.select_related("product__collection", "order__customer__user")
            assert {item.product.collection.title for item in items} == {"Tea", "Coffee"}
            assert {item.order.customer.user.first_name for item in items} == {"Ann", "Bob"}

    def test_many_come_by_a_second_query(self, shop: Any, django_assert_num_queries: Any) -> None:
        Promotion.objects.create(description="Sale", discount=10).products.add(shop.assam)

        with django_assert_num_queries(2):
            products = Product.objects.select_related("collection").prefetch_related("promotions")
            assert [len(product.promotions.all()) for product in products] == [1, 0, 0, 0, 0, 0]

    def test_the_last_five_orders(self, shop: Any, django_assert_num_queries: Any) -> None:
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

    def test_a_cart_with_all_that_is_in_it(self, shop: Any, django_assert_num_queries: Any) -> None:
        cart = Cart.objects.create()
        CartItem.objects.bulk_create(CartItem(cart=cart, product=row, quantity=2) for row in (shop.assam, shop.filter))

        with django_assert_num_queries(2):
            found = Cart.objects.with_lines().get(pk=cart.pk)
            assert [(item.product.title, item.quantity) for item in found.items.all()] == [("Assam", 2), ("filter", 2)]


class TestAggregates:
    def test_one_answer_for_all_rows(self, shop: Any) -> None:
        assert Product.objects.aggregate(Count("pk"), dearest=Max("unit_price")) == {
            "pk__count": 6,
            "dearest": Decimal("12.50"),
        }
        assert Product.objects.aggregate(n=Count("description")) == {"n": 5}  # nothing counts for nothing

    def test_some_figures(self, shop: Any) -> None:
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
    def test_need_expressions(self, shop: Any) -> None:
        product = Product.objects.annotate(is_new=Value(True), number=F("pk") + 1).get(pk=shop.assam.pk)

        assert (product.is_new, product.number) == (True, shop.assam.pk + 1)
        with pytest.raises(TypeError, match="non-expression"):
            Product.objects.annotate(is_new=True)

    def test_functions_of_the_database(self, shop: Any) -> None:
        name = Func(F("user__first_name"), Value(" "), F("user__last_name"), function="CONCAT")
        by_library = Concat("user__first_name", Value(" "), "user__last_name")

        assert Customer.objects.annotate(full_name=by_library).get(pk=shop.ann.pk).full_name == "Ann Arbor"
        assert Customer.objects.with_full_name().get(pk=shop.bob.pk).full_name == "Bob Byte"
        if connection.vendor != "sqlite" or connection.Database.sqlite_version_info >= (3, 44):
            assert Customer.objects.annotate(full_name=name).get(pk=shop.ann.pk).full_name == "Ann Arbor"

    def test_groups(self, shop: Any) -> None:
        counted = Customer.objects.annotate(orders_count=Count("orders"))

        assert [(row.pk, row.orders_count) for row in counted.order_by("pk")] == [
            (shop.ann.pk, 3),
            (shop.bob.pk, 1),
            (shop.cid.pk, 0),
        ]
        assert [row.orders_count for row in Customer.objects.with_orders_count()] == [3, 1, 0]
        with pytest.raises(FieldError):
            Customer.objects.annotate(orders_count=Count("order_set"))

    def test_sums_of_mixed_kinds_say_what_they_are(self, shop: Any) -> None:
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

    def test_the_last_order_of_each_customer(self, shop: Any) -> None:
        last = {row.pk: row.last_order_id for row in Customer.objects.with_last_order()}

        assert last == {shop.ann.pk: shop.cancelled.pk, shop.bob.pk: shop.third.pk, shop.cid.pk: None}

    def test_empty_collections_are_counted_too(self, shop: Any) -> None:
        shop.filter.is_active = False
        shop.filter.save()

        counted = Collection.objects.with_products_count()

        assert [(row.title, row.products_count) for row in counted] == [("Coffee", 2), ("Empty", 0), ("Tea", 3)]
        assert "LEFT OUTER JOIN" in str(counted.query)

    def test_who_buys_often(self, shop: Any) -> None:
        assert list(Customer.objects.with_more_orders_than(1)) == [shop.ann]
        assert list(Customer.objects.never_ordered()) == [shop.cid]

    def test_what_each_customer_has_spent(self, shop: Any) -> None:
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
            Product.objects.with_rating()
            .with_best_discount()
            .annotate(latest_rating=Subquery(latest.values("rating")[:1]))
            .get(pk=shop.assam.pk)
        )

        assert (product.rating_average, product.rating_count) == (3.5, 2)
        assert (product.best_discount, product.latest_rating) == (Decimal(25), 2)
        assert titles(Product.objects.on_promotion()) == ["Assam"]


class TestWriting:
    def test_three_ways_to_create(self, shop: Any) -> None:
        by_attributes = Collection()
        by_attributes.title = "Cocoa"
        by_attributes.featured_product = shop.assam
        by_attributes.save()
        by_keywords = Collection(title="Milk")
        by_keywords.save()
        at_once = Collection.objects.create(title="Juice")

        assert Collection.objects.filter(pk__in=[by_attributes.pk, by_keywords.pk, at_once.pk]).count() == 3

    def test_a_parent_comes_first(self) -> None:
        with pytest.raises(ValueError, match="unsaved related object"):
            Product(title="x", slug="x", unit_price=1, inventory=1, collection=Collection(title="Not saved")).save()

    def test_update_of_one_and_of_many(self, shop: Any) -> None:
        product = Product.objects.get(pk=shop.assam.pk)
        product.inventory = 6
        product.save()
        changed = Product.objects.filter(collection=shop.coffee).update(inventory=F("inventory") + 1)

        assert changed == 3
        assert list(Product.objects.order_by("title").values_list("inventory", flat=True)) == [6, 8, 50, 1, 12, 31]

    def test_many_different_rows_at_once(self, shop: Any) -> None:
        shop.assam.title, shop.bancha.title = "Assam Gold", "Bancha Gold"

        Product.objects.bulk_update([shop.assam, shop.bancha], ["title"])

        assert titles(Product.objects.search("GOLD")) == ["Assam Gold", "Bancha Gold"]

    def test_saving_what_was_not_read_empties_it(self, shop: Any) -> None:
        Collection(pk=shop.tea.pk, featured_product=None).save()

        shop.tea.refresh_from_db()
        assert shop.tea.title == ""

    def test_deletion_of_one_and_of_many(self, shop: Any) -> None:
        shop.empty.delete()
        Product.objects.filter(title__in=["Bancha", "filter"]).delete()

        assert Collection.objects.count() == 2
        assert titles(Product.objects.never_ordered()) == []

    def test_what_others_need_is_protected(self, shop: Any) -> None:
        for protected in (shop.tea, shop.assam, shop.first, shop.ann):
            with pytest.raises(ProtectedError):
                protected.delete()

    def test_a_cart_from_beginning_to_end(self, shop: Any) -> None:
        cart = Cart.objects.create()
        item = CartItem.objects.create(cart=cart, product=shop.assam, quantity=1)
        CartItem.objects.filter(pk=item.pk).update(quantity=2)
        item.refresh_from_db()
        assert item.quantity == 2

        cart.delete()

        assert not CartItem.objects.exists()

    def test_all_or_nothing(self, shop: Any) -> None:
        before = Order.objects.count()

        def place() -> None:
            order = Order.objects.create(customer=shop.ann, total=1, currency="USD")
            item = OrderItem(order=order, product_id=-1, title="x", quantity=1, unit_price=1)
            item.save()
            connection.check_constraints()  # PostgreSQL and SQLite would look at the commit

        with pytest.raises(IntegrityError), transaction.atomic():
            place()

        assert Order.objects.count() == before


class TestBulkSearchText:
    def test_it_is_mended_where_somebody_wrote_around_it(self, shop: Any) -> None:
        Product.objects.filter(pk=shop.assam.pk).update(title="Darjeeling")
        assert titles(Product.objects.search("darjeeling")) == []

        assert Product.objects.refresh_search_text(dry_run=True) == 1
        assert Product.objects.refresh_search_text() == 1

        assert titles(Product.objects.search("darjeeling")) == ["Darjeeling"]


class TestRawSql:
    def test_rows_as_objects(self, shop: Any, django_assert_num_queries: Any) -> None:
        table = Product._meta.db_table
        with django_assert_num_queries(1):
            found = list(
                Product.objects.raw(f"SELECT id, title FROM {table} WHERE inventory < %s ORDER BY title", [10])
            )
            assert titles(found) == ["Assam", "Bancha", "Diemel"]
        with django_assert_num_queries(1):  # what was not selected comes later
            assert found[0].inventory == 5

    def test_past_the_models(self, shop: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT MAX(unit_price) FROM {Product._meta.db_table}")
            (highest,) = cursor.fetchone()

        assert Decimal(str(highest)) == Decimal("12.5")


def test_dates(shop: Any) -> None:
    Customer.objects.filter(pk=shop.ann.pk).update(birth_date=date(1990, 5, 17))

    assert list(Customer.objects.filter(birth_date__year=1990, birth_date__month=5)) == [shop.ann]
    assert Customer.objects.filter(birth_date__isnull=True).count() == 2
