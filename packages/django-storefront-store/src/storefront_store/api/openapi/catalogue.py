"""Operations of products, collections, groups, images, reviews and promotions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from storefront_store.api.openapi.operations import Example, Operation, View, crud, one

PRODUCT: Final = Example(
    "Product",
    {"title": "Watering can", "slug": "watering-can", "unit_price": 24.5, "inventory": 40, "collection": 1},
)
REVIEW: Final = Example("Review", {"name": "Ann", "description": "Holds what it promises.", "rating": 5})
STALE: Final[Mapping[int, tuple[str, ...]]] = {409: ("stale_inventory",)}
BLOCKED: Final[Mapping[int, tuple[str, ...]]] = {405: ()}


def _deletable(name: str, what: str, description: str) -> Operation:
    """Return the operation that deletes an object on which others may depend."""
    return Operation(f"{name}_delete", f"Delete {what}", {204: None}, description=description, codes=BLOCKED)


PRODUCTS: Final[Mapping[str, Operation]] = {
    **crud("products", "product", "product", codes=STALE),
    "create": Operation(
        "products_create", "Create a product", {201: one("product")}, one("product"), examples=(PRODUCT,)
    ),
    "retrieve": Operation(
        "products_retrieve",
        "Show a product",
        {200: one("product_detail")},
        description="With the variants of its group.",
    ),
    "destroy": _deletable("products", "a product", "A product that was ordered is kept."),
    "facets": Operation(
        "products_facets",
        "Count products by what they can be filtered by",
        {200: one("storefront_store.api.openapi.bodies.FacetsSerializer")},
        description="The parameters filter as they do for the list. Each number says how many products there would be "
        "if the filter were chosen as well.",
        is_filtered=True,
    ),
}
COLLECTIONS: Final[Mapping[str, Operation]] = {
    **crud("collections", "collection", "collection", paged=False),
    "destroy": _deletable("collections", "a collection", "A collection that has products is kept."),
}
GROUPS: Final = crud("product_groups", "product group", "product_group")
IMAGES: Final = crud(
    "product_images",
    "image of a product",
    "product_image",
    nouns="images of a product",
    article="an",
    codes={503: ("storage_unavailable",), 507: ()},
)
REVIEWS: Final[Mapping[str, Operation]] = {
    **crud("reviews", "review", "review", nouns="reviews of a product"),
    "create": Operation("reviews_create", "Review a product", {201: one("review")}, one("review"), examples=(REVIEW,)),
}

VIEWS: Final[Mapping[str, View]] = {
    "storefront_store.api.views.ProductViewSet": View("Products", "Product", PRODUCTS),
    "storefront_store.api.views.CollectionViewSet": View("Collections", "Collection", COLLECTIONS),
    "storefront_store.api.views.ProductGroupViewSet": View("Product groups", "ProductGroup", GROUPS),
    "storefront_store.api.views.ProductImageViewSet": View("Product images", "storefront_store.ProductImage", IMAGES),
    "storefront_store.api.views.ReviewViewSet": View("Reviews", "storefront_store.Review", REVIEWS),
    "storefront_store.api.views.PromotionViewSet": View(
        "Promotions", "storefront_store.Promotion", crud("promotions", "promotion", "promotion")
    ),
}
