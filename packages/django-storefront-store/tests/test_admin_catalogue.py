"""The admin's pages of collections, promotions and reviews."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone
from storefront_store_testapp.shop import act, client_of, messages_of, staff_with

from storefront_store.models import Collection, Promotion, Review

pytestmark = pytest.mark.django_db
PRODUCTS = "/admin/storefront_store/product/"
COLLECTIONS = "/admin/storefront_store/collection/"
PROMOTIONS = "/admin/storefront_store/promotion/"
REVIEWS = "/admin/storefront_store/review/"


class TestCollections:
    def test_product_counts_link_to_products(self, admin_client: Any, make_product: Any) -> None:
        full = make_product().collection
        make_product(collection=full, is_active=False)
        empty = Collection.objects.create(title="Empty")

        page = admin_client.get(COLLECTIONS).content.decode()

        assert f'<a href="{PRODUCTS}?collection__id={full.pk}">2 Products</a>' in page
        assert f'<a href="{PRODUCTS}?collection__id={empty.pk}">0 Products</a>' in page

    def test_sorts_by_product_count(self, admin_client: Any, make_product: Any) -> None:
        full = make_product().collection
        empty = Collection.objects.create(title="Empty")

        rows = admin_client.get(COLLECTIONS, {"o": "2"}).context["cl"].result_list

        assert list(rows) == [empty, full]

    def test_collection_with_products_is_not_deleted(
        self, admin_client: Any, make_product: Any, monkeypatch: Any
    ) -> None:
        collection = make_product().collection
        path = f"{COLLECTIONS}{collection.pk}/delete/"
        assert admin_client.post(path, {"post": "yes"}).context["protected"]

        monkeypatch.setattr(
            "storefront_store.admin.CollectionAdmin.get_deleted_objects", lambda *args: ([], {}, set(), [])
        )
        answer = admin_client.post(path, {"post": "yes"}, follow=True)

        assert messages_of(answer) == [
            ("error", "Collection cannot be deleted because it includes one or more products.")
        ]
        assert Collection.objects.filter(pk=collection.pk).exists()

    def test_featured_product_is_optional(self, admin_client: Any, make_product: Any) -> None:
        answer = admin_client.post(f"{COLLECTIONS}add/", {"title": "New", "featured_product": ""})
        assert answer.status_code == 302
        product = make_product(title="Star")

        admin_client.post(f"{COLLECTIONS}add/", {"title": "Newer", "featured_product": product.pk})

        assert "Star" in admin_client.get(COLLECTIONS).content.decode()


class TestPromotions:
    def test_list_shows_states_and_product_counts(self, admin_client: Any, make_product: Any) -> None:
        now = timezone.now()
        hour = timedelta(hours=1)
        over = Promotion.objects.create(description="a", discount=5, starts_at=now - 2 * hour, ends_at=now - hour)
        to_come = Promotion.objects.create(description="b", discount=Decimal("7.50"), starts_at=now + hour)
        always = Promotion.objects.create(description="c", discount=10)
        always.products.add(make_product(), make_product())

        answer = admin_client.get(PROMOTIONS)

        page = answer.content.decode()
        rows = {row.pk: row.products_count for row in answer.context["cl"].result_list}
        assert rows == {over.pk: 0, to_come.pk: 0, always.pk: 2}
        assert all(f">{state}</span>" in page for state in ("Over", "To come", "In force"))
        assert "7.5 %" in page
        assert "10 %" in page
        found = admin_client.get(PROMOTIONS, {"in_force": "1"}).context["cl"].result_list
        assert list(found) == [always]

    def test_products_are_selected_in_form(self, admin_client: Any, make_product: Any) -> None:
        product = make_product()
        data = {"description": "Sale", "discount": "10", "products": [product.pk]}

        assert admin_client.post(f"{PROMOTIONS}add/", data).status_code == 302
        assert list(Promotion.objects.get().products.all()) == [product]

    @pytest.mark.parametrize("discount", ["0", "100.01", "-1", "abc"])
    def test_invalid_discount_is_rejected(self, admin_client: Any, discount: str) -> None:
        answer = admin_client.post(f"{PROMOTIONS}add/", {"description": "Sale", "discount": discount})

        assert "discount" in answer.context["adminform"].form.errors
        assert not Promotion.objects.exists()

    def test_end_before_start_is_rejected(self, admin_client: Any) -> None:
        data = {
            "description": "Sale",
            "discount": "10",
            "starts_at_0": "2030-01-02",
            "starts_at_1": "00:00",
            "ends_at_0": "2030-01-01",
            "ends_at_1": "00:00",
        }

        answer = admin_client.post(f"{PROMOTIONS}add/", data)

        assert "A promotion must end after it starts." in answer.content.decode()


class TestReviews:
    @pytest.fixture
    def reviews(self, make_product: Any) -> list[Review]:
        product = make_product(title="Chair")
        return [
            Review.objects.create(product=product, name="Ann", description="<b>wobbles</b>", rating=2),
            Review.objects.create(product=product, name="Ben", description="fine"),
        ]

    def test_list_shows_stars_and_escaped_text(self, admin_client: Any, reviews: list[Review]) -> None:
        page = admin_client.get(REVIEWS).content.decode()

        assert "★★☆☆☆" in page
        assert "&lt;b&gt;wobbles&lt;/b&gt;" in page
        assert reverse("admin:storefront_store_product_change", args=[reviews[0].product_id]) in page

    def test_hide_and_unhide_actions(self, admin_client: Any, reviews: list[Review]) -> None:
        answer = act(admin_client, REVIEWS, "hide", *reviews)
        assert messages_of(answer) == [("success", "2 reviews were updated.")]
        assert Review.objects.filter(is_hidden=True).count() == 2
        assert LogEntry.objects.count() == 2

        answer = act(admin_client, REVIEWS, "unhide", reviews[0])
        assert messages_of(answer) == [("success", "1 review was updated.")]
        assert Review.objects.get(is_hidden=False) == reviews[0]

    def test_text_and_rating_are_read_only(self, admin_client: Any, reviews: list[Review]) -> None:
        path = f"{REVIEWS}{reviews[0].pk}/change/"

        admin_client.post(path, {"description": "lovely", "rating": "5", "is_hidden": "on"})

        review = Review.objects.get(pk=reviews[0].pk)
        assert (review.description, review.rating, review.is_hidden) == ("<b>wobbles</b>", 2, True)

    def test_adding_reviews_is_403(self, admin_client: Any) -> None:
        assert admin_client.get(f"{REVIEWS}add/").status_code == 403


class TestMalformedUrls:
    @pytest.mark.parametrize("path", [PRODUCTS, COLLECTIONS, PROMOTIONS, REVIEWS])
    @pytest.mark.parametrize(
        "query",
        ["p=-1", "p=abc", f"p={10**20}", "q=%00", "o=99", "o=a.b", "e=1", "collection__id=abc", f"pk={10**30}"],
    )
    def test_malformed_list_parameters_are_not_a_server_error(self, admin_client: Any, path: str, query: str) -> None:
        assert admin_client.get(f"{path}?{query}").status_code < 500

    @pytest.mark.parametrize("key", ["abc", "0", str(10**30), "_00"])
    def test_unknown_key_redirects_to_index(self, admin_client: Any, key: str) -> None:
        assert admin_client.get(f"{PRODUCTS}{key}/change/").status_code == 302

    def test_lookup_of_related_password_is_rejected(self) -> None:
        client = client_of(staff_with("view_review"))

        answer = client.get(REVIEWS, {"author__password__startswith": "pbkdf2"})

        assert answer.headers["Location"] == f"{REVIEWS}?e=1"
