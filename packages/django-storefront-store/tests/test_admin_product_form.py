"""The form of a product in the admin: values, stock that is sold meanwhile, and concurrent changes."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin import ModelAdmin, site
from django.db.models.signals import pre_save
from storefront_store_testapp.shop import form_of, messages_of, place_order, save_form

from storefront_store.models import Collection, Product, Promotion
from storefront_store.services import catalogue

pytestmark = pytest.mark.django_db
PRODUCTS = "/admin/storefront_store/product/"


def path_of(product: Product) -> str:
    return f"{PRODUCTS}{product.pk}/change/"


class TestProductForm:
    @pytest.fixture
    def product(self, make_product: Any) -> Product:
        return make_product(title="Chair", inventory=5)

    def test_add_product(self, admin_client: Any) -> None:
        collection = Collection.objects.create(title="Seats")
        empty = form_of(admin_client.get(f"{PRODUCTS}add/"))
        data = {"title": "Chair", "slug": "chair", "unit_price": "9.99", "inventory": "3", "collection": collection.pk}

        answer = admin_client.post(f"{PRODUCTS}add/", empty | data)

        assert answer.status_code == 302
        product = Product.objects.get()
        assert (product.title, product.inventory, product.sku, product.title_key) == ("Chair", 3, None, "chair")

    def test_slug_is_prepopulated_from_title(self, admin_client: Any) -> None:
        assert "&quot;#id_slug&quot;" in admin_client.get(f"{PRODUCTS}add/").content.decode()

    @pytest.mark.parametrize(
        ("field", "value", "text"),
        [
            ("unit_price", "0.5", "Ensure this value is greater than or equal to 1."),
            ("unit_price", "abc", "Enter a number."),
            ("unit_price", "NaN", "Enter a number."),
            ("unit_price", "1e400", "Ensure that there are no more than 12 digits in total."),
            ("inventory", "-1", "Ensure this value is greater than or equal to 0."),
            ("inventory", str(2**63), "Ensure this value is less than or equal to"),
            ("title", "\u200b", "This field cannot be blank."),
            ("title", "", "This field is required."),
            ("title", "a\x00b", "Null characters are not allowed."),
            ("slug", "a/b", "Enter a valid “slug”"),
            ("collection", "999999", "Select a valid choice."),
        ],
    )
    def test_invalid_values_are_form_errors(
        self, admin_client: Any, product: Product, field: str, value: str, text: str
    ) -> None:
        before = Product.objects.values().get()

        answer = save_form(admin_client, path_of(product), **{field: value})

        assert answer.status_code == 200
        assert text in str(answer.context["adminform"].form.errors[field])
        assert Product.objects.values().get() == before

    def test_concurrent_order_is_not_overwritten(self, admin_client: Any, product: Product, user: Any) -> None:
        path = path_of(product)
        data = form_of(admin_client.get(path))
        place_order(user, (product, 2))

        admin_client.post(path, data | {"description": "Four legs"})

        product.refresh_from_db()
        assert (product.inventory, product.description) == (3, "Four legs")

    @pytest.mark.parametrize(("typed", "left"), [("25", 23), ("4", 2), ("0", 0)])
    def test_inventory_change_is_relative_to_initial_value(
        self, admin_client: Any, product: Product, user: Any, typed: str, left: int
    ) -> None:
        path = path_of(product)
        data = form_of(admin_client.get(path))
        place_order(user, (product, 2))

        admin_client.post(path, data | {"inventory": typed})

        product.refresh_from_db()
        assert product.inventory == left

    @pytest.mark.parametrize("shown", [None, "abc"])
    def test_inventory_without_initial_value_is_absolute(
        self, admin_client: Any, product: Product, shown: str | None
    ) -> None:
        path = path_of(product)
        data = form_of(admin_client.get(path)) | {"inventory": "8"}
        del data["initial-inventory"]
        if shown:
            data["initial-inventory"] = shown

        admin_client.post(path, data)

        product.refresh_from_db()
        assert product.inventory == 8

    def test_fields_added_by_project_come_last(self, rf: Any, admin_user: Any, monkeypatch: Any) -> None:
        monkeypatch.setattr(ModelAdmin, "get_fields", lambda *args: ["slug", "colour", "sku", "title"])
        request = rf.get("/")
        request.user = admin_user

        fields = site.get_model_admin(Product).get_fields(request)

        assert fields == [("title",), ("slug", "sku"), "colour"]

    def test_promotions_are_edited_inline(self, admin_client: Any, product: Product) -> None:
        sale = Promotion.objects.create(description="Sale", discount=10)
        page = admin_client.get(path_of(product))
        prefix = page.context["inline_admin_formsets"][1].formset.prefix

        save_form(admin_client, path_of(product), **{f"{prefix}-TOTAL_FORMS": 1, f"{prefix}-0-promotion": sale.pk})

        assert list(product.promotions.all()) == [sale]

    @pytest.mark.database
    @pytest.mark.parametrize("shown", ["-99999999999", "9" * 30, "-1", "abc", "\0", ""])
    def test_invalid_initial_inventory_is_ignored(self, admin_client: Any, product: Product, shown: str) -> None:
        answer = save_form(admin_client, path_of(product), **{"inventory": "25", "initial-inventory": shown})

        product.refresh_from_db()
        assert (answer.status_code, product.inventory) == (302, 25)

    @pytest.mark.database
    def test_concurrently_deleted_product_is_reported(
        self, admin_client: Any, product: Product, monkeypatch: Any
    ) -> None:
        path = path_of(product)
        changed = form_of(admin_client.get(path)) | {"title": "Stool"}
        listed = form_of(admin_client.get(PRODUCTS)) | {"form-0-unit_price": "12", "_save": "Save"}

        change = catalogue.change_product

        def delete_then_change(instance: Product, *args: Any, **kwargs: Any) -> None:
            Product.objects.filter(pk=instance.pk).delete()
            change(instance, *args, **kwargs)

        monkeypatch.setattr(catalogue, "change_product", delete_then_change)
        answers = [admin_client.post(path, changed, follow=True), admin_client.post(PRODUCTS, listed, follow=True)]

        assert [messages_of(answer) for answer in answers] == [[("error", "Not found.")]] * 2

    @pytest.mark.database
    def test_concurrently_taken_sku_is_reported(self, admin_client: Any, product: Product, make_product: Any) -> None:
        def take(**kwargs: Any) -> None:
            pre_save.disconnect(take, sender=Product)
            make_product(sku="A1")

        path = path_of(product)
        changed = form_of(admin_client.get(path)) | {"sku": "A1"}
        pre_save.connect(take, sender=Product)
        answer = admin_client.post(path, changed, follow=True)

        assert messages_of(answer) == [("error", "This conflicts with existing data.")]
        product.refresh_from_db()
        assert product.sku is None
