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


def add_image(product: Any) -> Any:
    image = product.images.model(product=product, alt_text="A green kettle")
    image.image.save("kettle.png", ContentFile(b"not looked at"))
    return product


def test_page_shows_product_with_image_price_and_link(client: Client, create_product: Callable[..., Any]) -> None:
    product = add_image(create_product(title="A kettle <for> two", unit_price=Decimal("12.50")))

    page = client.get("/").content.decode()

    assert "A kettle &lt;for&gt; two" in page
    assert "12.50" in page
    assert f'href="/store/products/{product.pk}/"' in page
    assert f'src="{product.images.get().image.url}"' in page
    assert 'alt="A green kettle"' in page


def test_page_links_to_api_docs_and_admin(client: Client) -> None:
    page = client.get("/").content.decode()

    for path in ("/store/", "/docs/", "/admin/"):
        assert f'href="{path}"' in page


def test_discounted_product_shows_both_prices(client: Client, create_product: Callable[..., Any]) -> None:
    product = create_product(unit_price=Decimal("20.00"))
    baker.make("storefront_store.Promotion", discount=Decimal(25), products=[product])

    page = client.get("/").content.decode()

    assert "20.00</del>" in page
    assert "<strong>15.00</strong>" in page
    assert "Offer" in page


def test_sold_out_product_is_marked(client: Client, create_product: Callable[..., Any]) -> None:
    create_product(inventory=0)

    assert "Sold out" in client.get("/").content.decode()


def test_inactive_products_are_hidden(client: Client, create_product: Callable[..., Any]) -> None:
    product = create_product(title="Withdrawn", is_active=False)
    product.collection.featured_product = product
    product.collection.save()

    assert "Withdrawn" not in client.get("/").content.decode()


def test_featured_products_come_first(client: Client, create_product: Callable[..., Any]) -> None:
    featured = create_product(title="Featured")
    featured.collection.featured_product = featured
    featured.collection.save()
    create_product(title="Newer")

    page = client.get("/").content.decode()

    assert 0 < page.index("Featured") < page.index("Newer")


def test_empty_catalogue_shows_message(client: Client) -> None:
    assert "There are no products yet" in client.get("/").content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_number_of_queries_is_constant(
    client: Client, create_product: Callable[..., Any], django_assert_num_queries: Any, count: int
) -> None:
    collection = baker.make(get_model("Collection"))
    for number in range(count):
        add_image(create_product(title=f"Product {number}", collection=collection))

    with django_assert_num_queries(5):  # version, featured products, newest products, images, collections
        client.get("/")
    with django_assert_num_queries(1):  # the version of the catalogue: the page is in the cache
        client.get("/")


def test_post_is_405(client: Client) -> None:
    assert client.post("/").status_code == 405


def test_page_loads_no_external_files(client: Client, settings: Any) -> None:
    page = client.get("/").content.decode()

    assert "https://" not in page
    page = page.replace(settings.FRONTEND_URL, "")  # the link to the front end
    assert "http://" not in page
    for name in ("home.css", "logo.svg"):
        assert client.get(f"/static/store_custom/{name}").status_code == 200


def test_page_links_to_front_end(client: Client, settings: Any) -> None:
    assert f'href="{settings.FRONTEND_URL}"' in client.get("/").content.decode()


@pytest.mark.parametrize("path", ["/unknown/", "/media/unknown.png"])
def test_unknown_path_shows_not_found_page(client: Client, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 404
    assert "Page not found" in answer.content.decode()


def test_favicon_is_served(client: Client) -> None:
    answer = client.get("/favicon.ico")

    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert b"".join(answer.streaming_content).startswith(b"<svg")


@pytest.mark.parametrize(("language", "heading"), [("de", "Empfohlene Produkte"), ("es", "Productos destacados")])
def test_page_is_cached_per_language(client: Client, language: str, heading: str) -> None:
    english = client.get("/").content.decode()

    translated = client.get("/", headers={"Accept-Language": language}).content.decode()

    assert "Featured products" in english
    assert heading in translated
    assert f'<html lang="{language}">' in translated
    assert client.get("/").content.decode() == english


def test_not_found_page_is_translated(client: Client) -> None:
    page = client.get("/nothing/here", headers={"Accept-Language": "de"})

    assert page.status_code == 404
    assert "Seite nicht gefunden" in page.content.decode()
