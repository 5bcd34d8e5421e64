"""The admin's pages of products: list, actions and form."""

from __future__ import annotations

import errno
import sqlite3
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin import ModelAdmin, site
from django.contrib.admin.models import LogEntry
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.db.models.signals import pre_save
from storefront_store_testapp.pictures import SVG
from storefront_store_testapp.shop import form_of, messages_of, picture, place_order

from storefront_store.models import Collection, Product, ProductImage, Promotion
from storefront_store.services import catalogue

pytestmark = pytest.mark.django_db
PRODUCTS = "/admin/storefront_store/product/"


def titles(response: Any) -> list[str]:
    return [product.title for product in response.context["cl"].result_list]


def act(client: Any, path: str, action: str, *objects: Any, **extra: Any) -> Any:
    data = {"action": action, "_selected_action": [obj.pk for obj in objects], **extra}
    return client.post(path, data, follow=True)


class TestProductList:
    def test_stock_below_setting_is_low(self, admin_client: Any, make_product: Any, settings: Any) -> None:
        make_product(inventory=9)

        assert ">Low</span>" in admin_client.get(PRODUCTS).content.decode()

        settings.STOREFRONT_STORE = {"LOW_STOCK": 5}
        assert ">Low</span>" not in admin_client.get(PRODUCTS).content.decode().split('id="changelist-filter"')[0]

    def test_sorts_by_stock(self, admin_client: Any, make_product: Any) -> None:
        make_product(title="many", inventory=30)
        make_product(title="few", inventory=3)
        column = admin_client.get(PRODUCTS).context["cl"].list_display.index("inventory_status")

        assert titles(admin_client.get(PRODUCTS, {"o": column})) == ["few", "many"]
        assert titles(admin_client.get(PRODUCTS, {"o": -column})) == ["many", "few"]

    def test_filter_by_low_stock(self, admin_client: Any, make_product: Any) -> None:
        make_product(title="many", inventory=10)
        make_product(title="few", inventory=9)

        assert titles(admin_client.get(PRODUCTS, {"inventory": "<10"})) == ["few"]
        assert titles(admin_client.get(PRODUCTS, {"inventory": "10"})) == ["few", "many"]

    def test_low_stock_filter_uses_setting(self, admin_client: Any, make_product: Any, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"LOW_STOCK": 3}
        make_product(title="three", inventory=3)
        make_product(title="two", inventory=2)

        assert titles(admin_client.get(PRODUCTS, {"inventory": "<3"})) == ["two"]
        assert titles(admin_client.get(PRODUCTS, {"inventory": "<10"})) == ["three", "two"]

    def test_pagination_and_search_by_title_or_sku(self, admin_client: Any, make_product: Any) -> None:
        seats = Collection.objects.create(title="Seats")
        for number in range(12):
            make_product(title=f"chair {number:02}", sku=f"C-{number}", collection=seats)

        assert len(titles(admin_client.get(PRODUCTS))) == 10
        assert titles(admin_client.get(PRODUCTS, {"q": "CHAIR 07"})) == ["chair 07"]
        assert titles(admin_client.get(PRODUCTS, {"q": "C-11"})) == ["chair 11"]

    def test_first_image_is_shown_as_thumbnail(self, admin_client: Any, make_product: Any) -> None:
        product = make_product()
        image = ProductImage.objects.create(product=product, image="store/images/a.png", alt_text='a "chair"')
        ProductImage.objects.create(product=product, image="store/images/b.png")

        page = admin_client.get(PRODUCTS).content.decode()

        assert f'<img class="thumbnail" src="{image.image.url}" alt="a &quot;chair&quot;"' in page
        assert "b.png" not in page

    def test_collection_links_to_its_products(self, admin_client: Any, make_product: Any) -> None:
        collection = make_product(title="mine").collection
        make_product(title="another")

        address = f"{PRODUCTS}?collection__id={collection.pk}"

        assert f'href="{address}"' in admin_client.get(PRODUCTS).content.decode()
        assert titles(admin_client.get(address)) == ["mine"]

    def test_list_editable_price_writes_no_other_field(self, admin_client: Any, make_product: Any) -> None:
        product = make_product(title="chair", unit_price=Decimal(10), inventory=5)
        data = form_of(admin_client.get(PRODUCTS)) | {"form-0-unit_price": "12.50", "_save": "Save"}
        Product.objects.filter(pk=product.pk).update(inventory=4)  # a concurrent purchase

        answer = admin_client.post(PRODUCTS, data)

        assert answer.status_code == 302
        product.refresh_from_db()
        assert (product.unit_price, product.inventory) == (Decimal("12.50"), 4)

    def test_price_below_minimum_is_rejected(self, admin_client: Any, make_product: Any) -> None:
        product = make_product(unit_price=Decimal(10))
        data = form_of(admin_client.get(PRODUCTS)) | {"form-0-unit_price": "0.5", "_save": "Save"}

        answer = admin_client.post(PRODUCTS, data)

        assert "Ensure this value is greater than or equal to 1." in answer.content.decode()
        product.refresh_from_db()
        assert product.unit_price == 10

    def test_collection_filter_is_limited_to_100_choices(self, admin_client: Any, make_product: Any) -> None:
        make_product()
        last = make_product(collection=Collection.objects.create(title="Z")).collection
        Collection.objects.bulk_create(Collection(title=f"C{number}") for number in range(150))

        answer = admin_client.get(PRODUCTS)
        link = admin_client.get(PRODUCTS, {"collection__id__exact": last.pk})

        assert answer.content.count(b"?collection__id__exact=") == 100
        assert [product.collection for product in link.context["cl"].result_list] == [last]


class TestProductActions:
    def test_clear_inventory(self, admin_client: Any, make_product: Any) -> None:
        first, second, third = (make_product(inventory=number) for number in (5, 7, 9))

        answer = act(admin_client, PRODUCTS, "clear_inventory", first, second)

        assert messages_of(answer) == [("success", "2 products were successfully updated.")]
        left = Product.objects.in_bulk()
        assert [left[product.pk].inventory for product in (first, second, third)] == [0, 0, 9]
        assert LogEntry.objects.count() == 2

    def test_activate_and_deactivate(self, admin_client: Any, make_product: Any) -> None:
        product = make_product()

        answer = act(admin_client, PRODUCTS, "deactivate", product)
        product.refresh_from_db()
        assert messages_of(answer) == [("success", "1 product was successfully updated.")]
        assert not product.is_active

        act(admin_client, PRODUCTS, "activate", product)
        product.refresh_from_db()
        assert product.is_active

    def test_action_applies_to_filtered_rows(self, admin_client: Any, make_product: Any) -> None:
        on, off = make_product(), make_product(is_active=False)

        act(admin_client, f"{PRODUCTS}?is_active__exact=1", "deactivate", on, off, select_across="1")

        assert LogEntry.objects.count() == 1
        assert not Product.objects.active().exists()

    @pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite counts the parameters of a statement")
    @pytest.mark.parametrize("action", ["deactivate", "clear_inventory", "delete_selected"])
    def test_actions_on_more_products_than_sql_parameters(
        self, admin_client: Any, make_product: Any, action: str
    ) -> None:
        product = make_product()
        Product.objects.bulk_create(
            Product(title="P", slug="p", unit_price=5, inventory=1, collection=product.collection) for _ in range(1200)
        )
        before = connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 1100)
        try:
            answer = act(admin_client, PRODUCTS, action, product, select_across="1")
        finally:
            connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, before)

        assert answer.status_code == 200
        assert action == "delete_selected" or messages_of(answer)[0][1].startswith("1201 products")

    def test_ordered_product_is_not_deleted(self, admin_client: Any, make_product: Any, user: Any) -> None:
        product = make_product()
        place_order(user, (product, 1))

        for answer in (
            act(admin_client, PRODUCTS, "delete_selected", product, post="yes"),
            admin_client.post(f"{PRODUCTS}{product.pk}/delete/", {"post": "yes"}),
        ):
            assert answer.status_code == 200
            assert answer.context["protected"]
        assert Product.objects.filter(pk=product.pk).exists()

    def test_order_after_confirmation_prevents_deletion(
        self, admin_client: Any, make_product: Any, user: Any, monkeypatch: Any
    ) -> None:
        product = make_product()
        place_order(user, (product, 1))
        monkeypatch.setattr(
            "storefront_store.admin.ProductAdmin.get_deleted_objects", lambda *args: ([], {}, set(), [])
        )

        bulk = act(admin_client, PRODUCTS, "delete_selected", product, post="yes")
        single = admin_client.post(f"{PRODUCTS}{product.pk}/delete/", {"post": "yes"}, follow=True)

        assert messages_of(bulk) == [("error", "Other entries still refer to this one.")]
        assert messages_of(single) == [
            ("error", "Product cannot be deleted because it is associated with an order item.")
        ]
        assert Product.objects.filter(pk=product.pk).exists()

    def test_product_without_orders_is_deleted(self, admin_client: Any, make_product: Any) -> None:
        product = make_product()

        answer = admin_client.post(f"{PRODUCTS}{product.pk}/delete/", {"post": "yes"})

        assert answer.status_code == 302
        assert not Product.objects.exists()


class TestProductForm:
    @pytest.fixture
    def product(self, make_product: Any) -> Product:
        return make_product(title="Chair", inventory=5)

    def save(self, client: Any, product: Product, **changes: Any) -> Any:
        path = f"{PRODUCTS}{product.pk}/change/"
        return client.post(path, form_of(client.get(path)) | changes)

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

        answer = self.save(admin_client, product, **{field: value})

        assert answer.status_code == 200
        assert text in str(answer.context["adminform"].form.errors[field])
        assert Product.objects.values().get() == before

    def test_concurrent_order_is_not_overwritten(self, admin_client: Any, product: Product, user: Any) -> None:
        path = f"{PRODUCTS}{product.pk}/change/"
        data = form_of(admin_client.get(path))
        place_order(user, (product, 2))

        admin_client.post(path, data | {"description": "Four legs"})

        product.refresh_from_db()
        assert (product.inventory, product.description) == (3, "Four legs")

    @pytest.mark.parametrize(("typed", "left"), [("25", 23), ("4", 2), ("0", 0)])
    def test_inventory_change_is_relative_to_initial_value(
        self, admin_client: Any, product: Product, user: Any, typed: str, left: int
    ) -> None:
        path = f"{PRODUCTS}{product.pk}/change/"
        data = form_of(admin_client.get(path))
        place_order(user, (product, 2))

        admin_client.post(path, data | {"inventory": typed})

        product.refresh_from_db()
        assert product.inventory == left

    @pytest.mark.parametrize("shown", [None, "abc"])
    def test_inventory_without_initial_value_is_absolute(
        self, admin_client: Any, product: Product, shown: str | None
    ) -> None:
        path = f"{PRODUCTS}{product.pk}/change/"
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

    def test_image_is_reencoded_and_renamed(self, admin_client: Any, product: Product) -> None:
        self.save(admin_client, product, **{"images-0-image": picture("../me.php.png"), "images-0-alt_text": "A chair"})

        image = ProductImage.objects.get()
        assert image.alt_text == "A chair"
        assert image.image.name.startswith("store/images/")
        assert image.image.name.endswith(".png")
        assert "me" not in image.image.name
        with image.image.open() as stored:
            assert stored.read(8) == b"\x89PNG\r\n\x1a\n"

    def test_empty_image_form_creates_no_row(self, admin_client: Any, product: Product) -> None:
        self.save(admin_client, product, title="Stool")

        assert not ProductImage.objects.exists()

    def test_file_that_is_not_an_image_is_rejected(self, admin_client: Any, product: Product, settings: Any) -> None:
        upload = picture("picture.png")
        upload.file.seek(0)
        upload.file.truncate()
        upload.file.write(SVG)
        upload.size = len(SVG)
        upload.seek(0)

        answer = self.save(admin_client, product, **{"images-0-image": upload})

        assert "Upload a valid image." in answer.content.decode()
        assert not ProductImage.objects.exists()
        assert not (settings.MEDIA_ROOT / "store").exists()

    def test_too_large_image_is_rejected(self, admin_client: Any, product: Product, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"IMAGE_MAX_BYTES": 1024}
        settings.STOREFRONT_STORE["IMAGE_MAX_PIXELS"] = 1_000_000

        answer = self.save(admin_client, product, **{"images-0-image": picture(size=(900, 900))})
        assert "Files cannot be larger than 1KB!" in answer.content.decode()

        settings.STOREFRONT_STORE = {"IMAGE_MAX_PIXELS": 1_000_000}
        answer = self.save(admin_client, product, **{"images-0-image": picture(size=(1001, 1000))})
        assert "Images cannot have more than 1 megapixels." in answer.content.decode()
        assert not ProductImage.objects.exists()

    def test_file_input_accepts_only_images(self, admin_client: Any, product: Product) -> None:
        page = admin_client.get(f"{PRODUCTS}{product.pk}/change/").content.decode()

        assert 'accept="image/jpeg,image/png,image/webp"' in page

    def test_promotions_are_edited_inline(self, admin_client: Any, product: Product) -> None:
        sale = Promotion.objects.create(description="Sale", discount=10)
        page = admin_client.get(f"{PRODUCTS}{product.pk}/change/")
        prefix = page.context["inline_admin_formsets"][1].formset.prefix

        self.save(admin_client, product, **{f"{prefix}-TOTAL_FORMS": 1, f"{prefix}-0-promotion": sale.pk})

        assert list(product.promotions.all()) == [sale]

    @pytest.mark.database
    @pytest.mark.parametrize("shown", ["-99999999999", "9" * 30, "-1", "abc", "\0", ""])
    def test_invalid_initial_inventory_is_ignored(self, admin_client: Any, product: Product, shown: str) -> None:
        answer = self.save(admin_client, product, **{"inventory": "25", "initial-inventory": shown})

        product.refresh_from_db()
        assert (answer.status_code, product.inventory) == (302, 25)

    @pytest.mark.database
    def test_concurrently_deleted_product_is_reported(
        self, admin_client: Any, product: Product, monkeypatch: Any
    ) -> None:
        path = f"{PRODUCTS}{product.pk}/change/"
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

        path = f"{PRODUCTS}{product.pk}/change/"
        changed = form_of(admin_client.get(path)) | {"sku": "A1"}
        pre_save.connect(take, sender=Product)
        answer = admin_client.post(path, changed, follow=True)

        assert messages_of(answer) == [("error", "This conflicts with existing data.")]
        product.refresh_from_db()
        assert product.sku is None

    def test_full_disk_is_reported(self, admin_client: Any, product: Product, monkeypatch: Any) -> None:
        def fail(*args: Any) -> str:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(FileSystemStorage, "_save", fail)

        self.save(admin_client, product, **{"title": "Stool", "images-0-image": picture()})

        answer = admin_client.get(f"{PRODUCTS}{product.pk}/change/")
        assert messages_of(answer) == [("error", "There is no room for this file.")]
        product.refresh_from_db()
        assert (product.title, product.images.count()) == ("Chair", 0)
