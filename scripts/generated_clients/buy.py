"""Register, log in and place an order with the Python client that is generated from the schema.

The client and httpx must be installed, as by ``scripts/clients.py``. The argument is the URL of the site.
"""

from __future__ import annotations

import sys
import uuid
from typing import Any, TypeVar

from storefront_client import AuthenticatedClient, Client
from storefront_client.api.accounts import me_retrieve, users_register
from storefront_client.api.carts import cart_items_create, carts_create, carts_quote
from storefront_client.api.orders import orders_list, orders_place, orders_retrieve
from storefront_client.api.products import products_list, products_retrieve
from storefront_client.api.tokens import jwt_create
from storefront_client.models import (
    AddItemRequest,
    Cart,
    CheckoutRequest,
    ChoicesRequest,
    LoginRequest,
    PaginatedProductList,
    PlacedOrder,
    Quote,
    StoreConflict,
    TokenPair,
    UserCreate,
    UserCreateRequest,
)

T = TypeVar("T")


def expected(kind: type[T], answer: Any) -> T:
    """Return a response, if it has the type that is expected.

    Args:
        kind: The expected type.
        answer: The response.

    Raises:
        TypeError: If the response has another type.
    """
    if not isinstance(answer, kind):
        raise TypeError(f"{kind.__name__} expected, not {answer!r}")
    return answer


def main(base: str) -> None:
    """Place an order at the site with this URL."""
    anonymous = Client(base_url=base, raise_on_unexpected_status=True)
    name, password = f"client-{uuid.uuid4().hex[:8]}", uuid.uuid4().hex
    account = UserCreateRequest(username=name, email=f"{name}@storefront.example", password=password)
    expected(UserCreate, users_register.sync(client=anonymous, body=account))
    tokens = expected(TokenPair, jwt_create.sync(client=anonymous, body=LoginRequest(username=name, password=password)))
    client = AuthenticatedClient(base_url=base, token=tokens.access, raise_on_unexpected_status=True)
    sys.stdout.write(f"logged in as {me_retrieve.sync(client=client).username}\n")

    page = expected(PaginatedProductList, products_list.sync(client=client, in_stock=True, page_size=5))
    product = products_retrieve.sync(page.results[0].id, client=client)
    cart = expected(Cart, carts_create.sync(client=client))
    cart_items_create.sync(cart.id, client=client, body=AddItemRequest(product_id=product.id, quantity=1))
    offers = expected(Quote, carts_quote.sync(cart.id, client=client, body=ChoicesRequest())).shipping_methods
    choices = ChoicesRequest(shipping_method=offers[0].id) if offers else ChoicesRequest()
    quote = expected(Quote, carts_quote.sync(cart.id, client=client, body=choices))

    wrong = CheckoutRequest(cart_id=cart.id, expected_total=quote.total + 1)
    conflict = expected(StoreConflict, orders_place.sync(client=client, body=wrong))
    sys.stdout.write(f"refused: {conflict.code}\n")

    wanted = CheckoutRequest(cart_id=cart.id, shipping_method=choices.shipping_method, expected_total=quote.total)
    key = str(uuid.uuid4())
    order = expected(PlacedOrder, orders_place.sync(client=client, body=wanted, idempotency_key=key))
    again = expected(PlacedOrder, orders_place.sync(client=client, body=wanted, idempotency_key=key))
    shown = orders_retrieve.sync(order.id, client=client)
    if not (order.id == again.id == shown.id == orders_list.sync(client=client)[0].id and shown.total == quote.total):
        raise ValueError("the order is not the one that was placed")
    sys.stdout.write(f"bought {product.title} for {shown.total} {shown.currency}\n")


if __name__ == "__main__":
    main(sys.argv[1])
