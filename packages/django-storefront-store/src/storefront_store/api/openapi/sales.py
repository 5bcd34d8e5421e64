"""Operations of carts and orders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from storefront_store.api.openapi.operations import Body, Example, Operation, View, one, page

SERIALIZERS: Final = "storefront_store.api.serializers"
CART_ID: Final = "3f0c5f9e-1f0a-4a4e-8d53-2f6d2d3f6a10"
KEY: Final = ("key", "What opens a guest's order; only those who are not signed in get one.")
LINES: Final = ("out_of_stock", "unavailable")

CART: Final = one("cart")
CHOICES: Final = Body("checkout", drop=("cart_id",), as_name="Choices")
PLACED: Final = Body("order", add=(KEY,), as_name="PlacedOrder")

TO: Final = {"street": "1 Mill Lane", "zip": "10115", "city": "Berlin", "country": "DE"}
ITEM: Final = Example("Two of a product", {"product_id": 1, "quantity": 2})
CHOSEN: Final = Example("With an address", {"address": TO, "email": "ann@example.com"})
ORDERED: Final = (
    Example("The cart alone", {"cart_id": CART_ID}),
    Example("All choices", {"cart_id": CART_ID, "address": TO, "email": "ann@example.com", "expected_total": 53.9}),
)
SHORT: Final = Example(
    "Out of stock",
    {
        "detail": "Some products are out of stock.",
        "code": "out_of_stock",
        "items": [{"product_id": 1, "requested": 2, "available": 1}],
    },
    status=409,
)
CHANGED: Final = Example(
    "The total has changed",
    {"detail": "The total has changed.", "code": "total_changed", "expected": 49.0, "total": 53.9},
    status=409,
)

CARTS: Final[Mapping[str, Operation]] = {
    "create": Operation(
        "carts_create",
        "Create an empty cart",
        {201: CART},
        CART,
        description="Whoever knows its ID may use it.",
    ),
    "retrieve": Operation("carts_retrieve", "Show a cart", {200: CART}),
    "destroy": Operation("carts_delete", "Delete a cart", {204: None}),
    "mine.get": Operation(
        "carts_mine", "Show one's own cart", {200: CART}, description="It is the same on every device."
    ),
    "mine.post": Operation(
        "carts_merge",
        "Move an anonymous cart into one's own",
        {200: CART},
        one(f"{SERIALIZERS}.MergeCartSerializer"),
        examples=(Example("Cart", {"cart_id": CART_ID}),),
    ),
    "quote": Operation(
        "carts_quote",
        "Quote a cart",
        {200: one("quote")},
        CHOICES,
        description="What it costs with these choices, and what would keep it from being ordered. Nothing is changed.",
        codes={429: ()},
        examples=(CHOSEN,),
    ),
}

ADDED: Final = one(f"{SERIALIZERS}.AddItemSerializer")
CHANGED_ITEM: Final = one(f"{SERIALIZERS}.ChangeItemSerializer")
ITEMS: Final[Mapping[str, Operation]] = {
    "list": Operation("cart_items_list", "List the items of a cart", {200: page("cart_item")}),
    "create": Operation(
        "cart_items_create",
        "Add a product to a cart",
        {201: ADDED},
        ADDED,
        description="What the cart holds of the product already is added to.",
        examples=(ITEM,),
    ),
    "retrieve": Operation("cart_items_retrieve", "Show an item of a cart", {200: one("cart_item")}),
    "partial_update": Operation("cart_items_update", "Set the quantity of an item", {200: CHANGED_ITEM}, CHANGED_ITEM),
    "destroy": Operation("cart_items_delete", "Remove an item from a cart", {204: None}),
}

ORDER: Final = one("order")
ORDERS: Final[Mapping[str, Operation]] = {
    "list": Operation("orders_list", "List orders", {200: page("order")}, description="One's own, or all for staff."),
    "create": Operation(
        "orders_place",
        "Place an order",
        {201: PLACED},
        one("checkout"),
        description="The cart is deleted. The body is that of a quote, with the cart.",
        codes={409: (*LINES, "total_changed"), 422: (), 429: (), 503: ("order_refused",)},
        once=True,
        examples=(*ORDERED, SHORT, CHANGED),
    ),
    "retrieve": Operation("orders_retrieve", "Show an order", {200: ORDER}, guest_key=True),
    "partial_update": Operation(
        "orders_update",
        "Record whether an order was paid",
        {200: ORDER},
        one(f"{SERIALIZERS}.PaymentStatusSerializer"),
        description="For staff.",
        codes={409: ("invalid_transition",)},
        examples=(Example("Paid", {"payment_status": "C"}),),
    ),
    "destroy": Operation(
        "orders_delete",
        "Delete an order",
        {204: None},
        description="For staff. One that was paid is kept.",
        codes={409: ("protected",)},
    ),
    "cancel": Operation(
        "orders_cancel",
        "Cancel an order",
        {200: ORDER},
        description="Its stock is given back.",
        codes={409: ("invalid_transition",)},
        guest_key=True,
    ),
    "ship": Operation(
        "orders_ship",
        "Record that an order was shipped",
        {200: ORDER},
        one(f"{SERIALIZERS}.ShipSerializer"),
        description="For staff.",
        codes={409: ("invalid_transition",)},
        examples=(Example("Parcel", {"tracking": "00340434161094042557"}),),
    ),
}

VIEWS: Final[Mapping[str, View]] = {
    "storefront_store.api.views.CartViewSet": View("Carts", "Cart", CARTS),
    "storefront_store.api.views.CartItemViewSet": View("Carts", "CartItem", ITEMS),
    "storefront_store.api.views.OrderViewSet": View("Orders", "Order", ORDERS),
}
