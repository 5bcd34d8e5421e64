"""Read plans return the same data as their serializers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.test import APIRequestFactory

from storefront_store.api.plans import CannotPlan, ReadPlan, plan_for
from storefront_store.api.serializers import (
    AddressSerializer,
    CartItemSerializer,
    CartSerializer,
    OrderEventSerializer,
    OrderItemSerializer,
    OrderSerializer,
    ProductImageSerializer,
    ProductSerializer,
    ReviewSerializer,
    SimpleProductSerializer,
)
from storefront_store.models import (
    Address,
    Cart,
    CartItem,
    Collection,
    Order,
    OrderAdjustment,
    OrderEvent,
    OrderItem,
    Product,
    ProductImage,
    Promotion,
    Review,
)
from storefront_store.pricing import PriceBook

pytestmark = [pytest.mark.database, pytest.mark.django_db]

PLANNED = [
    AddressSerializer,
    CartItemSerializer,
    CartSerializer,
    OrderEventSerializer,
    OrderItemSerializer,
    OrderSerializer,
    ProductImageSerializer,
    ProductSerializer,
    ReviewSerializer,
    SimpleProductSerializer,
]
TEXTS = ["", "Mug", "Tasse für Tee", "\u202eright to left", "<b>", "line\nbreak", '"quoted"', "😀" * 20]


def context_at(at: datetime) -> dict[str, Any]:
    return {"request": APIRequestFactory().get("/store/products/"), "prices": PriceBook(at=at)}


def shown_by_serializer(serializer_class: Any, keys: Sequence[Any], at: datetime) -> list[Any]:
    rows = serializer_class.Meta.model._default_manager.all()
    if hasattr(serializer_class, "setup_queryset"):
        rows = serializer_class.setup_queryset(rows)
    if getattr(serializer_class, "is_priced", False):
        rows = PriceBook(at=at).annotate(rows)
    found = {row.pk: row for row in rows.filter(pk__in=keys)}
    shown: list[Any] = serializer_class([found[key] for key in keys], many=True, context=context_at(at)).data
    return shown


def shown_by_plan(serializer_class: Any, keys: Sequence[Any], at: datetime) -> list[Any]:
    return ReadPlan(serializer_class).read(keys, using="default", at=at, context=context_at(at))


def json_of(data: Any) -> bytes:
    rendered: bytes = JSONRenderer().render(data)
    return rendered


@pytest.fixture
def random_rows(user: Any) -> None:
    """Rows of every kind with random values from the whole range of their columns."""
    dice = random.Random(7)
    collections = [Collection.objects.create(title=f"Collection {number}") for number in range(3)]
    products = [
        Product.objects.create(
            title=dice.choice(TEXTS[1:]),
            slug=f"product-{number}",
            sku=dice.choice([None, f"S{number}"]),
            description=dice.choice([None, *TEXTS]),
            unit_price=Decimal(dice.randrange(1, 10**11)) / 100,
            inventory=dice.choice([0, 1, 2**31 - 1]),
            is_active=dice.random() < 0.8,
            collection=dice.choice(collections),
        )
        for number in range(40)
    ]
    for number in range(60):
        product = dice.choice(products)
        Review.objects.create(
            product=product,
            name=dice.choice(TEXTS[1:]),
            description=dice.choice(TEXTS[1:]),
            rating=dice.choice([None, 1, 2, 3, 4, 5]),
            is_hidden=dice.random() < 0.2,
        )
        ProductImage.objects.create(product=product, image=f"images/{number} ä.png", alt_text=dice.choice(TEXTS))
        Address.objects.create(customer=user.customer, street=dice.choice(TEXTS[1:]), city=dice.choice(TEXTS[1:]))
        OrderEvent.objects.create(
            order_number=str(number), customer_number="1", actor_name=dice.choice(TEXTS), event=OrderEvent.PLACED
        )
    for _number in range(35):
        cart = Cart.objects.create()
        order = Order.objects.create(
            customer=user.customer,
            subtotal=Decimal(dice.randrange(10**6)) / 100,
            shipping_address=dice.choice([None, {"street": dice.choice(TEXTS)}]),
            cancelled_at=dice.choice([None, timezone.now()]),
            payment_status=dice.choice(["P", "C", "F"]),
        )
        for product in dice.sample(products, dice.randrange(4)):
            CartItem.objects.create(cart=cart, product=product, quantity=dice.randrange(1, 100))
            OrderItem.objects.create(
                order=order, product=product, title=dice.choice(TEXTS), quantity=3, unit_price=product.unit_price
            )
            OrderAdjustment.objects.create(order=order, kind="fee", label=dice.choice(TEXTS), amount=Decimal("1.50"))
    for number in range(5):
        promotion = Promotion.objects.create(description="Sale", discount=Decimal(dice.randrange(1, 10001)) / 100)
        promotion.products.set(dice.sample(products, 10))
        if number % 2:
            promotion.starts_at = timezone.now() + timedelta(days=1)
            promotion.save()


@pytest.mark.parametrize("serializer_class", PLANNED)
def test_plan_and_serializer_give_same_json(serializer_class: Any, random_rows: None) -> None:
    keys = list(serializer_class.Meta.model._default_manager.values_list("pk", flat=True))
    at = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)

    planned = shown_by_plan(serializer_class, keys, at)

    assert len(planned) == len(keys) > 30
    assert json_of(planned) == json_of(shown_by_serializer(serializer_class, keys, at))


@pytest.mark.parametrize("serializer_class", PLANNED)
def test_built_in_serializers_have_plans(serializer_class: Any) -> None:
    assert plan_for(serializer_class) is not None


def test_missing_rows_are_omitted(make_product: Any) -> None:
    product = make_product()

    shown = shown_by_plan(ProductSerializer, [product.pk + 1, product.pk], timezone.now())

    assert [row["id"] for row in shown] == [product.pk]


def test_query_count_is_independent_of_number_of_rows(random_rows: None) -> None:
    keys = list(Product.objects.values_list("pk", flat=True))
    plan = ReadPlan(ProductSerializer)
    counted = []
    for number in (1, 40):
        with CaptureQueriesContext(connection) as queries:
            plan.read(keys[:number], using="default", at=timezone.now(), context=context_at(timezone.now()))
        counted.append(len(queries))

    assert counted == [1, 1]


class TestCustomSerializers:
    @pytest.mark.parametrize(
        ("choices", "shown"), [([("pen", "A pen")], "1"), ([(1, "One"), (2, "Two")], 1), (["1", 2], "1"), ([1, "b"], 1)]
    )
    def test_texts_are_shown_as_their_choices(self, choices: Any, shown: Any, make_product: Any) -> None:
        class Chosen(ProductSerializer):
            sku: Any = serializers.ChoiceField(choices=choices)

        product, at = make_product(sku="1"), timezone.now()
        plan = plan_for(Chosen)

        assert plan is not None
        (row,) = plan.read([product.pk], using="default", at=at, context=context_at(at))
        assert row["sku"] == Chosen(product, context=context_at(at)).data["sku"] == shown

    def test_fields_can_be_added_and_removed(self, random_rows: None) -> None:
        class Wide(ProductSerializer):
            collection_title = serializers.CharField(source="collection.title", read_only=True)

            class Meta(ProductSerializer.Meta):
                fields = ["id", "title_key", "collection_title", "effective_price"]

        keys = list(Product.objects.values_list("pk", flat=True))
        at = timezone.now()

        assert plan_for(Wide) is not None
        assert json_of(shown_by_plan(Wide, keys, at)) == json_of(shown_by_serializer(Wide, keys, at))

    def test_prepared_attributes_can_be_added(self, random_rows: None) -> None:
        class Labelled(ProductSerializer):
            label = serializers.CharField(read_only=True)  # type: ignore[assignment]
            prepared_attributes = (*ProductSerializer.prepared_attributes, "label")

            class Meta(ProductSerializer.Meta):
                fields = ["id", "label"]

            @classmethod
            def prepare_rows(cls, rows: Sequence[Any], context: dict[str, Any]) -> None:
                super().prepare_rows(rows, context)
                for row in rows:
                    row.label = f"{row.pk}: {row.effective_price}"

        keys = list(Product.objects.values_list("pk", flat=True))
        at = timezone.now()

        assert json_of(shown_by_plan(Labelled, keys, at)) == json_of(shown_by_serializer(Labelled, keys, at))

    def test_serializers_with_custom_methods_have_no_plan(self) -> None:
        class Method(ProductSerializer):
            shout = serializers.SerializerMethodField()

            class Meta(ProductSerializer.Meta):
                fields = ["id", "shout"]

            def get_shout(self, product: Any) -> str:
                return str(product.title).upper()

        class Own(ProductSerializer):
            def to_representation(self, instance: Any) -> Any:
                return {"only": instance.pk}

        class Dynamic(ProductSerializer):
            def get_fields(self) -> Any:
                return {}

        class Loud(serializers.CharField):
            def to_representation(self, value: Any) -> str:
                return str(value).upper()

        class OwnField(ProductSerializer):
            title = Loud()

        for serializer_class in (Method, Own, Dynamic, OwnField):
            assert plan_for(serializer_class) is None, serializer_class
            with pytest.raises(CannotPlan):
                ReadPlan(serializer_class)

    def test_serializer_without_plan_is_used(self, api: Any, make_product: Any, settings: Any) -> None:
        settings.STOREFRONT_STORE = {
            "SERIALIZERS": {"product": "storefront_store_testapp.serializers.ShoutingSerializer"}
        }
        product = make_product(title="Mug")

        assert api.get("/store/products/").json()["results"] == [{"id": product.pk, "shout": "MUG"}]
        assert api.get(f"/store/products/{product.pk}/").json() == {"id": product.pk, "shout": "MUG"}

    def test_price_provider_that_needs_instances_is_used(self, api: Any, make_product: Any, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"PRICE_PROVIDER": "storefront_store_testapp.prices.HalfPrice"}
        make_product(unit_price=Decimal("10.00"))

        assert plan_for(ProductSerializer) is None
        assert api.get("/store/products/").json()["results"][0]["effective_price"] == 5.0
