"""Denormalized numbers follow every change of the rows they are computed from."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.core.management import call_command
from storefront_store_testapp.threads import together

from storefront_store.models import Collection, Product, ProductGroup, Review
from storefront_store.services import catalogue
from storefront_store.services.summaries import refresh_summaries

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def variant(number: int, group: ProductGroup | None, collection: Collection, **values: Any) -> Product:
    values = {"inventory": 1, "unit_price": 5, **values}
    return Product(
        title=f"Shirt {number}",
        slug="shirt",
        collection=collection,
        group=group,
        options={"Size": str(number)} if group else {},
        **values,
    )


@pytest.fixture
def sample_data() -> tuple[Collection, Collection, ProductGroup, list[Product]]:
    shirts, other = (Collection.objects.create(title=title) for title in ("Shirts", "Other"))
    group = ProductGroup.objects.create(title="Shirt", slug="shirt", varies_by=["Size"])
    products = Product.objects.bulk_create(variant(number, group, shirts) for number in range(3))
    return shirts, other, group, products


def move(product: Product, other: Collection) -> None:
    product.collection = other
    product.save()


def update_in_bulk(product: Product, other: Collection) -> None:
    product.collection, product.is_active = other, False
    Product.objects.bulk_update([product], ["collection", "is_active"])


CHANGES: dict[str, Callable[[Product, Collection], object]] = {
    "save": move,
    "save some fields": lambda product, other: Product(pk=product.pk, is_active=False).save(
        update_fields=["is_active"]
    ),
    "update": lambda product, other: Product.objects.filter(pk=product.pk).update(collection=other),
    "update many": lambda product, other: Product.objects.update(is_active=False),
    "bulk update": update_in_bulk,
    "delete": lambda product, other: product.delete(),
    "delete many": lambda product, other: Product.objects.filter(pk__lte=product.pk + 1).delete(),
    "sold out": lambda product, other: catalogue.clear_inventory(Product.objects.filter(pk=product.pk)),
    "off sale": lambda product, other: catalogue.set_active(Product.objects.all(), active=False),
    "out of the group": lambda product, other: Product.objects.filter(pk=product.pk).update(group=None, options={}),
    "added": lambda product, other: variant(9, product.group, other).save(),
    "group deleted": lambda product, other: ProductGroup.objects.get().delete(),
}


@pytest.mark.parametrize("name", CHANGES)
def test_collections_and_groups_are_updated(name: str, sample_data: Any) -> None:
    _shirts, other, _group, products = sample_data

    CHANGES[name](products[0], other)

    assert refresh_summaries(dry_run=True) == 0
    active = Product.objects.filter(is_active=True)
    for collection in Collection.objects.with_products_count():
        assert collection.products_count == active.filter(collection=collection).count()
    shown = set(active.collapse())
    assert shown == set(active.filter(unit_price__gt=0).collapse())  # by comparing the variants
    assert active.count_collapsed() == len(shown)


def test_saving_stale_instance_keeps_numbers(sample_data: Any) -> None:
    shirts, _other, group, products = sample_data
    stale = [Collection.objects.get(pk=shirts.pk), ProductGroup.objects.get(pk=group.pk), products[1]]
    Product.objects.filter(pk=products[0].pk).delete()
    Review.objects.create(product=products[1], name="Ann", description="Good", rating=4)

    for row in stale:
        row.save()

    assert refresh_summaries(dry_run=True) == 0


REVIEW_CHANGES: dict[str, tuple[Callable[[Any, Product], object], tuple[Decimal | None, int]]] = {
    "hidden": (lambda reviews, other: catalogue.set_hidden(reviews.filter(rating=5), hidden=True), (Decimal(2), 1)),
    "update": (lambda reviews, other: reviews.update(rating=1), (Decimal(1), 3)),
    "deleted": (lambda reviews, other: reviews.get(rating=2).delete(), (Decimal(5), 1)),
    "all deleted": (lambda reviews, other: reviews.all().delete(), (None, 0)),
    "moved": (lambda reviews, other: reviews.filter(rating=2).update(product=other), (Decimal(5), 1)),
    "added": (
        lambda reviews, other: reviews.model.objects.bulk_create(
            reviews.model(product=review.product, name="Bo", description="Hm", rating=rating)
            for review in reviews.filter(rating=5)
            for rating in (3, 3)
        ),
        (Decimal("3.25"), 4),
    ),
}


@pytest.mark.parametrize("name", REVIEW_CHANGES)
def test_ratings_are_updated(name: str, sample_data: Any) -> None:
    product, other = sample_data[3][:2]
    for rating in (5, 2, None):
        Review.objects.create(product=product, name="Ann", description="Hm", rating=rating)
    change, expected = REVIEW_CHANGES[name]

    change(Review.objects.all(), other)

    product.refresh_from_db()
    assert (product.rating_average, product.rating_count) == expected
    assert refresh_summaries(dry_run=True) == 0


def test_refresh_summaries_repairs_inconsistent_rows(sample_data: Any, capsys: pytest.CaptureFixture[str]) -> None:
    Collection._base_manager.update(active_products=7)
    Product._base_manager.update(rating_count=7)
    ProductGroup._base_manager.update(representative=None)

    call_command("refresh_summaries", dry_run=True, verbosity=0)
    call_command("refresh_summaries", verbosity=0)

    assert capsys.readouterr().out.splitlines() == ["Would mend 6 of 6 rows.", "Mended 6 of 6 rows."]
    assert refresh_summaries(dry_run=True) == 0


@pytest.mark.django_db(transaction=True)
def test_summaries_are_correct_after_concurrent_writes(
    sample_data: Any, make_user: Any, log_in: Any, as_staff: Any, make_cart: Any
) -> None:
    _shirts, other, _group, products = sample_data
    buyers = [log_in(make_user()) for _ in products]
    carts = [str(make_cart((product, 1)).pk) for product in products]
    review = {"name": "Ann", "description": "Good", "rating": 3}

    answers = together(
        [
            *(
                partial(buyer.post, "/store/orders/", {"cart_id": cart})
                for buyer, cart in zip(buyers, carts, strict=True)
            ),
            *(partial(buyer.post, f"/store/products/{products[0].pk}/reviews/", review) for buyer in buyers),
            partial(as_staff.patch, f"/store/products/{products[2].pk}/", {"collection": other.pk}),
        ]
    )

    assert {answer.status_code for answer in answers} <= {200, 201}
    assert refresh_summaries(dry_run=True) == 0
    products[0].refresh_from_db()
    assert (products[0].rating_average, products[0].rating_count, products[0].inventory) == (3, 3, 0)
