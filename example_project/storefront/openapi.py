"""Additions to the schema that can't be derived from the code. Imported when the apps are ready."""

from __future__ import annotations

from typing import Any, Final

from django.apps import apps
from django.utils.module_loading import import_string
from drf_spectacular.extensions import OpenApiSerializerFieldExtension, OpenApiViewExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction, extend_schema_field

# Views whose rows depend on the address or on who asks: without a request they can't tell which model they serve.
MODELS: Final = {
    "storefront_store.api.views.AddressViewSet": "storefront_store.Address",
    "storefront_store.api.views.CartItemViewSet": "storefront_store.CartItem",
    "storefront_store.api.views.customers.CustomerAddressViewSet": "storefront_store.Address",
    "storefront_store.api.views.OrderViewSet": "storefront_store.Order",
    "storefront_store.api.views.ProductImageViewSet": "storefront_store.ProductImage",
    "storefront_store.api.views.ReviewViewSet": "storefront_store.Review",
}

# Serializers that name an object of any model, whose key is of that model's type.
REFERENCES: Final = (
    "generic_likes.api.serializers.LikedObjectSerializer",
    "generic_tags.api.serializers.TaggedObjectSerializer",
)


class ModelHint(OpenApiViewExtension):
    """Names the model of a view, from which the schema takes the types of the keys in its address."""

    model = ""

    def view_replacement(self) -> type:
        """Return the view with a queryset that nobody evaluates."""
        queryset = apps.get_model(self.model)._default_manager.none()
        return type(self.target.__name__, (self.target,), {"queryset": queryset})


for path, label in MODELS.items():
    type(f"{label.replace('.', '')}Hint", (ModelHint,), {"target_class": path, "model": label})


for path in REFERENCES:
    extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string"}]})(import_string(path).get_id)


class FirstImage(OpenApiSerializerFieldExtension):
    """Describes the first image of a product, which a cart and an order show."""

    target_class = "storefront_store.api.serializers.fields.FirstImageField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        """Return the schema of an image, which may be missing."""
        image = {
            "type": "object",
            "properties": {
                "id": {"type": "integer"},
                "image": {"type": "string", "format": "uri"},
                "alt_text": {"type": "string"},
            },
            "required": ["id", "image", "alt_text"],
        }
        return {"oneOf": [image, {"type": "null"}]}
