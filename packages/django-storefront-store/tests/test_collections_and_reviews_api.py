"""Collections and reviews over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from storefront_store.models import Collection, Product, Review

pytestmark = pytest.mark.django_db


class TestCollections:
    def test_collection_list_has_product_counts(
        self, api: Any, mug: Product, mugs: Collection, make_product: Any
    ) -> None:
        make_product(collection=mugs)
        empty = Collection.objects.create(title="Empty")

        assert api.get("/store/collections/").json() == [
            {"id": empty.pk, "title": "Empty", "products_count": 0},
            {"id": mugs.pk, "title": "Mugs", "products_count": 2},
        ]

    def test_create_collection(self, as_staff: Any, mug: Product) -> None:
        answer = as_staff.post(
            "/store/collections/", {"title": "Cups", "featured_product": mug.pk, "products_count": 9}
        )

        assert answer.status_code == 201
        made = answer.json()
        assert made == {"id": made["id"], "title": "Cups", "products_count": 0}
        assert Collection.objects.get(pk=made["id"]).featured_product == mug

    def test_update_collection(self, as_staff: Any, mug: Product, mugs: Collection) -> None:
        where = f"/store/collections/{mugs.pk}/"

        answer = as_staff.put(where, {"title": "Cups", "featured_product": mug.pk})

        assert answer.json() == {"id": mugs.pk, "title": "Cups", "products_count": 1}
        assert Collection.objects.get(pk=mugs.pk).featured_product == mug

    def test_featured_product_can_be_deleted(self, as_staff: Any, mug: Product) -> None:
        cups = Collection.objects.create(title="Cups", featured_product=mug)

        assert as_staff.delete(f"/store/products/{mug.pk}/").status_code == 204
        assert Collection.objects.get(pk=cups.pk).featured_product is None

    def test_featured_product_is_shown_by_optional_serializer(self, api: Any, mug: Product, settings: Any) -> None:
        path = "storefront_store.api.serializers.FeaturedCollectionSerializer"
        settings.STOREFRONT_STORE = {"SERIALIZERS": {"collection": path}}
        cups = Collection.objects.create(title="Cups", featured_product=mug)

        body = {"id": cups.pk, "title": "Cups", "featured_product": mug.pk, "products_count": 0}
        assert api.get(f"/store/collections/{cups.pk}/").json() == body

    def test_search_filter_and_ordering(self, api: Any, mug: Product, mugs: Collection) -> None:
        Collection.objects.create(title="Cups and saucers")

        def found(query: str) -> list[str]:
            return [row["title"] for row in api.get(f"/store/collections/?{query}").json()]

        assert found("search=SAUCERS cups") == ["Cups and saucers"]
        assert found("title=mugs") == ["Mugs"]
        assert found("ordering=-products_count")[0] == "Mugs"

    def test_delete_empty_collection(self, as_staff: Any, mugs: Collection) -> None:
        assert as_staff.delete(f"/store/collections/{mugs.pk}/").status_code == 204


class TestReviews:
    def test_author_and_is_mine(self, api: Any, as_user: Any, user: Any, as_staff: Any, mug: Product) -> None:
        where = f"/store/products/{mug.pk}/reviews/"
        api.post(where, {"name": "Nobody", "description": "Good"})
        made = as_user.post(where, {"name": "Ann", "description": "Good"}).json()

        assert (made["author"], made["is_mine"]) == ({"id": user.pk, "name": "Ann"}, True)
        for client, mine in ((api, [False, False]), (as_user, [True, False]), (as_staff, [False, False])):
            rows = client.get(where).json()
            assert [row["author"] for row in rows] == [{"id": user.pk, "name": "Ann"}, None]
            assert [row["is_mine"] for row in rows] == mine
            assert client.get(f"{where}{made['id']}/").json()["is_mine"] is mine[0]

    def test_only_staff_can_hide(self, api: Any, as_user: Any, as_staff: Any, mug: Product) -> None:
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

    def test_filter_search_and_ordering(self, api: Any, mug: Product) -> None:
        where = f"/store/products/{mug.pk}/reviews/"
        for name, rating in (("a", 1), ("b", 5), ("c", 3)):
            Review.objects.create(product=mug, name=name, description=f"text of {name}", rating=rating)

        def names(query: str) -> list[str]:
            return [row["name"] for row in api.get(f"{where}?{query}").json()]

        assert names("rating=5") == ["b"]
        assert names("rating__gte=3&ordering=rating") == ["c", "b"]
        assert names("search=TEXT b") == ["b"]
        assert api.get(f"{where}?rating=9").status_code == 400

    def test_anonymous_user_can_post(self, api: Any, mug: Product) -> None:
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

    def test_author_is_authenticated_user(self, as_user: Any, user: Any, mug: Product) -> None:
        made = as_user.post(f"/store/products/{mug.pk}/reviews/", {"name": "Ann", "description": "Good"}).json()

        assert Review.objects.get(pk=made["id"]).author == user
        changed = as_user.patch(f"/store/products/{mug.pk}/reviews/{made['id']}/", {"rating": 5})
        assert (changed.status_code, changed.json()["rating"]) == (200, 5)

    def test_rating_excludes_hidden_reviews(self, api: Any, as_staff: Any, mug: Product, make_product: Any) -> None:
        for rating, hidden in [(5, False), (4, False), (4, False), (1, True), (None, False)]:
            Review.objects.create(product=mug, name="Ann", description="Good", rating=rating, is_hidden=hidden)
        Review.objects.create(product=make_product(title="Z"), name="Ann", description="Bad", rating=1)
        expected = {"average": 4.33, "count": 3}

        assert api.get(f"/store/products/{mug.pk}/").json()["rating"] == expected
        assert api.get("/store/products/").json()["results"][0]["rating"] == expected
        assert as_staff.get(f"/store/products/{mug.pk}/").json()["rating"] == expected

    def test_hidden_reviews_are_visible_to_staff_only(
        self, api: Any, as_user: Any, as_staff: Any, mug: Product, user: Any
    ) -> None:
        review = Review.objects.create(product=mug, author=user, name="Ann", description="Bad", is_hidden=True)
        where = f"/store/products/{mug.pk}/reviews/"

        assert [len(client.get(where).json()) for client in (api, as_user, as_staff)] == [0, 0, 1]
        assert [client.get(f"{where}{review.pk}/").status_code for client in (api, as_user, as_staff)] == [
            404,
            404,
            200,
        ]

    def test_newest_reviews_come_first(self, api: Any, mug: Product) -> None:
        for name in "abc":
            Review.objects.create(product=mug, name=name, description="Good")

        assert [row["name"] for row in api.get(f"/store/products/{mug.pk}/reviews/").json()] == ["c", "b", "a"]

    def test_review_is_kept_when_author_is_deleted(self, mug: Product, user: Any, api: Any) -> None:
        Review.objects.create(product=mug, author=user, name="Ann", description="Good")
        user.delete()

        assert len(api.get(f"/store/products/{mug.pk}/reviews/").json()) == 1
