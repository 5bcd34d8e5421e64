"""Rows of the store written by the ORM and by SQL, to read and to copy."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import (
    F,
    ProtectedError,
)
from storefront_store_testapp.examples import Shop, titles

from storefront_store.models import Cart, CartItem, Collection, Order, OrderItem, Product

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def shop() -> Any:
    return Shop()


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

    def test_related_object_must_be_saved_first(self) -> None:
        with pytest.raises(ValueError, match="unsaved related object"):
            Product(title="x", slug="x", unit_price=1, inventory=1, collection=Collection(title="Not saved")).save()

    def test_save_and_update(self, shop: Any) -> None:
        product = Product.objects.get(pk=shop.assam.pk)
        product.inventory = 6
        product.save()
        changed = Product.objects.filter(collection=shop.coffee).update(inventory=F("inventory") + 1)

        assert changed == 3
        assert list(Product.objects.order_by("title").values_list("inventory", flat=True)) == [6, 8, 50, 1, 12, 31]

    def test_bulk_update(self, shop: Any) -> None:
        shop.assam.title, shop.bancha.title = "Assam Gold", "Bancha Gold"

        Product.objects.bulk_update([shop.assam, shop.bancha], ["title"])

        assert titles(Product.objects.search("GOLD")) == ["Assam Gold", "Bancha Gold"]

    def test_saving_new_instance_with_existing_pk_overwrites_all_fields(self, shop: Any) -> None:
        Collection(pk=shop.tea.pk, featured_product=None).save()

        shop.tea.refresh_from_db()
        assert shop.tea.title == ""

    def test_delete_instance_and_queryset(self, shop: Any) -> None:
        shop.empty.delete()
        Product.objects.filter(title__in=["Bancha", "filter"]).delete()

        assert Collection.objects.count() == 2
        assert titles(Product.objects.never_ordered()) == []

    def test_referenced_rows_are_protected(self, shop: Any) -> None:
        for protected in (shop.tea, shop.assam, shop.first, shop.ann):
            with pytest.raises(ProtectedError):
                protected.delete()

    def test_cart_lifecycle(self, shop: Any) -> None:
        cart = Cart.objects.create()
        item = CartItem.objects.create(cart=cart, product=shop.assam, quantity=1)
        CartItem.objects.filter(pk=item.pk).update(quantity=2)
        item.refresh_from_db()
        assert item.quantity == 2

        cart.delete()

        assert not CartItem.objects.exists()

    def test_atomic_block_rolls_back(self, shop: Any) -> None:
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
    def test_refresh_search_text_repairs_rows_changed_by_update(self, shop: Any) -> None:
        Product.objects.filter(pk=shop.assam.pk).update(title="Darjeeling")
        assert titles(Product.objects.search("darjeeling")) == []

        assert Product.objects.refresh_search_text(dry_run=True) == 1
        assert Product.objects.refresh_search_text() == 1

        assert titles(Product.objects.search("darjeeling")) == ["Darjeeling"]


class TestRawSql:
    def test_raw_query_returns_instances(self, shop: Any, django_assert_num_queries: Any) -> None:
        table = Product._meta.db_table
        with django_assert_num_queries(1):
            found = list(
                Product.objects.raw(f"SELECT id, title FROM {table} WHERE inventory < %s ORDER BY title", [10])
            )
            assert titles(found) == ["Assam", "Bancha", "Diemel"]
        with django_assert_num_queries(1):  # what was not selected comes later
            assert found[0].inventory == 5

    def test_cursor_executes_sql(self, shop: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT MAX(unit_price) FROM {Product._meta.db_table}")
            (highest,) = cursor.fetchone()

        assert Decimal(str(highest)) == Decimal("12.5")
