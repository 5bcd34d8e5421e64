"""The router of the API, built once when the URLs are loaded."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from django.urls import URLPattern, URLResolver
from django.urls.resolvers import RoutePattern
from rest_framework.routers import DefaultRouter
from rest_framework_nested.routers import NestedSimpleRouter

from storefront_store.api.views.root import RootView
from storefront_store.conf import app_settings

FIRST_WORD: Final = re.compile(r"\^([\w-]+)(?=[/\\])[^|]*$")  # of an expression without alternatives


def build_router() -> tuple[DefaultRouter, list[NestedSimpleRouter]]:
    """Return the router of the store and its nested routers."""
    viewsets = {name: app_settings.part("VIEWSETS", name) for name in app_settings.VIEWSETS}
    router = DefaultRouter()
    router.APIRootView = RootView
    router.register("products", viewsets["product"], basename="product")
    router.register("collections", viewsets["collection"], basename="collection")
    router.register("groups", viewsets["product_group"], basename="product-group")
    router.register("promotions", viewsets["promotion"], basename="promotion")
    router.register("carts", viewsets["cart"], basename="cart")
    router.register("customers/me/addresses", viewsets["address"], basename="address")
    router.register("customers", viewsets["customer"], basename="customer")
    router.register("orders", viewsets["order"], basename="order")

    products = NestedSimpleRouter(router, "products", lookup="product")
    products.register("images", viewsets["product_image"], basename="product-images")
    products.register("reviews", viewsets["review"], basename="product-reviews")
    carts = NestedSimpleRouter(router, "carts", lookup="cart")
    carts.register("items", viewsets["cart_item"], basename="cart-items")
    customers = NestedSimpleRouter(router, "customers", lookup="customer")
    customers.register("addresses", viewsets["customer_address"], basename="customer-addresses")
    return router, [products, carts, customers]


class Beginning(RoutePattern):
    """A pattern for addresses that begin with a word, which are left whole to the patterns below it.

    Args:
        word: The word.
    """

    def __init__(self, word: str) -> None:
        super().__init__("")
        self.word = word

    def match(self, path: str) -> tuple[str, tuple[()], dict[str, Any]] | None:
        """Return the whole address if it begins with the word, otherwise None."""
        return (path, (), {}) if path.startswith(self.word) else None


def by_first_word(patterns: Iterable[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """Return the patterns with those that begin with the same word together.

    An address is compared with one pattern after the other, and the API has more than fifty. Names, arguments and
    routes stay as they are.

    Args:
        patterns: The patterns of routers.
    """
    found: list[URLPattern | URLResolver] = []
    groups: dict[str, list[URLPattern | URLResolver]] = {}
    for pattern in patterns:
        word = FIRST_WORD.match(str(pattern.pattern))
        if word is None:
            found.append(pattern)
            continue
        if word[1] not in groups:
            groups[word[1]] = []
            found.append(URLResolver(Beginning(word[1]), groups[word[1]]))
        groups[word[1]].append(pattern)
    return found
