"""The catalogue over HTTP: products, collections, pictures, reviews, promotions, and what need not be sent twice."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from rest_framework.permissions import IsAdminUser
from rest_framework.test import APIClient, APIRequestFactory
from storefront_store_testapp import pictures

from storefront_store.api import pagination
from storefront_store.api.views import ProductViewSet
from storefront_store.models import CatalogueVersion, Collection, Product, ProductImage, Promotion, Review
from storefront_store.pricing import validate_moment
from storefront_store.services import catalogue
from storefront_store.services.stock import take

pytestmark = pytest.mark.django_db

WIDE = "\uff26\uff55\uff4c\uff4c width \ufb01gure"  # full-width letters, and a ligature


def titles(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["title"] for row in answer.json()["results"]]


@pytest.fixture
def mugs() -> Collection:
    return Collection.objects.create(title="Mugs")


@pytest.fixture
def mug(mugs: Collection, make_product: Any) -> Product:
    return make_product(
        title="Blue mug",
        slug="blue-mug",
        sku="M-1",
        description="Holds tea.",
        unit_price=Decimal("9.99"),
        inventory=3,
        collection=mugs,
    )


class TestProducts:
    def test_shown(self, api: Any, mug: Product, mugs: Collection) -> None:
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

    def test_prices_are_numbers_whatever_the_project_does_with_decimals(
        self, api: Any, mug: Product, settings: Any
    ) -> None:
        settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "COERCE_DECIMAL_TO_STRING": True}

        assert api.get(f"/store/products/{mug.pk}/").json()["unit_price"] == 9.99

    def test_created(self, as_staff: Any, mugs: Collection) -> None:
        body = {"title": " Cup ", "slug": "cup", "unit_price": 36999.99, "inventory": 0, "collection": mugs.pk}

        answer = as_staff.post("/store/products/", body)

        assert answer.status_code == 201
        cup = Product.objects.get(pk=answer.json()["id"])
        assert (cup.title, cup.unit_price, cup.description, cup.sku) == ("Cup", Decimal("36999.99"), None, None)
        shown = APIClient().get(f"/store/products/{cup.pk}/").json()
        assert shown == {**answer.json(), "varies_by": [], "variants": []}

    def test_put_and_patched(self, as_staff: Any, mug: Product, mugs: Collection) -> None:
        body = {"title": "Cup", "slug": "cup", "unit_price": 5, "inventory": 4, "collection": mugs.pk}

        put = as_staff.put(f"/store/products/{mug.pk}/", body)
        patched = as_staff.patch(f"/store/products/{mug.pk}/", {"description": "Red"})

        assert (put.status_code, put.json()["title"], put.json()["unit_price"]) == (200, "Cup", 5.0)
        assert (patched.status_code, patched.json()["description"], patched.json()["inventory"]) == (200, "Red", 4)
        assert titles(as_staff.get("/store/products/?search=red")) == ["Cup"]

    def test_deleted(self, as_staff: Any, mug: Product) -> None:
        assert as_staff.delete(f"/store/products/{mug.pk}/").status_code == 204
        assert as_staff.get(f"/store/products/{mug.pk}/").status_code == 404

    def test_the_lowest_price_is_a_setting(self, as_staff: Any, mug: Product, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"MIN_PRICE": Decimal("0.01")}

        assert as_staff.patch(f"/store/products/{mug.pk}/", {"unit_price": 0.79}).json()["unit_price"] == 0.79

    def test_tax_rounds_half_up(self, as_staff: Any, mug: Product, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"TAX_RATE": Decimal("0.5")}

        assert (
            as_staff.patch(f"/store/products/{mug.pk}/", {"unit_price": 1.01}).json()["price_with_tax"] == 1.52
        )  # 1.515


class TestInactive:
    @pytest.fixture
    def hidden(self, make_product: Any, mugs: Collection) -> Product:
        return make_product(title="Hidden", is_active=False, collection=mugs)

    def test_only_staff_lists_them(self, hidden: Product, mug: Product, api: Any, as_user: Any, as_staff: Any) -> None:
        assert titles(api.get("/store/products/")) == ["Blue mug"]
        assert titles(as_user.get("/store/products/?is_active=false")) == ["Blue mug"]
        assert titles(as_staff.get("/store/products/")) == ["Blue mug", "Hidden"]
        assert titles(as_staff.get("/store/products/?is_active=false")) == ["Hidden"]
        assert titles(as_staff.get("/store/products/?is_active=true")) == ["Blue mug"]

    def test_they_do_not_count(self, hidden: Product, mug: Product, mugs: Collection, api: Any) -> None:
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
    def test_found(self, question: str, found: str, api: Any) -> None:
        assert "".join(titles(api.get(f"/store/products/?{question}"))) == found

    def test_by_collection(self, api: Any) -> None:
        assert titles(api.get(f"/store/products/?collection_id={self.second.pk}")) == ["c", "d"]
        assert titles(api.get(f"/store/products/?collection_id={self.second.pk}&unit_price__lt=25&in_stock=true")) == [
            "c"
        ]

    def test_by_an_unknown_collection(self, api: Any) -> None:
        both = f"{self.second.pk},{Collection.objects.exclude(pk=self.second.pk).first().pk}"
        assert len(titles(api.get(f"/store/products/?collection_id={both}"))) == Product.objects.count()
        for wrong in (f"{self.second.pk},987654321", f"{self.second.pk},", ",", "2;3"):
            assert api.get(f"/store/products/?collection_id={wrong}").status_code == 400
        answer = api.get("/store/products/?collection_id=987654321")

        assert answer.status_code == 400
        assert answer.json() == {
            "collection_id": ["Select a valid choice. That choice is not one of the available choices."]
        }

    def test_by_last_update(self, api: Any) -> None:
        for days, title in enumerate("cadb"):
            Product.objects.filter(title=title).update(last_update=timezone.now() - timedelta(days=days))

        assert titles(api.get("/store/products/?ordering=-last_update")) == list("cadb")

    def test_by_promotion(self, api: Any) -> None:
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
    """The same on every database, whatever its collation thinks of case and accents."""

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
    def test_found(self, text: str, found: list[str], api: Any) -> None:
        assert sorted(titles(api.get("/store/products/", {"search": text}))) == sorted(found)

    def test_a_renamed_collection_is_found_by_its_new_name(self, api: Any, as_staff: Any) -> None:
        collection = Collection.objects.get(title="Home")
        as_staff.patch(f"/store/collections/{collection.pk}/", {"title": "Küche"})

        assert len(titles(api.get("/store/products/?search=KÜCHE"))) == 3
        assert titles(api.get("/store/products/?search=home")) == []


class TestPages:
    @pytest.fixture(autouse=True)
    def _products(self, mugs: Collection) -> None:
        Product.objects.bulk_create(
            Product(title=f"P{n:02}", slug="p", unit_price=5, inventory=1, collection=mugs) for n in range(25)
        )

    def test_ten_at_a_time(self, api: Any) -> None:
        pages = [api.get("/store/products/?search=p")]
        while following := pages[-1].json()["next"]:
            pages.append(api.get(following))

        assert [len(page.json()["results"]) for page in pages] == [10, 10, 5]
        assert [page.json()["count"] for page in pages] == [25] * 3
        assert [title for page in pages for title in titles(page)] == [f"P{n:02}" for n in range(25)]
        assert pages[1].json()["next"] == "http://testserver/store/products/?page=3&search=p"
        assert pages[1].json()["previous"] == "http://testserver/store/products/?search=p"
        assert pages[2].json()["previous"] == "http://testserver/store/products/?page=2&search=p"

    def test_the_last_page_that_is_just_full_has_no_next(self, api: Any) -> None:
        assert api.get("/store/products/?page=5&page_size=5").json()["next"] is None
        assert api.get("/store/products/?page=6&page_size=5").status_code == 404

    def test_the_first_page_of_nothing(self, api: Any) -> None:
        assert api.get("/store/products/?search=x").json() == {
            "count": 0,
            "next": None,
            "previous": None,
            "results": [],
        }

    def test_sizes_are_settings(self, api: Any, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"PAGE_SIZE": 3, "MAX_PAGE_SIZE": 4}

        assert [len(titles(api.get(f"/store/products/{query}"))) for query in ("", "?page_size=99")] == [3, 4]

    def test_a_large_count_may_be_a_minute_old(self, api: Any, monkeypatch: Any, settings: Any) -> None:
        monkeypatch.setattr(pagination, "LARGE", 20)

        counts = [api.get("/store/products/").json()["count"]]
        Product.objects.first().delete()
        counts.append(api.get("/store/products/").json()["count"])
        settings.STOREFRONT_STORE = {"EXACT_COUNTS": True}
        counts.append(api.get("/store/products/").json()["count"])

        assert counts == [25, 25, 24]

    def test_a_small_count_is_exact(self, api: Any) -> None:
        assert api.get("/store/products/").json()["count"] == 25
        Product.objects.first().delete()
        assert api.get("/store/products/").json()["count"] == 24

    @pytest.mark.parametrize("name", ["get", "set"])
    def test_a_dead_cache_costs_a_count_and_no_answer(self, name: str, api: Any, monkeypatch: Any, caplog: Any) -> None:
        def fail(*args: Any, **kwargs: Any) -> None:
            raise OSError("the cache is down")

        monkeypatch.setattr(pagination, "LARGE", 20)
        monkeypatch.setattr(type(cache._connections[cache._alias]), name, fail)

        assert api.get("/store/products/").json()["count"] == 25
        assert "The cache failed" in caplog.text

    def test_arrays_link_to_their_neighbours(self, api: Any) -> None:
        product = Product.objects.first()
        Review.objects.bulk_create(Review(product=product, name=f"{n}", description="Good") for n in range(5))
        where = f"/store/products/{product.pk}/reviews/"

        whole, middle = api.get(where), api.get(f"{where}?page=2&page_size=2")

        assert (len(whole.json()), "Link" in whole) == (5, False)
        assert [row["name"] for row in middle.json()] == ["2", "1"]
        assert middle["Link"] == (
            f'<http://testserver{where}?page=3&page_size=2>; rel="next", '
            f'<http://testserver{where}?page_size=2>; rel="prev"'
        )


class TestCursors(TestCase):
    """Keyset pages show each row once, in order, whatever repeats, in either direction."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        rows=st.lists(
            st.tuples(
                st.sampled_from(["a", "b", "B", "ä", "%", "Z"]), st.sampled_from(["1.00", "2.50", "9999999999.99"])
            ),
            max_size=14,
        ),
        ordering=st.sampled_from(
            [
                "",
                "title",
                "-title",
                "unit_price",
                "-unit_price",
                "-last_update",
                "unit_price,-title",
                "-unit_price,title",
            ]
        ),
        size=st.integers(1, 5),
    )
    @example(rows=[("a", "1.00")] * 9, ordering="unit_price,-title", size=2)
    @example(rows=[("a", "1.00")] * 9, ordering="-unit_price", size=3)
    def test_forth_and_back(self, rows: list[tuple[str, str]], ordering: str, size: int) -> None:
        Product.objects.all().delete()
        collection = Collection.objects.create(title="All")
        moments = itertools.cycle([timezone.now(), timezone.now() - timedelta(days=1)])
        for title, price in rows:
            row = Product.objects.create(
                title=title, slug="p", unit_price=Decimal(price), inventory=1, collection=collection
            )
            Product.objects.filter(pk=row.pk).update(last_update=next(moments))
        client = APIClient()
        question = {"ordering": ordering, "page_size": 100}
        expected = [row["id"] for row in client.get("/store/products/", question).json()["results"]]

        page = client.get("/store/products/", {"ordering": ordering, "page_size": size, "pagination": "cursor"}).json()
        pages = [page]
        while page["next"]:
            page = client.get(page["next"]).json()
            pages.append(page)
        forth = [row["id"] for page in pages for row in page["results"]]
        back: list[int] = []
        while True:
            back = [row["id"] for row in page["results"]] + back
            if not page["previous"]:
                break
            page = client.get(page["previous"]).json()

        assert forth == expected
        assert back == expected
        assert all(len(page["results"]) == size for page in pages[:-1])
        assert "count" not in page


@pytest.mark.database
def test_cursors_on_each_database(api: Any, mugs: Collection) -> None:
    for title, price in itertools.product(["a", "A", "ä", "b", "B", "ß", "ss", "Z"], ["1.10", "2.00"]):
        Product.objects.create(title=title, slug="p", unit_price=Decimal(price), inventory=1, collection=mugs)
    for ordering in ("title", "-title", "unit_price", "-unit_price", "last_update", "-last_update"):
        question = f"ordering={ordering}"
        expected = [row["id"] for row in api.get(f"/store/products/?{question}&page_size=100").json()["results"]]
        seen, address = [], f"/store/products/?{question}&page_size=3&pagination=cursor"
        while address:
            page = api.get(address).json()
            seen += [row["id"] for row in page["results"]]
            address = page["next"]
        assert seen == expected


def test_a_row_that_comes_in_front_shifts_no_cursor(api: Any, make_product: Any) -> None:
    for title in "bcde":
        make_product(title=title)
    following = api.get("/store/products/?pagination=cursor&page_size=2").json()["next"]

    make_product(title="a")

    assert titles(api.get(following)) == ["d", "e"]


def test_a_cursor_whose_row_has_gone_goes_on(api: Any, make_product: Any) -> None:
    for title in "abcd":
        make_product(title=title)
    following = api.get("/store/products/?pagination=cursor&page_size=2").json()["next"]

    Product.objects.filter(title="b").delete()

    assert titles(api.get(following)) == ["c", "d"]


class TestConditional:
    @pytest.fixture(autouse=True)
    def _noon(self) -> Iterator[None]:
        with time_machine.travel("2026-06-01T12:00:00Z", tick=False):
            yield

    @pytest.fixture(params=["/store/products/", "/store/collections/", "/store/products/?pagination=cursor"])
    def address(self, request: Any, mug: Product) -> str:
        return request.param

    def test_a_list_that_has_not_changed(self, address: str, api: Any) -> None:
        first = api.get(address)
        again = api.get(address, HTTP_IF_NONE_MATCH=first["ETag"])

        assert first["ETag"].startswith('W/"')
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        for answer in (first, again):
            assert answer["Cache-Control"] == "no-cache"
            assert {"Accept", "Authorization", "Cookie", "Accept-Language"} <= set(answer["Vary"].split(", "))

    @pytest.mark.parametrize(
        "change", ["edit", "create", "delete", "price", "collection", "promotion", "image", "bulk"]
    )
    def test_a_list_that_has(
        self, change: str, address: str, api: Any, as_staff: Any, mug: Product, mugs: Collection
    ) -> None:
        promotion = Promotion.objects.create(description="Sale", discount=10)
        spare = Product.objects.create(title="Z", slug="z", unit_price=5, inventory=1, collection=mugs)
        tag = api.get(address)["ETag"]

        changes = {
            "edit": lambda: as_staff.patch(f"/store/products/{mug.pk}/", {"title": "Red mug"}),
            "create": lambda: Product.objects.create(title="N", slug="n", unit_price=5, inventory=1, collection=mugs),
            "delete": lambda: as_staff.delete(f"/store/products/{spare.pk}/"),
            "price": lambda: as_staff.patch(f"/store/products/{mug.pk}/", {"unit_price": 5}),
            "collection": lambda: as_staff.patch(f"/store/collections/{mugs.pk}/", {"title": "Cups"}),
            "promotion": lambda: promotion.products.add(mug),
            "image": lambda: ProductImage.objects.create(product=mug, image="a.png"),
            "bulk": lambda: catalogue.set_active(Product.objects.filter(pk=mug.pk), active=False),
        }
        changes[change]()

        assert api.get(address, HTTP_IF_NONE_MATCH=tag).status_code == 200

    def test_stock_is_no_more_than_a_short_while_old(self, api: Any, mug: Product) -> None:
        with time_machine.travel("2026-06-01T12:00:00Z", tick=False) as clock:
            tag = api.get("/store/products/")["ETag"]
            take({mug.pk: 1})

            statuses = [api.get("/store/products/", HTTP_IF_NONE_MATCH=tag).status_code]
            clock.shift(5)
            statuses.append(api.get("/store/products/", HTTP_IF_NONE_MATCH=tag).status_code)

        assert statuses == [304, 200]

    def test_the_while_is_a_setting(self, api: Any, mug: Product, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"LIST_FRESHNESS_SECONDS": 1000}
        with time_machine.travel("2026-06-01T12:00:00Z", tick=False) as clock:
            tag = api.get("/store/products/")["ETag"]
            clock.shift(60)

            assert api.get("/store/products/", HTTP_IF_NONE_MATCH=tag).status_code == 304

    @pytest.mark.parametrize("other", ["?page_size=5", "?search=mug", "?ordering=title", "?page=1"])
    def test_another_question_has_another_tag(self, other: str, api: Any, mug: Product) -> None:
        assert api.get("/store/products/")["ETag"] != api.get(f"/store/products/{other}")["ETag"]

    def test_another_language_has_another_tag(self, api: Any, mug: Product) -> None:
        assert api.get("/store/products/")["ETag"] != api.get("/store/products/", HTTP_ACCEPT_LANGUAGE="de")["ETag"]

    def test_the_tag_is_not_newer_than_the_rows(self, api: Any, mug: Product, monkeypatch: Any) -> None:
        """Somebody edits after the rows were read: the answer must not vouch for what it does not show."""
        before = api.get("/store/products/")["ETag"]
        counted = pagination.CataloguePagination.get_count

        def edited_meanwhile(self: Any, queryset: Any) -> int:
            CatalogueVersion.objects.bump()
            return counted(self, queryset)

        monkeypatch.setattr(pagination.CataloguePagination, "get_count", edited_meanwhile)

        assert api.get("/store/products/")["ETag"] == before

    def test_one_product(self, api: Any, mug: Product) -> None:
        where = f"/store/products/{mug.pk}/"
        first = api.get(where)

        same = api.get(where, HTTP_IF_NONE_MATCH=first["ETag"])
        take({mug.pk: 1})
        changed = api.get(where, HTTP_IF_NONE_MATCH=first["ETag"])

        assert not first["ETag"].startswith("W/")
        assert (same.status_code, same.content) == (304, b"")
        assert (changed.status_code, changed.json()["inventory"]) == (200, 2)
        assert changed["ETag"] != first["ETag"]

    def test_another_version_than_the_one_wanted_is_told_in_json(self, api: Any, mug: Product) -> None:
        answer = api.get(f"/store/products/{mug.pk}/", HTTP_IF_MATCH='"another"')

        assert (answer.status_code, answer["Content-Type"]) == (412, "application/json")
        assert answer.json() == {"detail": "The resource has changed; fetch it again.", "code": "precondition_failed"}

    @pytest.mark.parametrize(("question", "status"), [("", 200), ("?page=99", 404), ("?unit_price__gt=abc", 400)])
    def test_any_version_at_all_hides_no_error(self, question: str, status: int, api: Any, mug: Product) -> None:
        assert api.get(f"/store/products/{question}", HTTP_IF_NONE_MATCH="*").status_code == status

    @pytest.mark.parametrize("where", ["/store/products/", "/store/collections/", "/store/products/{}/"])
    def test_who_is_signed_in_gets_no_validator_but_staff_of_what_it_edits(
        self, where: str, as_user: Any, as_staff: Any, api: Any, mug: Product
    ) -> None:
        where = where.format(mug.pk)
        tag = api.get(where)["ETag"]

        for client in (as_user, as_staff):
            answer = client.get(where, HTTP_IF_NONE_MATCH=tag if client is as_user else "")
            assert answer.status_code == 200
            assert ("ETag" in answer) == (client is as_staff and str(mug.pk) in where)
            assert "private" in answer["Cache-Control"]

    @pytest.mark.parametrize(
        "where", ["customers/me/", "customers/me/addresses/", "orders/", "customers/", "promotions/"]
    )
    def test_what_is_personal_is_not_stored(self, where: str, as_staff: Any) -> None:
        assert "no-store" in as_staff.get(f"/store/{where}")["Cache-Control"]

    def test_carts_are_not_stored(self, api: Any) -> None:
        cart = api.post("/store/carts/")

        assert "no-store" in cart["Cache-Control"]
        assert "no-store" in api.get(f"/store/carts/{cart.json()['id']}/")["Cache-Control"]


class TestCollections:
    def test_all_at_once_with_their_numbers(self, api: Any, mug: Product, mugs: Collection, make_product: Any) -> None:
        make_product(collection=mugs)
        empty = Collection.objects.create(title="Empty")

        assert api.get("/store/collections/").json() == [
            {"id": empty.pk, "title": "Empty", "products_count": 0},
            {"id": mugs.pk, "title": "Mugs", "products_count": 2},
        ]

    def test_created(self, as_staff: Any, mug: Product) -> None:
        answer = as_staff.post(
            "/store/collections/", {"title": "Cups", "featured_product": mug.pk, "products_count": 9}
        )

        assert answer.status_code == 201
        made = answer.json()
        assert made == {"id": made["id"], "title": "Cups", "products_count": 0}
        assert Collection.objects.get(pk=made["id"]).featured_product == mug

    def test_changed(self, as_staff: Any, mug: Product, mugs: Collection) -> None:
        where = f"/store/collections/{mugs.pk}/"

        answer = as_staff.put(where, {"title": "Cups", "featured_product": mug.pk})

        assert answer.json() == {"id": mugs.pk, "title": "Cups", "products_count": 1}
        assert Collection.objects.get(pk=mugs.pk).featured_product == mug

    def test_a_featured_product_may_go(self, as_staff: Any, mug: Product) -> None:
        cups = Collection.objects.create(title="Cups", featured_product=mug)

        assert as_staff.delete(f"/store/products/{mug.pk}/").status_code == 204
        assert Collection.objects.get(pk=cups.pk).featured_product is None

    def test_the_featured_product_is_shown_by_a_serializer_of_its_own(
        self, api: Any, mug: Product, settings: Any
    ) -> None:
        path = "storefront_store.api.serializers.FeaturedCollectionSerializer"
        settings.STOREFRONT_STORE = {"SERIALIZERS": {"collection": path}}
        cups = Collection.objects.create(title="Cups", featured_product=mug)

        body = {"id": cups.pk, "title": "Cups", "featured_product": mug.pk, "products_count": 0}
        assert api.get(f"/store/collections/{cups.pk}/").json() == body

    def test_searched_filtered_and_sorted(self, api: Any, mug: Product, mugs: Collection) -> None:
        Collection.objects.create(title="Cups and saucers")

        def found(query: str) -> list[str]:
            return [row["title"] for row in api.get(f"/store/collections/?{query}").json()]

        assert found("search=SAUCERS cups") == ["Cups and saucers"]
        assert found("title=mugs") == ["Mugs"]
        assert found("ordering=-products_count")[0] == "Mugs"

    def test_an_empty_one_is_deleted(self, as_staff: Any, mugs: Collection) -> None:
        assert as_staff.delete(f"/store/collections/{mugs.pk}/").status_code == 204


class TestImages:
    def test_shown_with_the_product(self, api: Any, as_staff: Any, mug: Product) -> None:
        upload = SimpleUploadedFile("a.png", pictures.encode("PNG"))
        body = {"image": upload, "alt_text": "A mug"}
        made = as_staff.post(f"/store/products/{mug.pk}/images/", body, format="multipart").json()

        assert made["image"].startswith("http://testserver/media/store/images/")
        assert made["alt_text"] == "A mug"
        assert api.get(f"/store/products/{mug.pk}/images/").json() == [made]
        assert api.get(f"/store/products/{mug.pk}/images/{made['id']}/").json() == made
        assert api.get(f"/store/products/{mug.pk}/").json()["images"] == [made]
        assert api.get("/store/products/").json()["results"][0]["images"] == [made]

    def test_of_another_product(self, as_staff: Any, mug: Product, make_product: Any) -> None:
        image = ProductImage.objects.create(product=mug, image="a.png")

        assert as_staff.delete(f"/store/products/{make_product().pk}/images/{image.pk}/").status_code == 404
        assert ProductImage.objects.exists()


class TestReviews:
    def test_tell_whose_they_are(self, api: Any, as_user: Any, user: Any, as_staff: Any, mug: Product) -> None:
        where = f"/store/products/{mug.pk}/reviews/"
        api.post(where, {"name": "Nobody", "description": "Good"})
        made = as_user.post(where, {"name": "Ann", "description": "Good"}).json()

        assert (made["author"], made["is_mine"]) == ({"id": user.pk, "name": "Ann"}, True)
        for client, mine in ((api, [False, False]), (as_user, [True, False]), (as_staff, [False, False])):
            rows = client.get(where).json()
            assert [row["author"] for row in rows] == [{"id": user.pk, "name": "Ann"}, None]
            assert [row["is_mine"] for row in rows] == mine
            assert client.get(f"{where}{made['id']}/").json()["is_mine"] is mine[0]

    def test_are_hidden_by_staff_alone(self, api: Any, as_user: Any, as_staff: Any, mug: Product) -> None:
        where = f"/store/products/{mug.pk}/reviews/"
        made = as_user.post(where, {"name": "Ann", "description": "Good", "is_hidden": True}).json()
        one = f"{where}{made['id']}/"

        assert "is_hidden" not in as_user.patch(one, {"is_hidden": True}).json()
        assert Review.objects.get().is_hidden is False
        hidden = as_staff.patch(one, {"is_hidden": True})
        assert (hidden.status_code, hidden.json()["is_hidden"]) == (200, True)
        assert as_staff.patch(one, {"is_hidden": "maybe"}).status_code == 400
        assert (api.get(where).json(), api.get(one).status_code) == ([], 404)
        assert [row["is_hidden"] for row in as_staff.get(f"{where}?is_hidden=true").json()] == [True]

    def test_filtered_searched_and_sorted(self, api: Any, mug: Product) -> None:
        where = f"/store/products/{mug.pk}/reviews/"
        for name, rating in (("a", 1), ("b", 5), ("c", 3)):
            Review.objects.create(product=mug, name=name, description=f"text of {name}", rating=rating)

        def names(query: str) -> list[str]:
            return [row["name"] for row in api.get(f"{where}?{query}").json()]

        assert names("rating=5") == ["b"]
        assert names("rating__gte=3&ordering=rating") == ["c", "b"]
        assert names("search=TEXT b") == ["b"]
        assert api.get(f"{where}?rating=9").status_code == 400

    def test_posted_by_anybody(self, api: Any, mug: Product) -> None:
        answer = api.post(f"/store/products/{mug.pk}/reviews/", {"name": "Ann", "description": "Good", "rating": 4})

        assert answer.status_code == 201
        review = Review.objects.get()
        assert answer.json() == {
            "id": review.pk,
            "date": review.date.isoformat(),
            "name": "Ann",
            "description": "Good",
            "rating": 4,
            "author": None,
            "is_mine": False,
        }
        assert review.author is None

    def test_the_author_is_who_is_signed_in(self, as_user: Any, user: Any, mug: Product) -> None:
        made = as_user.post(f"/store/products/{mug.pk}/reviews/", {"name": "Ann", "description": "Good"}).json()

        assert Review.objects.get(pk=made["id"]).author == user
        changed = as_user.patch(f"/store/products/{mug.pk}/reviews/{made['id']}/", {"rating": 5})
        assert (changed.status_code, changed.json()["rating"]) == (200, 5)

    def test_the_rating_sums_up_what_is_shown(self, api: Any, as_staff: Any, mug: Product, make_product: Any) -> None:
        for rating, hidden in [(5, False), (4, False), (4, False), (1, True), (None, False)]:
            Review.objects.create(product=mug, name="Ann", description="Good", rating=rating, is_hidden=hidden)
        Review.objects.create(product=make_product(title="Z"), name="Ann", description="Bad", rating=1)
        expected = {"average": 4.33, "count": 3}

        assert api.get(f"/store/products/{mug.pk}/").json()["rating"] == expected
        assert api.get("/store/products/").json()["results"][0]["rating"] == expected
        assert as_staff.get(f"/store/products/{mug.pk}/").json()["rating"] == expected

    def test_hidden_ones_are_for_staff(self, api: Any, as_user: Any, as_staff: Any, mug: Product, user: Any) -> None:
        review = Review.objects.create(product=mug, author=user, name="Ann", description="Bad", is_hidden=True)
        where = f"/store/products/{mug.pk}/reviews/"

        assert [len(client.get(where).json()) for client in (api, as_user, as_staff)] == [0, 0, 1]
        assert [client.get(f"{where}{review.pk}/").status_code for client in (api, as_user, as_staff)] == [
            404,
            404,
            200,
        ]

    def test_the_latest_first(self, api: Any, mug: Product) -> None:
        for name in "abc":
            Review.objects.create(product=mug, name=name, description="Good")

        assert [row["name"] for row in api.get(f"/store/products/{mug.pk}/reviews/").json()] == ["c", "b", "a"]

    def test_a_deleted_author_leaves_the_review(self, mug: Product, user: Any, api: Any) -> None:
        Review.objects.create(product=mug, author=user, name="Ann", description="Good")
        user.delete()

        assert len(api.get(f"/store/products/{mug.pk}/reviews/").json()) == 1


class TestPromotions:
    def test_managed_by_staff(self, as_staff: Any, mug: Product) -> None:
        made = as_staff.post("/store/promotions/", {"description": "Sale", "discount": 25, "products": [mug.pk]})

        assert made.status_code == 201
        where = f"/store/promotions/{made.json()['id']}/"
        assert made.json() == {
            "id": made.json()["id"],
            "description": "Sale",
            "discount": 25.0,
            "starts_at": None,
            "ends_at": None,
            "products": [mug.pk],
        }
        assert as_staff.get(where).json() == made.json()
        assert as_staff.get("/store/promotions/").json() == [made.json()]
        assert as_staff.patch(where, {"products": []}).json()["products"] == []
        assert as_staff.delete(where).status_code == 204

    @pytest.mark.parametrize(
        ("discounts", "price", "taxed"),
        [
            ([], 9.99, 10.99),
            (["10"], 8.99, 9.89),
            (["10", "33.33", "20"], 6.66, 7.33),
            (["100"], 0.0, 0.0),
            (["0.01"], 9.99, 10.99),
        ],
    )
    def test_the_best_one_counts(
        self, discounts: list[str], price: float, taxed: float, api: Any, mug: Product
    ) -> None:
        for discount in discounts:
            Promotion.objects.create(description="Sale", discount=Decimal(discount)).products.add(mug)

        for shown in (api.get(f"/store/products/{mug.pk}/").json(), api.get("/store/products/").json()["results"][0]):
            assert (shown["unit_price"], shown["effective_price"], shown["price_with_tax"]) == (9.99, price, taxed)

    @pytest.mark.parametrize(
        ("starts", "ends", "counts"),
        [
            (None, None, True),
            (0, None, True),
            (1, None, False),
            (None, 0, False),
            (None, 1, True),
            (-2, -1, False),
            (-1, 1, True),
        ],
    )
    @time_machine.travel("2026-06-01T12:00:00Z", tick=False)
    def test_in_its_time(self, starts: int | None, ends: int | None, counts: bool, api: Any, mug: Product) -> None:
        moments = [None if hours is None else timezone.now() + timedelta(hours=hours) for hours in (starts, ends)]
        Promotion.objects.create(description="S", discount=50, starts_at=moments[0], ends_at=moments[1]).products.add(
            mug
        )

        assert (api.get(f"/store/products/{mug.pk}/").json()["effective_price"] == 5.0) == counts

    @pytest.mark.parametrize(
        ("zone", "field", "value"),
        [("America/New_York", "ends_at", "9999-12-31T23:59:59"), ("Asia/Tokyo", "starts_at", "0001-01-01T00:00:00")],
    )
    def test_for_ever_is_told_in_the_calendar_of_the_project(
        self, zone: str, field: str, value: str, as_staff: Any
    ) -> None:
        with timezone.override(zone):
            answer = as_staff.post("/store/promotions/", {"description": "S", "discount": 5, field: value})

        assert (answer.status_code, answer.json().keys()) == (400, {field})
        with pytest.raises(ValidationError, match="out of range"):
            validate_moment(datetime.max.replace(tzinfo=ZoneInfo("America/New_York")))

    def test_products_are_shown_by_key_whatever_the_order_they_came_in(self, as_staff: Any, make_product: Any) -> None:
        first, second, third = (make_product().pk for _ in range(3))
        body = {"description": "S", "discount": 5, "products": [third, first, third, second]}

        assert as_staff.post("/store/promotions/", body).json()["products"] == [first, second, third]

    def test_an_unknown_product_among_others_is_named(self, as_staff: Any, mug: Product) -> None:
        body = {"description": "S", "discount": 5, "products": [mug.pk, 987654321]}

        answer = as_staff.post("/store/promotions/", body)

        assert answer.status_code == 400
        assert "987654321" in answer.json()["products"][0]
        assert not Promotion.objects.exists()

    def test_the_end_of_one_half_changed(self, as_staff: Any) -> None:
        promotion = Promotion.objects.create(description="S", discount=5, starts_at=timezone.now())

        answer = as_staff.patch(f"/store/promotions/{promotion.pk}/", {"ends_at": "2020-01-01T00:00:00Z"})

        assert (answer.status_code, answer.json()) == (400, {"ends_at": ["A promotion must end after it starts."]})


class TestHostParts:
    """What a host replaces by settings takes effect at once."""

    def test_prices(self, api: Any, mug: Product, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"PRICE_PROVIDER": "storefront_store_testapp.prices.HalfPrice"}

        assert api.get(f"/store/products/{mug.pk}/").json()["effective_price"] == 5.0

    def test_tax(self, api: Any, mug: Product, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"TAX_PROVIDER": "storefront_store_testapp.prices.NoTax"}

        assert api.get("/store/products/").json()["results"][0]["price_with_tax"] == 9.99

    def test_permissions(self, as_user: Any, mugs: Collection, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"PERMISSIONS": {"collection": ["rest_framework.permissions.IsAuthenticated"]}}

        assert as_user.patch(f"/store/collections/{mugs.pk}/", {"title": "Cups"}).status_code == 200


class TestHostViews:
    """What a host builds on the views."""

    def test_keeps_its_own_permissions(self, mug: Product) -> None:
        class Internal(ProductViewSet):
            permission_classes = [IsAdminUser]

        answer = Internal.as_view({"get": "list"})(APIRequestFactory().get("/"))

        assert answer.status_code in (401, 403)

    @pytest.mark.parametrize(
        ("order", "shown"),
        [
            ([F("title").desc()], ["b", "a"]),
            (["collection__title", "-title"], ["b", "a"]),
            (["-sku"], ["b", "a"]),
            (["title"], ["a", "b"]),
            ([], ["a", "b"]),
        ],
    )
    def test_may_order_its_products_as_it_likes(
        self, order: list[Any], shown: list[str], api: Any, make_product: Any, monkeypatch: Any, mugs: Collection
    ) -> None:
        for title in ("a", "b"):
            make_product(title=title, sku=title, collection=mugs)
        monkeypatch.setattr(Product._meta, "ordering", order)

        assert titles(api.get("/store/products/")) == shown
        first = api.get("/store/products/?pagination=cursor&page_size=1")
        second = api.get(first.json()["next"])
        assert sorted(titles(first) + titles(second)) == ["a", "b"]
        assert second.json()["next"] is None


def test_the_root_names_the_lists(api: Any) -> None:
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


def test_options_tell_what_can_be_sent(api: Any, mug: Product) -> None:
    answer = api.options("/store/products/")

    assert answer.status_code == 200
    assert "application/json" in answer.json()["parses"]
    assert json.dumps(answer.json())
