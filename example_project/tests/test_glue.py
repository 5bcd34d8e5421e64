"""Products with tags and likes, in the API of the glue app."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from model_bakery import baker
from rest_framework.test import APIClient

from generic_likes.selectors import states_by_key
from generic_likes.services import like
from generic_tags.selectors import labels_by_key
from generic_tags.services import add_tags
from store_custom.marks import set_marks, with_marks
from storefront_store.api.views import ProductViewSet as StoreProductViewSet
from storefront_store.conf import get_model

pytestmark = pytest.mark.django_db


def test_product_contains_tags_and_likes(
    authenticate: Callable[..., APIClient], create_user: Callable[..., Any], create_product: Callable[..., Any]
) -> None:
    product = create_product()
    add_tags(product, "sale", "Red")
    like(create_user("another"), product)
    client = authenticate()

    shown = client.get(f"/store/products/{product.pk}/").json()

    assert (shown["tags"], shown["likes_count"], shown["is_liked"]) == (["Red", "sale"], 1, False)


def test_tags_and_likes_add_one_query_only_for_users(
    authenticate: Callable[..., APIClient], create_product: Callable[..., Any], settings: Any
) -> None:
    collection = baker.make(get_model("Collection"))
    for number in range(10):
        add_tags(create_product(title=f"Product {number}", collection=collection), "sale", f"tag {number}")
    client = authenticate()
    guest = APIClient()

    def count(asking: APIClient) -> int:
        asking.get("/store/products/")  # caches content types and settings
        with CaptureQueriesContext(connection) as queries:
            products = asking.get("/store/products/").json()["results"]
        tags.append([product.get("tags") for product in products])
        return len(queries)

    tags: list[Any] = []
    composed = count(guest), count(client)
    settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "SERIALIZERS": {}}
    plain = count(guest), count(client)

    assert all(len(each) == 2 for each in (*tags[0], *tags[1]))
    assert composed == (plain[0], plain[1] + 1)


@pytest.mark.database
def test_tags_and_likes_match_selectors_of_packages(
    create_user: Callable[..., Any], create_product: Callable[..., Any]
) -> None:
    collection = baker.make(get_model("Collection"))
    products = [create_product(title=f"Product {number}", collection=collection) for number in range(8)]
    users = [create_user(f"user{number}") for number in range(3)]
    for number, product in enumerate(products):
        add_tags(product, *["Éclair", "zebra", "apple", "Banana"][: number % 5])
        for user in users[: number % 4]:
            like(user, product)
    model, keys = type(products[0]), [product.pk for product in products]

    for viewer in (None, AnonymousUser(), *users):
        read, given = list(with_marks(model.objects.all())), list(model.objects.all())
        for rows in (read, given):
            set_marks(rows, model, viewer)

        labels, likes = labels_by_key(model, keys), states_by_key(model, keys, viewer)
        for rows in (read, given):
            assert {row.pk: row.tags for row in rows if row.tags} == labels
            assert {row.pk: (row.likes_count, row.is_liked) for row in rows if row.likes_count} == likes


@pytest.mark.database
def test_updated_tags_are_in_response(
    authenticate: Callable[..., APIClient], create_product: Callable[..., Any]
) -> None:
    product = create_product()
    add_tags(product, "old")
    client = authenticate(is_staff=True)

    answer = client.patch(f"/store/products/{product.pk}/", {"tags": ["new", "Éclair"]}, format="json")

    assert answer.status_code == 200, answer.json()
    assert answer.json()["tags"] == ["new", "Éclair"]
    assert client.get(f"/store/products/{product.pk}/").json()["tags"] == answer.json()["tags"]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("tags=red", {"Red", "Both"}),
        ("tags=red,sale", {"Red", "Sale", "Both"}),
        ("tags=red,sale&tags_match=all", {"Both"}),
        ("tags=RED", {"Red", "Both"}),
        ("tags=unknown", set()),
        ("tags=", {"Red", "Sale", "Both", "Neither"}),
        ("tags=red&search=both", {"Both"}),
    ],
)
def test_products_can_be_filtered_by_tags(
    api_client: APIClient, create_product: Callable[..., Any], query: str, titles: set[str]
) -> None:
    for title, tags in {"Red": ["red"], "Sale": ["sale"], "Both": ["red", "sale"], "Neither": []}.items():
        add_tags(create_product(title=title), *tags)

    answer = api_client.get(f"/store/products/?{query}")

    assert {product["title"] for product in answer.json()["results"]} == titles


@pytest.mark.parametrize("query", ["tags=%00", "tags=red&tags_match=most", "tags=" + "x" * 300])
def test_invalid_tag_filter_is_400(api_client: APIClient, query: str) -> None:
    assert api_client.get(f"/store/products/?{query}").status_code == 400


def test_like_can_be_set_and_removed(
    authenticate: Callable[..., APIClient], create_product: Callable[..., Any]
) -> None:
    client, path = authenticate(), f"/store/products/{create_product().pk}/like/"

    answers = [client.put(path), client.put(path), client.get(path), client.delete(path), client.delete(path)]

    assert [answer.status_code for answer in answers] == [200] * 5
    assert [answer.json()["likes_count"] for answer in answers] == [1, 1, 1, 0, 0]
    assert [answer.json()["is_liked"] for answer in answers] == [True, True, True, False, False]


def test_anonymous_like_is_401(api_client: APIClient, create_product: Callable[..., Any]) -> None:
    assert api_client.put(f"/store/products/{create_product().pk}/like/").status_code == 401


@pytest.mark.parametrize("endpoint", ["like", "tags"])
def test_endpoints_of_inactive_product_return_404(
    authenticate: Callable[..., APIClient], create_product: Callable[..., Any], endpoint: str
) -> None:
    path = f"/store/products/{create_product(is_active=False).pk}/{endpoint}/"

    assert authenticate().get(path).status_code == 404


@pytest.mark.parametrize("path", ["/likes/storefront_store.product/{}/", "/tags/for/storefront_store.product/{}/"])
def test_generic_endpoints_of_inactive_product_return_404(
    authenticate: Callable[..., APIClient], create_product: Callable[..., Any], path: str
) -> None:
    assert authenticate().get(path.format(create_product(is_active=False).pk)).status_code == 404


@pytest.mark.parametrize(("fields", "status"), [({}, 403), ({"is_staff": True}, 200)])
def test_only_staff_can_set_tags(
    authenticate: Callable[..., APIClient], create_product: Callable[..., Any], fields: dict[str, bool], status: int
) -> None:
    path = f"/store/products/{create_product().pk}/tags/"
    client = authenticate(**fields)

    answer = client.put(path, {"tags": ["sale", "red"]})

    assert answer.status_code == status
    assert client.get(path).json() == {"tags": ["red", "sale"] if status == 200 else []}


def test_product_can_be_created_with_tags(authenticate: Callable[..., APIClient]) -> None:
    body = {
        "title": "A kettle",
        "slug": "kettle",
        "unit_price": 10,
        "inventory": 1,
        "collection": baker.make(get_model("Collection")).pk,
        "tags": ["red"],
    }

    answer = authenticate(is_staff=True).post("/store/products/", body)

    assert answer.status_code == 201
    assert (answer.json()["tags"], answer.json()["likes_count"], answer.json()["is_liked"]) == (["red"], 0, False)


def test_product_list_of_user_is_not_cacheable(
    authenticate: Callable[..., APIClient], create_product: Callable[..., Any]
) -> None:
    create_product()

    assert "no-store" in authenticate().get("/store/products/").headers["Cache-Control"]


def test_store_viewset_is_not_modified() -> None:
    assert not hasattr(StoreProductViewSet, "like")
    assert not hasattr(StoreProductViewSet, "tags")


def test_admin_edits_tags_and_counts_likes(
    admin_client: Client, admin_user: Any, create_product: Callable[..., Any]
) -> None:
    product = create_product(title="A kettle")
    add_tags(product, "red")
    like(admin_user, product)

    page = admin_client.get(f"/admin/storefront_store/product/{product.pk}/change/").content.decode()
    index = admin_client.get("/admin/storefront_store/product/").content.decode()

    assert "generic_tags-taggeditem" in page
    assert 'name="images-TOTAL_FORMS"' in page
    assert '<td class="field-likes">1</td>' in index


def test_number_of_queries_of_admin_list_is_constant(admin_client: Client, create_product: Callable[..., Any]) -> None:
    create_product()
    with CaptureQueriesContext(connection) as few:
        admin_client.get("/admin/storefront_store/product/")
    for _ in range(8):
        create_product()
    with CaptureQueriesContext(connection) as many:
        admin_client.get("/admin/storefront_store/product/")

    assert len(many) <= len(few)


def test_admin_shows_site_header_and_index_title(admin_client: Client) -> None:
    page = admin_client.get("/admin/").content.decode()

    assert "Storefront Admin" in page
    assert "Admin Dashboard" in page
