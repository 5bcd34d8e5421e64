from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.utils import translation
from model_bakery import baker
from rest_framework.test import APIClient

from store_custom.services import addresses
from storefront.reports import RateLimit
from storefront_store.conf import get_model
from storefront_store.services import carts
from storefront_store.services.checkout import checkout

PASSWORD = "a-rather-long-password"


@pytest.fixture(autouse=True)
def _clean_slate(settings: Any, tmp_path: Path) -> None:
    """Isolate the throttle counts, cached pages, files and error reports of each test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    for handler in logging.getLogger("django").handlers:
        for limit in handler.filters:
            if isinstance(limit, RateLimit):
                limit.reset()
    for name in caches:
        caches[name].clear()


@pytest.fixture
def api_client() -> APIClient:
    """An anonymous client."""
    return APIClient(raise_request_exception=False)


@pytest.fixture(autouse=True)
def _reset_language() -> Iterator[None]:
    """Deactivate the language of the last request, which Django leaves active in the thread."""
    yield
    translation.deactivate()


@pytest.fixture
def create_user(db: None) -> Callable[..., Any]:
    """Return a function that creates a user with a known password."""

    def do_create_user(username: str = "someone", **fields: Any) -> Any:
        return get_user_model().objects.create_user(
            username=username, email=f"{username}@storefront.example", password=PASSWORD, **fields
        )

    return do_create_user


@pytest.fixture
def authenticate(api_client: APIClient, create_user: Callable[..., Any]) -> Callable[..., APIClient]:
    """Return a function that logs the client in through the API."""

    def do_authenticate(username: str = "someone", **fields: Any) -> APIClient:
        create_user(username, **fields)
        tokens = api_client.post("/auth/jwt/create/", {"username": username, "password": PASSWORD}).json()
        api_client.credentials(HTTP_AUTHORIZATION=f"JWT {tokens['access']}")
        return api_client

    return do_authenticate


@pytest.fixture
def create_product(db: None) -> Callable[..., Any]:
    """Return a function that creates a product on sale."""

    def do_create_product(**fields: Any) -> Any:
        values = {"unit_price": Decimal("10.00"), "inventory": 5, "title": "A kettle", "slug": "kettle", **fields}
        return baker.make(get_model("Product"), **values)

    return do_create_product


@pytest.fixture
def buy(create_product: Callable[..., Any], create_user: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that places an order."""

    def do_buy(user: Any = None, **fields: Any) -> Any:
        user = user or get_user_model().objects.filter(username="buyer").first() or create_user("buyer")
        if user.email:
            addresses.confirm(user.email)
        cart = carts.create_cart()
        carts.add_item(cart.pk, create_product(**fields).pk, 2)
        return checkout(user=user, cart_id=cart.pk)

    return do_buy
