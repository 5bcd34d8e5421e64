from __future__ import annotations

from typing import Any

import pytest
from storefront_store_testapp.imports import INK, PEN, counts, load
from storefront_store_testapp.threads import together

from storefront_store.models import CatalogueVersion, Collection, Product, Review

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("low_prices")]


@pytest.mark.database
class TestUpsert:
    def test_second_import_changes_nothing(self, write: Any) -> None:
        path = write([PEN, INK | {"reviews": [{"name": "Ann", "comment": "Good", "rating": 5}]}])
        load(path)
        version = CatalogueVersion.objects.current()
        before = list(Product.objects.order_by("pk").values())

        assert counts(load(path)) == (0, 0, 2, 0, 0)
        assert CatalogueVersion.objects.current() == version
        assert list(Product.objects.order_by("pk").values()) == before
        assert Review.objects.count() == 1

    def test_changed_fields_are_updated(self, write: Any) -> None:
        load(write([PEN, INK]))
        old = Product.objects.get(sku="P1")

        summary = load(write([PEN | {"price": 3, "category": "Office", "title": "Biro"}, INK]))

        assert counts(summary) == (0, 1, 1, 0, 0)
        pen = Product.objects.get(sku="P1")
        assert (pen.pk, pen.title, pen.unit_price, pen.collection.title) == (old.pk, "Biro", 3, "Office")
        assert pen.slug == old.slug
        assert pen.last_update > old.last_update
        assert list(Product.objects.search("biro")) == [pen]

    def test_fields_missing_from_file_are_kept(self, write: Any) -> None:
        load(write([PEN]))

        load(write([{"sku": "P1", "title": "Pen", "price": 3}]))

        pen = Product.objects.get()
        assert (pen.description, pen.inventory, pen.collection.title) == ("Blue.", 7, "Desk")

    def test_null_clears_description_only(self, write: Any) -> None:
        load(write([PEN]))

        summary = load(write([PEN | {"description": None, "stock": None, "category": None}]))

        assert summary.updated == 1
        pen = Product.objects.get()
        assert (pen.description, pen.inventory, pen.collection.title) == (None, 7, "Desk")

    def test_too_long_slug_fails_every_time(self, write: Any) -> None:
        path = write([PEN | {"slug": "x" * 256}, INK | {"title": "x" * 255}])

        assert counts(load(path)) == (1, 0, 0, 0, 1)
        assert counts(load(path)) == (0, 0, 1, 0, 1)

    def test_products_missing_from_file_are_kept(self, write: Any, make_product: Any) -> None:
        other = make_product()

        load(write([PEN]))

        assert Product.objects.filter(pk=other.pk).exists()

    def test_row_id_is_used_as_missing_sku(self, write: Any) -> None:
        path = write([{"id": 7, "title": "Pen", "price": 1}, {"id": "b8", "title": "Pen", "price": 2, "sku": ""}])

        assert counts(load(path)) == (2, 0, 0, 0, 0)
        assert counts(load(path)) == (0, 0, 2, 0, 0)
        assert sorted(Product.objects.values_list("sku", flat=True)) == ["7", "b8"]

    @pytest.mark.parametrize("key", ["slug", "title"])
    def test_row_id_never_replaces_sku(self, write: Any, make_product: Any, key: str) -> None:
        numbered = make_product(title="Pen", slug="pen", sku="P1")
        bare = make_product(title="Ink", slug="ink")
        rows = [
            {"id": 7, "title": "Pen", "slug": "pen", "price": 3},
            {"id": 8, "title": "Ink", "slug": "ink", "price": 3},
        ]

        assert counts(load(write(rows), key=key)) == (0, 2, 0, 0, 0)

        numbered.refresh_from_db(), bare.refresh_from_db()
        assert (numbered.sku, bare.sku) == ("P1", "8")

    def test_row_id_of_64_bits(self, write: Any) -> None:
        load(write([{"id": 2**64 - 1, "title": "Pen", "price": 1}]))

        assert Product.objects.get().sku == "18446744073709551615"

    def test_title_is_key_without_sku_and_id(self, write: Any, make_product: Any) -> None:
        numbered = make_product(title="Pen", sku="X", unit_price="99")
        path = write([{"title": "Pen", "price": 1}, {"title": "Ink", "price": 2}])

        assert counts(load(path)) == (2, 0, 0, 0, 0)
        assert counts(load(path)) == (0, 0, 2, 0, 0)
        numbered.refresh_from_db()
        assert numbered.unit_price == 99

    @pytest.mark.parametrize("key", ["slug", "title"])
    def test_key_option(self, write: Any, make_product: Any, key: str) -> None:
        known = make_product(title="Pen", slug="pen", sku="OLD")
        row = {"title": "Pen", "slug": "pen", "price": 77}

        assert counts(load(write([row]), key=key)) == (0, 1, 0, 0, 0)
        known.refresh_from_db()
        assert (known.unit_price, known.sku) == (77, "OLD")

    def test_missing_key_fails(self, write: Any) -> None:
        summary = load(write([{"title": "Pen", "price": 1, "sku": "P"}]), key="slug")

        assert summary.failures == [("row 1", "slug: missing")]

    def test_ambiguous_key_fails(self, write: Any, make_product: Any) -> None:
        make_product(title="Pen"), make_product(title="Pen")

        summary = load(write([{"title": "Pen", "price": 1}, INK]), key="title")

        assert counts(summary) == (1, 0, 0, 0, 1)
        assert summary.failures == [("row 1", "there are 2 products with the title 'Pen'")]

    def test_sku_in_another_case_does_not_match(self, write: Any, make_product: Any) -> None:
        known = make_product(sku="p1", title="Old")

        summary = load(write([PEN, INK]))

        known.refresh_from_db()
        assert known.title == "Old"
        assert Product.objects.filter(sku="I1").exists()
        assert summary.created + summary.failed == 2  # the column of some databases doesn't tell the two apart

    def test_equal_titles_with_different_skus_are_two_products(self, write: Any) -> None:
        assert load(write([PEN, PEN | {"sku": "P2"}])).created == 2

    def test_first_collection_with_title_is_used(self, write: Any) -> None:
        first, _second = Collection.objects.create(title="Desk"), Collection.objects.create(title="Desk")

        load(write([PEN]))

        assert Product.objects.get().collection == first

    def test_default_collection_is_other(self, write: Any) -> None:
        load(write([{"title": "Pen", "price": 1}]))

        assert Product.objects.get().collection.title == "Other"

    @pytest.mark.parametrize(
        ("row", "slug"),
        [
            ({"title": "Crème Brûlée & Co."}, "creme-brulee-co"),
            ({"title": "钢笔", "sku": "Z 9"}, "z-9"),
            ({"title": "钢笔"}, "product"),
            ({"title": "x" * 255}, "x" * 255),
        ],
    )
    def test_slug_is_generated(self, write: Any, row: dict[str, str], slug: str) -> None:
        load(write([row | {"price": 1}]))

        assert Product.objects.get().slug == slug


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_concurrent_imports_create_everything_once(write: Any) -> None:
    path = write([{**PEN, "sku": f"P{n}", "reviews": [{"name": "Ann", "text": "Good"}]} for n in range(40)])

    summaries = together([lambda: load(path)] * 2)

    assert sum(summary.created for summary in summaries) == 40
    assert sum(summary.unchanged for summary in summaries) == 40
    assert (Product.objects.count(), Collection.objects.count(), Review.objects.count()) == (40, 1, 40)
