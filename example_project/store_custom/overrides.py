"""Settings of the packages that this app overrides or extends; the project merges them into its settings."""

from __future__ import annotations

from typing import Any, Final

STOREFRONT_STORE: Final[dict[str, Any]] = {
    "SERIALIZERS": {
        "product": "store_custom.api.ProductSerializer",
        "product_detail": "store_custom.api.ProductDetailSerializer",
    },
    "PERMISSIONS": {"order": ["store_custom.permissions.IsCustomerOrGuest"]},
    "VIEWSETS": {
        "collection": "store_custom.api.CollectionViewSet",
        "product": "store_custom.api.ProductViewSet",
    },
}
GENERIC_TAGS: Final[dict[str, Any]] = {"VISIBLE": "store_custom.visibility.known_to"}
GENERIC_LIKES: Final[dict[str, Any]] = {"VISIBLE": "store_custom.visibility.known_to"}
STOREFRONT_AUTH: Final[dict[str, Any]] = {
    "PERSONAL_DATA": [
        "storefront_store.services.privacy.personal_data",
        "generic_likes.services.personal_data",
        "store_custom.services.outbox.personal_data",
    ],
}
