"""What this app puts in place of parts of the packages. Plain values, for the settings to lay over their own."""

from __future__ import annotations

from typing import Any, Final

STOREFRONT_STORE: Final[dict[str, Any]] = {
    "SERIALIZERS": {"product": "store_custom.api.ProductSerializer"},
    "VIEWSETS": {
        "collection": "store_custom.api.CollectionViewSet",
        "product": "store_custom.api.ProductViewSet",
    },
}
GENERIC_TAGS: Final[dict[str, Any]] = {"VISIBLE": "store_custom.visibility.known_to"}
GENERIC_LIKES: Final[dict[str, Any]] = {"VISIBLE": "store_custom.visibility.known_to"}
