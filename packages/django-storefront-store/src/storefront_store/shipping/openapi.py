"""The OpenAPI description of the shipping methods. Loaded when drf-spectacular is installed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from storefront_store.api.openapi.fields import Shapes, texts
from storefront_store.api.openapi.operations import Operation, View, rows
from storefront_store.api.openapi.schema import describe

VIEWS: Final[Mapping[str, View]] = {
    "storefront_store.shipping.api.ShippingMethodViewSet": View(
        "Shipping",
        "storefront_store_shipping.ShippingMethod",
        {
            "list": Operation(
                "shipping_methods_list",
                "List the shipping methods",
                {200: rows("storefront_store.shipping.api.ShippingMethodSerializer")},
                description="What one costs for a cart is in the quote of the cart.",
            )
        },
    )
}


class ShippingMethodShapes(Shapes):
    """Schema of shipping methods."""

    target_class = "storefront_store.shipping.api.ShippingMethodSerializer"
    known = {"countries": texts}


describe(VIEWS)
