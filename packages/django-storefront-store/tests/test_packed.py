"""Rows that are read with the rows they belong to, as one value."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, models
from django.db.models import OuterRef
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework import serializers

from storefront_store.api.plans import ReadPlan
from storefront_store.api.serializers import ProductImageSerializer, ProductSerializer
from storefront_store.models import Product, ProductImage
from storefront_store.packed import packed, unpacked

pytestmark = [pytest.mark.database, pytest.mark.django_db]

TEXTS = [
    "",
    "plain",
    'a "quote"',
    "back\\slash",
    "line\nbreak\ttab",
    "[1, 2]",
    "null",
    "é ß 漢字 \U0001f600",
    "'; --",
    "%s",
]


@pytest.fixture
def product(make_product: Any) -> Any:
    product = make_product()
    ProductImage.objects.bulk_create(
        ProductImage(product=product, image=f"{n}.png", alt_text=t) for n, t in enumerate(TEXTS)
    )
    return product


def test_texts_are_unpacked_unchanged_and_ordered_by_first_column(product: Any, make_product: Any) -> None:
    other = make_product()
    images = ProductImage.objects.filter(product=OuterRef("pk"))
    rows = Product.objects.annotate(packed_images=packed(images, "pk", "alt_text", "product_id"))

    found = {row.pk: unpacked(row.packed_images) for row in rows}

    expected = [[image.pk, image.alt_text, product.pk] for image in ProductImage.objects.order_by("pk")]
    assert found == {product.pk: expected, other.pk: []}
    assert [text for _, text, _ in expected] == TEXTS


def test_thousands_of_rows_are_unpacked(product: Any) -> None:
    text = "x" * 255
    ProductImage.objects.bulk_create(ProductImage(product=product, image="a.png", alt_text=text) for _ in range(3000))
    images = ProductImage.objects.filter(product=OuterRef("pk"))

    (row,) = Product.objects.annotate(packed_images=packed(images, "pk", "alt_text"))

    assert len(unpacked(row.packed_images)) == 3000 + len(TEXTS)


def statements_for(image_serializer: Any, product: Any) -> tuple[int, Any]:
    class Shown(ProductSerializer):
        images = image_serializer(many=True, read_only=True)

        class Meta(ProductSerializer.Meta):
            fields = ["id", "images"]

    at = timezone.now()
    with CaptureQueriesContext(connection) as queries:
        shown = ReadPlan(Shown).read([product.pk], using="default", at=at, context={})
    return len(queries), shown[0]["images"]


def test_images_of_custom_serializer_are_packed(product: Any) -> None:
    class Text(ProductImageSerializer):
        class Meta(ProductImageSerializer.Meta):
            fields = ["alt_text"]

    number, images = statements_for(Text, product)

    assert number == 1
    assert [image["alt_text"] for image in images] == TEXTS


def test_values_not_preserved_by_json_are_read_separately(product: Any) -> None:
    class Dated(ProductImageSerializer):
        when = serializers.DateTimeField(source="product.last_update", read_only=True)

        class Meta(ProductImageSerializer.Meta):
            fields = ["alt_text", "when"]

    number, images = statements_for(Dated, product)

    assert number == 2
    assert [image["alt_text"] for image in images] == TEXTS


def test_rows_in_custom_order_are_read_separately(product: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(ProductImage._meta, "ordering", ["-alt_text"])

    number, images = statements_for(ProductImageSerializer, product)

    ordered = models.QuerySet(ProductImage).order_by("-alt_text").values_list("pk", flat=True)
    assert number == 2
    assert [image["id"] for image in images] == list(ordered)


def test_dynamic_manager_is_evaluated_on_each_read(product: Any, monkeypatch: Any) -> None:
    visible = set(TEXTS)

    class Tenants(models.Manager[Any]):
        def get_queryset(self) -> Any:
            return super().get_queryset().filter(alt_text__in=visible)

    manager = Tenants()
    manager.model = ProductImage
    manager.name = "tenants"
    monkeypatch.setitem(vars(ProductImage._meta), "default_manager", manager)
    plan = ReadPlan(ProductSerializer)
    at = timezone.now()

    every = plan.read([product.pk], using="default", at=at, context={})[0]["images"]
    visible -= {"plain"}
    fewer = plan.read([product.pk], using="default", at=at, context={})[0]["images"]

    assert [image["alt_text"] for image in every] == TEXTS
    assert [image["alt_text"] for image in fewer] == [text for text in TEXTS if text != "plain"]


@pytest.mark.skipif(connection.vendor != "mysql", reason="MariaDB limits the length of an aggregate")
@pytest.mark.parametrize("length", [4, 1024, 4096])
def test_rows_truncated_by_database_are_read_separately(product: Any, api: Any, length: int) -> None:
    ProductImage.objects.bulk_create(ProductImage(product=product, image="a.png", alt_text="x" * 50) for _ in range(30))
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION group_concat_max_len = %s", [length])

    try:
        shown = api.get(f"/store/products/{product.pk}/").json()["images"]
        listed = api.get("/store/products/").json()["results"][0]["images"]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION group_concat_max_len = DEFAULT")

    assert [image["id"] for image in shown] == list(ProductImage.objects.order_by("pk").values_list("pk", flat=True))
    assert listed == shown
