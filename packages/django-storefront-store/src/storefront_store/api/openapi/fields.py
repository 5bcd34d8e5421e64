"""Schemas of fields that can't be derived from their class."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension, OpenApiSerializerFieldExtension
from drf_spectacular.plumbing import (
    ResolvedComponent,
    append_meta,
    build_array_type,
    build_basic_type,
    build_object_type,
)
from drf_spectacular.types import OpenApiTypes

from storefront_store.api.serializers import StaffReviewSerializer
from storefront_store.api.serializers.fields import nested


def nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema extended by null, for the configured version of OpenAPI."""
    return append_meta(schema, {"nullable": True}) if "$ref" not in schema else _nullable_reference(schema)


def _nullable_reference(schema: dict[str, Any]) -> dict[str, Any]:
    return append_meta({"allOf": [schema]}, {"nullable": True})


class FirstImage(OpenApiSerializerFieldExtension):
    """Schema of the first image of a product."""

    target_class = "storefront_store.api.serializers.fields.FirstImageField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the schema of the configured image serializer, or null."""
        image = auto_schema.resolve_serializer(nested("product_image"), "response")
        return nullable(image.ref)


class ImageURL(OpenApiSerializerFieldExtension):
    """Schema of the URL of an image."""

    target_class = "storefront_store.api.serializers.fields.ImageURLField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the schema of a URL."""
        return dict(build_basic_type(OpenApiTypes.URI) or {})


class Shapes(OpenApiSerializerExtension):
    """Base class of serializer extensions that set schemas of fields.

    Attributes:
        known: Functions that return the schema, by the name of the field.
        enums: The component names of the choices of fields. Without one, drf-spectacular generates a name if several
            serializers have a field of that name.
    """

    match_subclasses = True
    known: Mapping[str, Callable[[Any, Any], dict[str, Any]]] = {}
    enums: Mapping[str, str] = {}

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the schema of the serializer with the schemas of the fields."""
        schema: dict[str, Any] = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        properties = schema.get("properties", {})
        for name, shape in self.known.items():
            if name in properties:
                properties[name] = append_meta(shape(auto_schema, direction), _kept(properties[name]))
        for name, component in self.enums.items():
            if "enum" in properties.get(name, {}):
                properties[name] = _with_enum_apart(auto_schema, component, properties[name])
        return schema


def _kept(old: Mapping[str, Any]) -> dict[str, Any]:
    """Return the annotations of a schema, such as its description, without its type."""
    return {key: old[key] for key in ("description", "title", "default", "readOnly", "writeOnly") if key in old}


def _with_enum_apart(auto_schema: Any, name: str, old: dict[str, Any]) -> dict[str, Any]:
    """Register the choices as a component, and return a reference to it."""
    choices = {key: old[key] for key in ("type", "enum", "description") if key in old}
    component = ResolvedComponent(name, ResolvedComponent.SCHEMA, schema=choices, object=name)
    auto_schema.registry.register_on_missing(component)
    kept = {key: value for key, value in _kept(old).items() if key != "description"}
    return append_meta(component.ref, kept)


TEXTS = build_array_type({"type": "string"})


def options(auto_schema: Any, direction: Any) -> dict[str, Any]:
    """Return the schema of the options of a product."""
    return {"type": "object", "additionalProperties": {"type": "string"}}


def author(auto_schema: Any, direction: Any) -> dict[str, Any]:
    """Return the schema of the author of a review."""
    known = build_object_type(
        properties={"id": {"oneOf": [{"type": "integer"}, {"type": "string"}]}, "name": {"type": "string"}},
        required=["id", "name"],
    )
    return nullable(known)


def kept_address(auto_schema: Any, direction: Any) -> dict[str, Any]:
    """Return the schema of an address stored with an order."""
    return nullable({"type": "object", "additionalProperties": {"type": "string"}})


def texts(auto_schema: Any, direction: Any) -> dict[str, Any]:
    """Return the schema of a list of strings."""
    return TEXTS


class ProductShapes(Shapes):
    """Schema of products."""

    target_class = "storefront_store.api.serializers.ProductSerializer"
    known = {"options": options}


class VariantShapes(Shapes):
    """Schema of variants."""

    target_class = "storefront_store.api.serializers.VariantSerializer"
    known = {"options": options}


class ReviewShapes(Shapes):
    """Schema of reviews."""

    target_class = "storefront_store.api.serializers.ReviewSerializer"
    known = {"author": author}

    def get_name(self, *args: Any, **kwargs: Any) -> str | None:
        """Return one name for both serializers; the additional field for staff is optional."""
        return "Review" if type(self.target) is StaffReviewSerializer else None


class OrderShapes(Shapes):
    """Schema of orders."""

    target_class = "storefront_store.api.serializers.OrderSerializer"
    known = {"shipping_address": kept_address, "billing_address": kept_address}
    enums = {"status": "OrderStatus", "payment_status": "OrderPaymentStatus"}


class PaymentStatusShapes(Shapes):
    """Schema of changes of the payment status."""

    target_class = "storefront_store.api.serializers.PaymentStatusSerializer"
    enums = {"payment_status": "OrderPaymentStatus"}


class CustomerShapes(Shapes):
    """Schema of customers for staff."""

    target_class = "storefront_store.api.serializers.CustomerSerializer"
    enums = {"membership": "Membership"}


class OwnCustomerShapes(CustomerShapes):
    """Schema of customers for themselves."""

    target_class = "storefront_store.api.serializers.OwnCustomerSerializer"
