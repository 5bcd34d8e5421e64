"""The router of the API, built once when the URLs are loaded."""

from __future__ import annotations

from rest_framework.routers import DefaultRouter
from rest_framework_nested.routers import NestedSimpleRouter

from storefront_store.api.views.root import RootView
from storefront_store.conf import app_settings


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
