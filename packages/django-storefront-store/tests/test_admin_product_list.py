"""The list of products in the admin: columns, filters, search, and prices that are edited in place."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from storefront_store_testapp.shop import form_of

from storefront_store.models import Collection, Product, ProductImage

pytestmark = pytest.mark.django_db
PRODUCTS = "/admin/storefront_store/product/"


def titles(response: Any) -> list[str]:
    return [product.title for product in response.context["cl"].result_list]


class TestProductList:
    def test_stock_below_setting_is_low(self, admin_client: Any, make_product: Any, settings: Any) -> None:
        make_product(inventory=9)

        assert ">Low</span>" in admin_client.get(PRODUCTS).content.decode()

        settings.STOREFRONT_STORE = {"LOW_STOCK": 5}
        assert ">Low</span>" not in admin_client.get(PRODUCTS).content.decode()

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
