"""The admin pages of groups and variants."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from storefront_store_testapp.shop import client_of, form_of, staff_with

from storefront_store.models import Collection, Product, ProductGroup

pytestmark = [pytest.mark.database, pytest.mark.django_db]

GROUPS = "/admin/storefront_store/productgroup/"
PRODUCTS = "/admin/storefront_store/product/"


@pytest.fixture
def shirt() -> ProductGroup:
    return ProductGroup.objects.create(title="Shirt", slug="shirt", varies_by=["Size", "Colour"])


class TestGroup:
    def test_varies_by_is_comma_separated(self, admin_client: Any) -> None:
        empty = form_of(admin_client.get(f"{GROUPS}add/"))

        answer = admin_client.post(
            f"{GROUPS}add/", empty | {"title": "Mug", "slug": "mug", "varies_by": "Size, Colour ,"}
        )

        assert answer.status_code == 302
        assert ProductGroup.objects.get().varies_by == ["Size", "Colour"]

    def test_duplicate_option_names_are_rejected(self, admin_client: Any) -> None:
        empty = form_of(admin_client.get(f"{GROUPS}add/"))

        answer = admin_client.post(f"{GROUPS}add/", empty | {"title": "Mug", "slug": "mug", "varies_by": "Size, size"})

        assert "varies_by" in answer.context["adminform"].form.errors

    def test_change_form_lists_variants(self, shirt: ProductGroup, make_product: Any, admin_client: Any) -> None:
        variant = make_product(title="Shirt, M, Red", group=shirt, options={"Colour": "Red", "Size": "M"})

        page = admin_client.get(f"{GROUPS}{shirt.pk}/change/").content.decode()

        assert f'href="{PRODUCTS}{variant.pk}/change/"' in page
        assert "Size: M, Colour: Red" in page

    def test_option_names_can_only_be_reordered_while_variants_exist(
        self, shirt: ProductGroup, make_product: Any, admin_client: Any
    ) -> None:
        make_product(group=shirt, options={"Colour": "Red", "Size": "M"})
        data = form_of(admin_client.get(f"{GROUPS}{shirt.pk}/change/"))

        refused = admin_client.post(f"{GROUPS}{shirt.pk}/change/", data | {"varies_by": "Size"})
        turned = admin_client.post(f"{GROUPS}{shirt.pk}/change/", data | {"varies_by": "Colour, Size"})

        assert (refused.status_code, turned.status_code) == (200, 302)
        shirt.refresh_from_db()
        assert shirt.varies_by == ["Colour", "Size"]

    def test_list_shows_variant_counts(self, shirt: ProductGroup, make_product: Any, admin_client: Any) -> None:
        make_product(group=shirt, options={"Colour": "Red", "Size": "M"})

        page = admin_client.get(GROUPS).content.decode()

        assert f'<a href="{PRODUCTS}?group__id__exact={shirt.pk}">1 variant</a>' in page
        assert admin_client.get(f"{PRODUCTS}?group__id__exact={shirt.pk}").status_code == 200


class TestMakeVariants:
    @pytest.fixture
    def data(self) -> dict[str, Any]:
        collection = Collection.objects.create(title="Shirts")
        return {"collection": collection.pk, "unit_price": "9.50", "values_0": "S, M", "values_1": "Red, Blue"}

    def test_product_is_created_for_each_combination(
        self, shirt: ProductGroup, data: dict[str, Any], admin_client: Any
    ) -> None:
        url = f"{GROUPS}{shirt.pk}/make-variants/"
        assert f'href="{url}"' in admin_client.get(f"{GROUPS}{shirt.pk}/change/").content.decode()

        answer = admin_client.post(url, data, follow=True)

        assert "4 variants were made." in answer.content.decode()
        made = Product.objects.filter(group=shirt).order_by("pk")
        assert [product.title for product in made] == [
            "Shirt, S, Red",
            "Shirt, S, Blue",
            "Shirt, M, Red",
            "Shirt, M, Blue",
        ]
        assert {(product.unit_price, product.inventory, product.is_active) for product in made} == {
            (Decimal("9.50"), 0, False)
        }

    @pytest.mark.parametrize(
        "wrong",
        [
            {"unit_price": "0"},
            {"unit_price": "x"},
            {"collection": "987654"},
            {"collection": "\x00"},
            {"values_0": ""},
            {"values_0": ", ".join(map(str, range(100))), "values_1": ", ".join(map(str, range(100)))},
            {"values_0": "x" * 101},
        ],
    )
    def test_invalid_values_are_form_errors(
        self, wrong: dict[str, str], shirt: ProductGroup, data: dict[str, Any], admin_client: Any
    ) -> None:
        answer = admin_client.post(f"{GROUPS}{shirt.pk}/make-variants/", data | wrong)

        assert answer.status_code == 200
        assert answer.context["form"].errors
        assert not Product.objects.exists()

    def test_add_product_permission_is_required(self, shirt: ProductGroup, data: dict[str, Any]) -> None:
        client = client_of(staff_with("view_productgroup", "change_productgroup"))

        assert client.get(f"{GROUPS}{shirt.pk}/make-variants/").status_code == 403
        assert client.post(f"{GROUPS}{shirt.pk}/make-variants/", data).status_code == 403
        assert "make-variants" not in client.get(f"{GROUPS}{shirt.pk}/change/").content.decode()

    def test_unknown_group_is_404(self, admin_client: Any) -> None:
        assert admin_client.get(f"{GROUPS}987654/make-variants/").status_code == 404
        assert admin_client.get(f"{GROUPS}abc/make-variants/").status_code == 404


class TestProduct:
    def test_options_are_entered_one_per_row(self, shirt: ProductGroup, make_product: Any, admin_client: Any) -> None:
        product = make_product()
        url = f"{PRODUCTS}{product.pk}/change/"
        data = form_of(admin_client.get(url))

        refused = admin_client.post(url, data | {"group": shirt.pk, "options": "Size: M"})
        broken = admin_client.post(url, data | {"group": shirt.pk, "options": "Size M"})
        taken = admin_client.post(url, data | {"group": shirt.pk, "options": "size: M\n Colour : Red: dark"})

        assert (refused.status_code, broken.status_code, taken.status_code) == (200, 200, 302)
        product.refresh_from_db()
        assert (product.group, product.options) == (shirt, {"Size": "M", "Colour": "Red: dark"})
        assert "Colour: Red: dark" in admin_client.get(url).content.decode()

    def test_duplicate_options_are_rejected(self, shirt: ProductGroup, make_product: Any, admin_client: Any) -> None:
        make_product(group=shirt, options={"Size": "M", "Colour": "Red"})
        product = make_product()
        url = f"{PRODUCTS}{product.pk}/change/"
        data = form_of(admin_client.get(url))

        answer = admin_client.post(url, data | {"group": shirt.pk, "options": "Size: m\nColour: red"})

        assert answer.status_code == 200
        assert "Another product of this group has the same options." in answer.content.decode()

    def test_list_search_ignores_case_accents_and_hyphens(self, make_product: Any, admin_client: Any) -> None:
        make_product(title="Crème", sku="AB-12")

        for text in ("creme", "ab12", "CRÈME"):
            assert len(admin_client.get(PRODUCTS, {"q": text}).context["cl"].result_list) == 1

    def test_titles_are_sorted_ignoring_case_and_accents(self, make_product: Any, admin_client: Any) -> None:
        for title in ("Zebra", "apple", "Éclair", "Banana"):
            make_product(title=title)
        column = admin_client.get(PRODUCTS).context["cl"].list_display.index("title")

        for question in ({}, {"o": column}):
            rows = admin_client.get(PRODUCTS, question).context["cl"].result_list
            assert [row.title for row in rows] == ["apple", "Banana", "Éclair", "Zebra"]
