"""Groups of variants through the API."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from storefront_store_testapp.answers import titles

from storefront_store.models import Collection, Product, ProductGroup, ProductImage, Promotion
from storefront_store.services import variants

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def shirt() -> ProductGroup:
    return ProductGroup.objects.create(title="Shirt", slug="shirt", varies_by=["Size", "Colour"])


@pytest.fixture
def make_variant(shirt: ProductGroup, make_product: Any) -> Any:
    collection = Collection.objects.create(title="Shirts")

    def make(size: str, colour: str, **kwargs: Any) -> Product:
        kwargs = {"group": shirt, "collection": collection, "options": {"Size": size, "Colour": colour}, **kwargs}
        return make_product(title=f"Shirt, {size}, {colour}", **kwargs)

    return make


class TestGroups:
    def test_staff_can_manage_groups(self, as_staff: Any, api: Any) -> None:
        body = {"title": "Mug", "slug": "mug", "description": "For tea", "varies_by": ["Colour", "Size"]}

        made = as_staff.post("/store/groups/", body, format="json")

        url = f"/store/groups/{made.json()['id']}/"
        assert (made.status_code, api.get(url).json()) == (201, {"id": made.json()["id"], **body})
        assert as_staff.patch(url, {"title": "Cup"}, format="json").json()["title"] == "Cup"
        assert titles(api.get("/store/groups/")) == ["Cup"]
        assert as_staff.delete(url).status_code == 204

    @pytest.mark.parametrize("names", ["Colour", [""], ["Size", "SIZE"], [{}], ["a" * 61], list("abcdefghijk"), None])
    def test_invalid_option_names_are_400(self, names: Any, as_staff: Any) -> None:
        answer = as_staff.post("/store/groups/", {"title": "Mug", "slug": "mug", "varies_by": names}, format="json")

        assert (answer.status_code, list(answer.json())) == (400, ["varies_by"])
        assert not ProductGroup.objects.exists()

    def test_option_names_of_used_group_can_only_be_reordered(
        self, shirt: ProductGroup, make_variant: Any, as_staff: Any
    ) -> None:
        make_variant("M", "Red")
        url = f"/store/groups/{shirt.pk}/"

        refused = as_staff.patch(url, {"varies_by": ["Size"]}, format="json")
        turned = as_staff.patch(url, {"varies_by": ["Colour", "Size"]}, format="json")

        assert (refused.status_code, list(refused.json()), turned.status_code) == (400, ["varies_by"], 200)

    def test_products_of_deleted_group_are_kept(
        self, shirt: ProductGroup, make_variant: Any, as_staff: Any, api: Any
    ) -> None:
        product = make_variant("M", "Red")

        as_staff.delete(f"/store/groups/{shirt.pk}/")

        shown = api.get(f"/store/products/{product.pk}/").json()
        assert (shown["group"], shown["options"], shown["variants"]) == (None, {"Size": "M", "Colour": "Red"}, [])


class TestWrites:
    @pytest.fixture
    def body(self, shirt: ProductGroup) -> dict[str, Any]:
        collection = Collection.objects.create(title="Shirts")
        return {
            "title": "Shirt",
            "slug": "shirt",
            "unit_price": 9.5,
            "inventory": 3,
            "collection": collection.pk,
            "group": shirt.pk,
            "options": {"colour": " Red", "SIZE": "M"},
        }

    def test_options_adopt_names_of_group(self, body: Any, as_staff: Any) -> None:
        made = as_staff.post("/store/products/", body, format="json")

        assert (made.status_code, made.json()["options"]) == (201, {"Size": "M", "Colour": "Red"})

    def test_duplicate_options_are_400(self, body: Any, as_staff: Any) -> None:
        as_staff.post("/store/products/", body, format="json")

        again = as_staff.post("/store/products/", body | {"options": {"Size": "m", "Colour": "RED"}}, format="json")

        assert (again.status_code, again.json()) == (
            400,
            {"options": ["Another product of this group has the same options."]},
        )
        assert Product.objects.count() == 1

    @pytest.mark.parametrize(
        "options",
        [{}, {"Size": "M"}, {"Size": "M", "Colour": "Red", "Fit": "slim"}, {"Size": "M", "Colour": 7}, [], "x", 7],
    )
    def test_options_that_do_not_match_group_are_400(self, options: Any, body: Any, as_staff: Any) -> None:
        answer = as_staff.post("/store/products/", body | {"options": options}, format="json")

        assert (answer.status_code, list(answer.json())) == (400, ["options"])
        assert not Product.objects.exists()

    def test_product_added_to_group_requires_matching_options(
        self, shirt: ProductGroup, make_product: Any, as_staff: Any
    ) -> None:
        product = make_product()

        refused = as_staff.patch(f"/store/products/{product.pk}/", {"group": shirt.pk}, format="json")
        taken = as_staff.patch(
            f"/store/products/{product.pk}/",
            {"group": shirt.pk, "options": {"Size": "M", "Colour": "Red"}},
            format="json",
        )

        assert (refused.status_code, taken.status_code) == (400, 200)

    def test_variant_does_not_conflict_with_itself(self, make_variant: Any, as_staff: Any) -> None:
        variant = make_variant("M", "Red")

        answer = as_staff.patch(
            f"/store/products/{variant.pk}/", {"options": {"Size": "M", "Colour": "red"}}, format="json"
        )

        assert (answer.status_code, answer.json()["options"]) == (200, {"Size": "M", "Colour": "red"})


class TestDetail:
    def test_detail_lists_variants(self, make_variant: Any, api: Any) -> None:
        first, second = make_variant("M", "Red", unit_price=Decimal(20)), make_variant("L", "Red", inventory=0)
        ProductImage.objects.bulk_create(ProductImage(product=first, image=f"store/images/{name}.png") for name in "ab")
        promotion = Promotion.objects.create(description="Sale", discount=10)
        promotion.products.add(first)

        shown = api.get(f"/store/products/{second.pk}/").json()

        assert shown["varies_by"] == ["Size", "Colour"]
        assert shown["variants"] == [
            {
                "id": first.pk,
                "title": "Shirt, M, Red",
                "options": {"Size": "M", "Colour": "Red"},
                "effective_price": 18.0,
                "in_stock": True,
                "image": "http://testserver/media/store/images/a.png",
            },
            {
                "id": second.pk,
                "title": "Shirt, L, Red",
                "options": {"Size": "L", "Colour": "Red"},
                "effective_price": 10.0,
                "in_stock": False,
                "image": None,
            },
        ]

    def test_inactive_variants_are_shown_to_staff_only(self, make_variant: Any, api: Any, as_staff: Any) -> None:
        shown, hidden = make_variant("M", "Red"), make_variant("L", "Red", is_active=False)
        url = f"/store/products/{shown.pk}/"

        assert [row["id"] for row in api.get(url).json()["variants"]] == [shown.pk]
        assert [row["id"] for row in as_staff.get(url).json()["variants"]] == [shown.pk, hidden.pk]

    def test_variants_cost_one_query(
        self, make_variant: Any, make_product: Any, api: Any, django_assert_num_queries: Any
    ) -> None:
        product = make_variant("0", "Red")
        for size in range(1, 21):
            make_variant(str(size), "Red")

        alone = make_product()
        with django_assert_num_queries(1):
            api.get(f"/store/products/{alone.pk}/")
        with django_assert_num_queries(2):
            assert len(api.get(f"/store/products/{product.pk}/").json()["variants"]) == 21


class TestList:
    @pytest.fixture(autouse=True)
    def _products(self, make_variant: Any, make_product: Any) -> None:
        make_variant("M", "Red", inventory=0)
        make_variant("M", "Blue", inventory=2)
        make_variant("L", "Red", inventory=5)
        make_product(title="Zebra", options={"Colour": "Red"})
        make_product(title="Apron")

    @pytest.mark.parametrize(
        ("question", "found"),
        [
            ("option_Colour=Red", ["Shirt, L, Red", "Shirt, M, Red", "Zebra"]),
            ("option_colour=RED&option_Size=m", ["Shirt, M, Red"]),
            ("option_Size=M&option_Size=L", ["Shirt, L, Red", "Shirt, M, Blue", "Shirt, M, Red"]),
            ("option_Colour=Green", []),
            ("option_Fit=slim", []),
            ("option_Colour=Red&search=shirt&in_stock=true", ["Shirt, L, Red"]),
            ("variants=collapse", ["Apron", "Shirt, M, Blue", "Zebra"]),
            ("variants=collapse&option_Colour=Red", ["Shirt, L, Red", "Zebra"]),
            ("variants=collapse&search=shirt&option_Size=M", ["Shirt, M, Blue"]),
            ("variants=collapse&in_stock=false", ["Shirt, M, Red"]),
            ("variants=collapse&pagination=cursor", ["Apron", "Shirt, M, Blue", "Zebra"]),
            ("variants=", ["Apron", "Shirt, L, Red", "Shirt, M, Blue", "Shirt, M, Red", "Zebra"]),
        ],
    )
    def test_filters_return_expected_products(self, question: str, found: list[str], api: Any) -> None:
        answer = api.get(f"/store/products/?{question}")

        assert sorted(titles(answer)) == found
        assert answer.json().get("count", len(found)) == len(found)

    def test_filter_by_group(self, shirt: ProductGroup, api: Any) -> None:
        assert len(titles(api.get(f"/store/products/?group={shirt.pk}"))) == 3
        assert api.get("/store/products/?group=987654").status_code == 400

    def test_collapsed_group_without_stock_shows_first_variant(self, api: Any) -> None:
        Product.objects.update(inventory=0)

        assert titles(api.get("/store/products/?variants=collapse")) == ["Apron", "Shirt, M, Red", "Zebra"]

    def test_collapsed_group_shows_active_variant_to_staff(self, as_staff: Any) -> None:
        Product.objects.filter(title="Shirt, M, Blue").update(is_active=False)

        assert titles(as_staff.get("/store/products/?variants=collapse")) == ["Apron", "Shirt, L, Red", "Zebra"]

    @pytest.mark.parametrize(
        "question",
        [
            "variants=all",
            "option_=Red",
            "option_Colour=",
            "option_Colour=%00",
            f"option_Colour={'r' * 101}",
            "&".join(f"option_{name}=1" for name in "abcdefghijk"),
            "&".join(f"option_a={number}" for number in range(51)),
        ],
    )
    def test_invalid_filters_are_400(self, question: str, api: Any) -> None:
        assert api.get(f"/store/products/?{question}").status_code == 400


class TestCollapsedPages:
    def test_each_group_is_listed_once(self, make_product: Any, api: Any) -> None:
        collection = Collection.objects.create(title="All")
        groups = [ProductGroup(title=f"Group {n}", slug="g", varies_by=["Number"]) for n in range(12)]
        for group in groups:
            group.save()
        for number in range(36):
            make_product(
                title=f"Product {number:02}",
                group=groups[number % 12],
                options={"Number": str(number)},
                inventory=number % 5,
                collection=collection,
            )

        for mode in ("", "&pagination=cursor"):
            url, seen = f"/store/products/?variants=collapse&page_size=5{mode}", []
            while url:
                page = api.get(url).json()
                assert page.get("count", 12) == 12
                seen += [row["group"] for row in page["results"]]
                url = page["next"]
            assert sorted(seen) == sorted(group.pk for group in groups)


class TestMakeVariants:
    @pytest.fixture
    def template(self) -> Product:
        collection = Collection.objects.create(title="Shirts")
        return Product(
            title="Shirt", slug="shirt", sku="S-1", unit_price=Decimal(9), inventory=4, collection=collection
        )

    def test_each_combination_is_created_once(self, shirt: ProductGroup, make_variant: Any, template: Product) -> None:
        make_variant("M", "Red")

        made = variants.make_variants(shirt, {"Size": ["M", "L", "m "], "Colour": ["Red", "Blue"]}, template=template)

        assert [product.title for product in made] == ["Shirt, M, Blue", "Shirt, L, Red", "Shirt, L, Blue"]
        assert {(product.sku, product.inventory, product.unit_price) for product in made} == {(None, 0, Decimal(9))}
        assert variants.make_variants(shirt, {"Size": ["M", "L"], "Colour": ["Red", "Blue"]}, template=template) == []
        assert Product.objects.search("shirt blue").count() == 2

    def test_too_many_combinations_are_rejected(self, shirt: ProductGroup, template: Product) -> None:
        many = [str(number) for number in range(30)]

        with pytest.raises(ValidationError, match="900 combinations"):
            variants.make_variants(shirt, {"Size": many, "Colour": many}, template=template)

    def test_no_variants_are_created_without_values_of_each_option(
        self, shirt: ProductGroup, template: Product
    ) -> None:
        assert variants.make_variants(shirt, {"Size": ["M"]}, template=template) == []


class TestCollapsedInOnePass:
    """Far pages and short lists compare all variants at once, with the same result."""

    @pytest.fixture(autouse=True)
    def _products(self, make_product: Any) -> None:
        chance = random.Random(5)
        groups = [ProductGroup.objects.create(title=f"G{number}", slug="g", varies_by=["No"]) for number in range(9)]
        collections = [Collection.objects.create(title=title) for title in ("Cups", "Lamps")]
        Product.objects.bulk_create(
            Product(
                title=f"Thing {chance.randrange(20)}",
                slug="thing",
                unit_price=chance.randrange(1, 9),
                inventory=chance.choice([0, 0, 3]),
                is_active=chance.random() < 0.8,
                collection=chance.choice(collections),
                group=chance.choice([None, *groups]),
                options={"No": str(number)},
            )
            for number in range(60)
        )

    @pytest.mark.parametrize(
        "rows",
        [
            lambda products: products.active().filter(unit_price__gte=4),
            lambda products: products.in_stock().order_by("-unit_price", "-pk"),
            lambda products: products.active().filter(collection=Collection.objects.latest("pk")),
            lambda products: products.search("thing").by_relevance(),
        ],
        ids=["price", "in stock", "collection", "search"],
    )
    def test_result_equals_default_collapse(self, rows: Any) -> None:
        found = rows(Product.objects.all())

        shown = [product.pk for product in found.collapse()]

        assert [product.pk for product in found.collapse(at_once=True)] == shown
        assert found.count_collapsed() == len(shown) > 9

    @pytest.mark.skipif(connection.vendor != "postgresql", reason="no other database is told the size")
    def test_large_numbers_are_sent_whole(self) -> None:
        rows = Product.objects.filter(unit_price__gt=1).collapse(at_once=True)

        _sql, params = rows.query.sql_with_params()

        assert any(isinstance(each, int) and each >= 2**60 for each in params)
        assert not [each for each in params if type(each).__name__ == "Int4" and abs(each) >= 2**31]
