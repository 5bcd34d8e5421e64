"""Products over HTTP: shown, written, filtered and searched."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from rest_framework.test import APIClient
from storefront_store_testapp import pictures
from storefront_store_testapp.answers import titles

from storefront_store.models import Collection, Product, ProductImage, Promotion

pytestmark = pytest.mark.django_db
WIDE = "\uff26\uff55\uff4c\uff4c width \ufb01gure"  # full-width letters, and a ligature


class TestProducts:
    def test_retrieve(self, api: Any, mug: Product, mugs: Collection) -> None:
        answer = api.get(f"/store/products/{mug.pk}/")

        assert answer.status_code == 200
        shown = answer.json()
        assert shown.pop("last_update")
        assert shown == {
            "id": mug.pk,
            "title": "Blue mug",
            "description": "Holds tea.",
            "slug": "blue-mug",
            "sku": "M-1",
            "inventory": 3,
            "unit_price": 9.99,
            "effective_price": 9.99,
            "price_with_tax": 10.99,
            "collection": mugs.pk,
            "group": None,
            "options": {},
            "varies_by": [],
            "variants": [],
            "is_active": True,
            "rating": {"average": None, "count": 0},
            "images": [],
        }

    def test_prices_are_numbers_despite_coerce_decimal_to_string(self, api: Any, mug: Product, settings: Any) -> None:
        settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "COERCE_DECIMAL_TO_STRING": True}

        assert api.get(f"/store/products/{mug.pk}/").json()["unit_price"] == 9.99

    def test_create(self, as_staff: Any, mugs: Collection) -> None:
        body = {"title": " Cup ", "slug": "cup", "unit_price": 36999.99, "inventory": 0, "collection": mugs.pk}

        answer = as_staff.post("/store/products/", body)

        assert answer.status_code == 201
        cup = Product.objects.get(pk=answer.json()["id"])
        assert (cup.title, cup.unit_price, cup.description, cup.sku) == ("Cup", Decimal("36999.99"), None, None)
        shown = APIClient().get(f"/store/products/{cup.pk}/").json()
        assert shown == {**answer.json(), "varies_by": [], "variants": []}

    def test_update_and_partial_update(self, as_staff: Any, mug: Product, mugs: Collection) -> None:
        body = {"title": "Cup", "slug": "cup", "unit_price": 5, "inventory": 4, "collection": mugs.pk}

        put = as_staff.put(f"/store/products/{mug.pk}/", body)
        patched = as_staff.patch(f"/store/products/{mug.pk}/", {"description": "Red"})

        assert (put.status_code, put.json()["title"], put.json()["unit_price"]) == (200, "Cup", 5.0)
        assert (patched.status_code, patched.json()["description"], patched.json()["inventory"]) == (200, "Red", 4)
        assert titles(as_staff.get("/store/products/?search=red")) == ["Cup"]

    def test_delete(self, as_staff: Any, mug: Product) -> None:
        assert as_staff.delete(f"/store/products/{mug.pk}/").status_code == 204
        assert as_staff.get(f"/store/products/{mug.pk}/").status_code == 404

    def test_minimum_price_is_configurable(self, as_staff: Any, mug: Product, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"MIN_PRICE": Decimal("0.01")}

        assert as_staff.patch(f"/store/products/{mug.pk}/", {"unit_price": 0.79}).json()["unit_price"] == 0.79

    def test_tax_rounds_half_up(self, as_staff: Any, mug: Product, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"TAX_RATE": Decimal("0.5")}

        assert (
            as_staff.patch(f"/store/products/{mug.pk}/", {"unit_price": 1.01}).json()["price_with_tax"] == 1.52
        )  # 1.515


@pytest.mark.database
def test_title_ordering_ignores_case_and_accents(api: Any, make_product: Any) -> None:
    for title in ("Zebra", "apple", "\u00c9clair", "Banana"):
        make_product(title=title)

    assert titles(api.get("/store/products/?ordering=title")) == ["apple", "Banana", "\u00c9clair", "Zebra"]
    assert titles(api.get("/store/products/?ordering=-title")) == ["Zebra", "\u00c9clair", "Banana", "apple"]


class TestInactive:
    @pytest.fixture
    def hidden(self, make_product: Any, mugs: Collection) -> Product:
        return make_product(title="Hidden", is_active=False, collection=mugs)

    def test_only_staff_sees_inactive_products(
        self, hidden: Product, mug: Product, api: Any, as_user: Any, as_staff: Any
    ) -> None:
        assert titles(api.get("/store/products/")) == ["Blue mug"]
        assert titles(as_user.get("/store/products/?is_active=false")) == ["Blue mug"]
        assert titles(as_staff.get("/store/products/")) == ["Blue mug", "Hidden"]
        assert titles(as_staff.get("/store/products/?is_active=false")) == ["Hidden"]
        assert titles(as_staff.get("/store/products/?is_active=true")) == ["Blue mug"]

    def test_inactive_products_are_not_counted(self, hidden: Product, mug: Product, mugs: Collection, api: Any) -> None:
        assert api.get(f"/store/collections/{mugs.pk}/").json()["products_count"] == 1


class TestFilters:
    @pytest.fixture(autouse=True)
    def _products(self, make_product: Any) -> None:
        self.first, self.second = (Collection.objects.create(title=title) for title in ("One", "Two"))
        for title, price, inventory, collection in [
            ("a", 10, 0, self.first),
            ("b", 20, 5, self.first),
            ("c", 20, 1, self.second),
            ("d", 30, 0, self.second),
        ]:
            make_product(
                title=title,
                slug=title,
                sku=f"S-{title}",
                unit_price=Decimal(price),
                inventory=inventory,
                collection=collection,
            )

    @pytest.mark.parametrize(
        ("question", "found"),
        [
            ("unit_price__gt=20", "d"),
            ("unit_price__gte=20", "bcd"),
            ("unit_price__lt=20", "a"),
            ("unit_price__lte=20", "abc"),
            ("unit_price__gt=10&unit_price__lt=30", "bc"),
            ("in_stock=true", "bc"),
            ("in_stock=false", "ad"),
            ("in_stock=", "abcd"),
            ("slug=b", "b"),
            ("sku=S-c", "c"),
            ("ordering=unit_price", "abcd"),
            ("ordering=-unit_price", "dcba"),
            ("ordering=-title", "dcba"),
            ("ordering=unit_price,-title", "acbd"),
            ("unknown=1", "abcd"),
        ],
    )
    def test_expected_products_are_found(self, question: str, found: str, api: Any) -> None:
        assert "".join(titles(api.get(f"/store/products/?{question}"))) == found

    def test_filter_by_collection(self, api: Any) -> None:
        assert titles(api.get(f"/store/products/?collection_id={self.second.pk}")) == ["c", "d"]
        assert titles(api.get(f"/store/products/?collection_id={self.second.pk}&unit_price__lt=25&in_stock=true")) == [
            "c"
        ]

    def test_filter_by_unknown_collection_is_400(self, api: Any) -> None:
        both = f"{self.second.pk},{Collection.objects.exclude(pk=self.second.pk).first().pk}"
        assert len(titles(api.get(f"/store/products/?collection_id={both}"))) == Product.objects.count()
        for wrong in (f"{self.second.pk},987654321", f"{self.second.pk},", ",", "2;3"):
            assert api.get(f"/store/products/?collection_id={wrong}").status_code == 400
        answer = api.get("/store/products/?collection_id=987654321")

        assert answer.status_code == 400
        assert answer.json() == {
            "collection_id": ["Select a valid choice. That choice is not one of the available choices."]
        }

    def test_ordering_by_last_update(self, api: Any) -> None:
        for days, title in enumerate("cadb"):
            Product.objects.filter(title=title).update(last_update=timezone.now() - timedelta(days=days))

        assert titles(api.get("/store/products/?ordering=-last_update")) == list("cadb")

    def test_filter_by_promotion(self, api: Any) -> None:
        now = timezone.now()
        for title, start, end in [("a", None, None), ("b", 1, None), ("c", None, -1), ("d", -1, 1)]:
            Promotion.objects.create(
                description="Sale",
                discount=10,
                starts_at=start and now + timedelta(days=start),
                ends_at=end and now + timedelta(days=end),
            ).products.set(Product.objects.filter(title=title))

        assert titles(api.get("/store/products/?on_promotion=true")) == ["a", "d"]
        assert titles(api.get("/store/products/?on_promotion=false")) == ["b", "c"]


@pytest.mark.database
class TestSearch:
    """Results are the same on every database, whatever its collation of case and accents."""

    @pytest.fixture(autouse=True)
    def _products(self, make_product: Any) -> None:
        tea, home = Collection.objects.create(title="Tee & Kaffee"), Collection.objects.create(title="Home")
        make_product(title="Große Kanne", description="Für ÄPFEL und Tee", collection=home)
        make_product(title="İstanbul mug", description="100% cotton_wool", collection=home)
        make_product(title=WIDE, description=None, collection=home)
        make_product(title="Plain", description="", collection=tea)

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("große", ["Große Kanne"]),
            ("GROSSE", ["Große Kanne"]),
            ("äpfel", ["Große Kanne"]),
            ("ÄPFEL KANNE", ["Große Kanne"]),
            ("apfel", ["Große Kanne"]),
            ("istanbul", ["İstanbul mug"]),
            ("ISTANBUL", ["İstanbul mug"]),
            ("gross", ["Große Kanne"]),
            ("full", [WIDE]),
            ("figure", [WIDE]),
            ("FIGU ull", [WIDE]),
            ("tee", ["Große Kanne", "Plain"]),
            ("kaffee", ["Plain"]),
            ("plain kaffee", ["Plain"]),
            ("plain home", []),
            ("plain,tee", ["Plain"]),
            ("100%", ["İstanbul mug"]),
            ("n_w", ["İstanbul mug"]),
            ("%", ["İstanbul mug"]),
            ("n w", ["İstanbul mug"]),
            ("nothing at all", []),
            ("", ["Große Kanne", "Plain", "İstanbul mug", WIDE]),
            ("  ,, ", ["Große Kanne", "Plain", "İstanbul mug", WIDE]),
        ],
    )
    def test_expected_products_are_found(self, text: str, found: list[str], api: Any) -> None:
        assert sorted(titles(api.get("/store/products/", {"search": text}))) == sorted(found)

    def test_search_uses_new_title_of_collection(self, api: Any, as_staff: Any) -> None:
        collection = Collection.objects.get(title="Home")
        as_staff.patch(f"/store/collections/{collection.pk}/", {"title": "Küche"})

        assert len(titles(api.get("/store/products/?search=KÜCHE"))) == 3
        assert titles(api.get("/store/products/?search=home")) == []


class TestImages:
    def test_images_are_shown_with_product(self, api: Any, as_staff: Any, mug: Product) -> None:
        upload = SimpleUploadedFile("a.png", pictures.encode("PNG"))
        body = {"image": upload, "alt_text": "A mug"}
        made = as_staff.post(f"/store/products/{mug.pk}/images/", body, format="multipart").json()

        assert made["image"].startswith("http://testserver/media/store/images/")
        assert made["alt_text"] == "A mug"
        assert api.get(f"/store/products/{mug.pk}/images/").json() == [made]
        assert api.get(f"/store/products/{mug.pk}/images/{made['id']}/").json() == made
        assert api.get(f"/store/products/{mug.pk}/").json()["images"] == [made]
        assert api.get("/store/products/").json()["results"][0]["images"] == [made]

    def test_image_of_another_product_is_404(self, as_staff: Any, mug: Product, make_product: Any) -> None:
        image = ProductImage.objects.create(product=mug, image="a.png")

        assert as_staff.delete(f"/store/products/{make_product().pk}/images/{image.pk}/").status_code == 404
        assert ProductImage.objects.exists()


def test_api_root_links_to_lists(api: Any) -> None:
    lists = api.get("/store/").json()

    assert lists.keys() == {
        "products",
        "collections",
        "groups",
        "promotions",
        "carts",
        "customers",
        "orders",
        "customers/me/addresses",
    }
    assert urlsplit(lists["products"]).path == "/store/products/"


def test_options_lists_accepted_formats(api: Any, mug: Product) -> None:
    answer = api.options("/store/products/")

    assert answer.status_code == 200
    assert "application/json" in answer.json()["parses"]
    assert json.dumps(answer.json())
