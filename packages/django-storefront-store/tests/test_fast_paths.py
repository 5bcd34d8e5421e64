"""Which endpoints are read by plans, without model instances, and which are not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser

from storefront_store import parts
from storefront_store.api.views.base import ListMixin, RetrieveMixin, StoreViewSet
from storefront_store.conf import app_settings
from storefront_store.shipping.api import ShippingMethodViewSet

PLANNED: Final = {
    "address list",
    "address retrieve",
    "cart retrieve",
    "cart_item list",
    "cart_item retrieve",
    "collection list",
    "collection retrieve",
    "customer list",
    "customer retrieve",
    "customer_address list",
    "customer_address retrieve",
    "order list",
    "order retrieve",
    "product list",
    "product retrieve",
    "product_group list",
    "product_group retrieve",
    "product_image list",
    "product_image retrieve",
    "review list",
    "review retrieve",
    "shipping_method list",
}
PLAIN: Final = {"promotion list", "promotion retrieve"}  # show the keys of a many-to-many relation; for staff


def test_endpoints_with_and_without_read_plan() -> None:
    views: dict[str, Any] = {name: app_settings.part("VIEWSETS", name) for name in parts.VIEWSETS}
    views["shipping_method"] = ShippingMethodViewSet
    mixins = {"list": ListMixin, "retrieve": RetrieveMixin}
    planned, plain = set(), set()

    for name, view_class in views.items():
        for action, mixin in mixins.items():
            if issubclass(view_class, StoreViewSet) and hasattr(view_class, action):
                view = view_class(action=action, request=SimpleNamespace(user=AnonymousUser(), method="GET"))
                uses_plan = issubclass(view_class, mixin) and view.plan is not None
                (planned if uses_plan else plain).add(f"{name} {action}")

    assert (planned, plain) == (PLANNED, PLAIN)
