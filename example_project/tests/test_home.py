from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from model_bakery import baker

from storefront_store.conf import get_model

pytestmark = pytest.mark.django_db


def with_picture(product: Any) -> Any:
    image = product.images.model(product=product, alt_text="A green kettle")
    image.image.save("kettle.png", ContentFile(b"not looked at"))
    return product


def test_it_shows_products_with_picture_price_and_link(client: Client, create_product: Callable[..., Any]) -> None:
    product = with_picture(create_product(title="A kettle <for> two", unit_price=Decimal("12.50")))

    page = client.get("/").content.decode()

    assert "A kettle &lt;for&gt; two" in page
    assert "12.50" in page
    assert f'href="/store/products/{product.pk}/"' in page
    assert f'src="{product.images.get().image.url}"' in page
    assert 'alt="A green kettle"' in page


def test_it_leads_to_api_docs_and_admin(client: Client) -> None:
    page = client.get("/").content.decode()

    for path in ("/store/", "/docs/", "/admin/"):
        assert f'href="{path}"' in page


def test_an_offer_shows_both_prices(client: Client, create_product: Callable[..., Any]) -> None:
    product = create_product(unit_price=Decimal("20.00"))
    baker.make("storefront_store.Promotion", discount=Decimal(25), products=[product])

    page = client.get("/").content.decode()

    assert "20.00</del>" in page
    assert "<strong>15.00</strong>" in page
    assert "Offer" in page


def test_what_is_sold_out_says_so(client: Client, create_product: Callable[..., Any]) -> None:
    create_product(inventory=0)

    assert "Sold out" in client.get("/").content.decode()


def test_inactive_products_are_hidden(client: Client, create_product: Callable[..., Any]) -> None:
    product = create_product(title="Withdrawn", is_active=False)
    product.collection.featured_product = product
    product.collection.save()

    assert "Withdrawn" not in client.get("/").content.decode()


def test_what_a_collection_features_comes_first(client: Client, create_product: Callable[..., Any]) -> None:
    featured = create_product(title="Featured")
    featured.collection.featured_product = featured
    featured.collection.save()
    create_product(title="Newer")

    page = client.get("/").content.decode()

    assert 0 < page.index("Featured") < page.index("Newer")


def test_an_empty_shop_says_so(client: Client) -> None:
    assert "There are no products yet" in client.get("/").content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_queries_does_not_grow(
    client: Client, create_product: Callable[..., Any], django_assert_num_queries: Any, count: int
) -> None:
    collection = baker.make(get_model("Collection"))
    for number in range(count):
        with_picture(create_product(title=f"Product {number}", collection=collection))

    with django_assert_num_queries(5):  # version, featured products, newest products, images, collections
        client.get("/")
    with django_assert_num_queries(1):  # the version of the catalogue: the page is in the cache
        client.get("/")


def test_only_looking_is_allowed(client: Client) -> None:
    assert client.post("/").status_code == 405


def test_its_files_are_served_without_a_network(client: Client, settings: Any) -> None:
    page = client.get("/").content.decode()

    assert "https://" not in page
    page = page.replace(settings.FRONTEND_URL, "")  # the link to the front end
    assert "http://" not in page
    for name in ("home.css", "logo.svg"):
        assert client.get(f"/static/store_custom/{name}").status_code == 200


def test_it_leads_to_the_shop(client: Client, settings: Any) -> None:
    assert f'href="{settings.FRONTEND_URL}"' in client.get("/").content.decode()


@pytest.mark.parametrize("path", ["/unknown/", "/media/unknown.png"])
def test_a_missing_page_is_told_in_words(client: Client, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 404
    assert "Page not found" in answer.content.decode()


def test_browsers_find_an_icon(client: Client) -> None:
    answer = client.get("/favicon.ico")

    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert b"".join(answer.streaming_content).startswith(b"<svg")


@pytest.mark.parametrize(("language", "heading"), [("de", "Empfohlene Produkte"), ("es", "Productos destacados")])
def test_the_page_is_kept_in_each_language(client: Client, language: str, heading: str) -> None:
    english = client.get("/").content.decode()

    translated = client.get("/", headers={"Accept-Language": language}).content.decode()

    assert "Featured products" in english
    assert heading in translated
    assert f'<html lang="{language}">' in translated
    assert client.get("/").content.decode() == english


def test_a_missing_page_is_announced_in_the_language_of_the_visitor(client: Client) -> None:
    page = client.get("/nothing/here", headers={"Accept-Language": "de"})

    assert page.status_code == 404
    assert "Seite nicht gefunden" in page.content.decode()
