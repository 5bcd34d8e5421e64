from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from rest_framework.test import APIClient
from storefront_store_testapp import statuses
from storefront_store_testapp.shop import place_order, staff_with

from storefront_store.models import Cart, CartItem, Collection, Order, Product

if TYPE_CHECKING:
    from storefront_store_testapp.stripe_server import StripeServer

    from storefront_store.payments.models import Payment

# A machine that is busy with other work is no failure.
hypothesis.settings.register_profile("store", deadline=None, suppress_health_check=list(hypothesis.HealthCheck))
hypothesis.settings.load_profile("store")

numbers = count(1)
collect_ignore_glob = [] if settings.WITH_PAYMENTS else ["test_payment*.py", "test_refunds.py", "test_free_orders.py"]


@pytest.fixture(autouse=True)
def _documented_statuses(request: Any) -> Iterator[None]:
    """Fail a test in which an operation answered with a status that its OpenAPI description does not have."""
    yield
    undocumented = statuses.undocumented()
    assert request.node.get_closest_marker("undocumented") or undocumented == []


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def api() -> APIClient:
    """A client without a login. Exceptions in views become 500s, as they would for a real client."""
    return APIClient(raise_request_exception=False)


@pytest.fixture
def make_user() -> Callable[..., Any]:
    def make(**kwargs: Any) -> Any:
        kwargs.setdefault("username", f"user{next(numbers)}")
        return get_user_model()._default_manager.create_user(**kwargs)

    return make


@pytest.fixture
def log_in() -> Callable[[Any], APIClient]:
    def log_in(user: Any) -> APIClient:
        client = APIClient(raise_request_exception=False)
        client.force_authenticate(user)
        return client

    return log_in


@pytest.fixture
def user(make_user: Callable[..., Any]) -> Any:
    return make_user()


@pytest.fixture
def as_user(user: Any, log_in: Callable[[Any], APIClient]) -> APIClient:
    """A client of an ordinary user, the one of the fixture ``user``."""
    return log_in(user)


@pytest.fixture
def staff(make_user: Callable[..., Any]) -> Any:
    return make_user(is_staff=True)


@pytest.fixture
def as_staff(staff: Any, log_in: Callable[[Any], APIClient]) -> APIClient:
    """A client of a member of staff without special permissions."""
    return log_in(staff)


@pytest.fixture
def make_product() -> Callable[..., Product]:
    def make(**kwargs: Any) -> Product:
        number = next(numbers)
        kwargs.setdefault("title", f"Product {number}")
        kwargs.setdefault("slug", f"product-{number}")
        kwargs.setdefault("unit_price", Decimal("10.00"))
        kwargs.setdefault("inventory", 100)
        if "collection" not in kwargs:
            kwargs["collection"] = Collection.objects.create(title=f"Collection {number}")
        return Product.objects.create(**kwargs)

    return make


@pytest.fixture
def low_prices(settings: Any) -> None:
    """A store in which a price may be as low as a cent."""
    settings.STOREFRONT_STORE = {"MIN_PRICE": Decimal("0.01")}


@pytest.fixture
def euros(settings: Any) -> None:
    """A store with prices in euros, which may be as low as a cent."""
    settings.STOREFRONT_STORE = {"MIN_PRICE": Decimal("0.01"), "CURRENCY": "EUR"}


@pytest.fixture
def mugs(db: None) -> Collection:
    return Collection.objects.create(title="Mugs")


@pytest.fixture
def mug(mugs: Collection, make_product: Callable[..., Product]) -> Product:
    """A product with a value in each field."""
    return make_product(
        title="Blue mug",
        slug="blue-mug",
        sku="M-1",
        description="Holds tea.",
        unit_price=Decimal("9.99"),
        inventory=3,
        collection=mugs,
    )


@pytest.fixture
def make_cart() -> Callable[..., Cart]:
    def make(*lines: tuple[Product, int]) -> Cart:
        cart = Cart.objects.create()
        CartItem.objects.bulk_create(
            CartItem(cart=cart, product=product, quantity=quantity) for product, quantity in lines
        )
        return cart

    return make


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    """Write a catalogue file; return its path."""

    def write(content: Any, name: str | None = None) -> str:
        path = tmp_path / (name or ("in.csv" if isinstance(content, str) else "in.json"))
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def order(user: Any, make_product: Callable[..., Product]) -> Order:
    """An order of the fixture ``user`` for two units of a product."""
    return place_order(user, (make_product(), 2))


@pytest.fixture
def no_tax(settings: Any) -> None:
    """A store in which an order costs what its items cost."""
    settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "ADJUSTERS": []}


@pytest.fixture
def listen() -> Iterator[Callable[..., None]]:
    """Connect a receiver to a signal for the length of a test."""
    connected: list[tuple[Any, Any, Any]] = []

    def listen(signal: Any, receiver: Any, sender: Any = None) -> None:
        signal.connect(receiver, sender, weak=False)
        connected.append((signal, receiver, sender))

    yield listen
    for signal, receiver, sender in connected:
        signal.disconnect(receiver, sender)


@pytest.fixture
def configure_payments(settings: Any) -> Callable[..., None]:
    """Change some settings of the payments for the length of a test."""

    def configure(**values: Any) -> None:
        settings.STOREFRONT_STORE_PAYMENTS = {**settings.STOREFRONT_STORE_PAYMENTS, **values}

    return configure


@pytest.fixture
def stripe(settings: Any, configure_payments: Callable[..., None]) -> Iterator[StripeServer]:
    """A server that answers as Stripe does, and the variant ``stripe`` of the payments, which uses it."""
    from storefront_store_testapp.stripe_server import StripeServer  # needs the extra

    with StripeServer().running() as server:
        configure_payments(VARIANTS={**settings.STOREFRONT_STORE_PAYMENTS["VARIANTS"], "stripe": server.variant()})
        yield server


@pytest.fixture
def payment(stripe: StripeServer, order: Order) -> Payment:
    """A payment of the fixture ``order`` by Stripe, which the customer has not paid yet."""
    from storefront_store_testapp.paying import begin  # needs the extra

    return begin(order, "stripe")


@pytest.fixture
def cashier(db: None) -> Any:
    """A member of staff who may refund payments."""
    return staff_with("add_refund")


@pytest.fixture
def as_cashier(cashier: Any, log_in: Callable[[Any], APIClient]) -> APIClient:
    """A client of a member of staff who may refund payments, the fixture ``cashier``."""
    return log_in(cashier)
