"""Fields that several serializers share."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import serializers
from rest_framework.fields import get_error_detail

from storefront_store import images
from storefront_store.conf import app_settings, get_model
from storefront_store.pricing import PriceBook


class MoneyField(serializers.DecimalField):
    """An amount: a JSON number with two decimals, whatever the project does with other decimals."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 15)
        super().__init__(decimal_places=2, coerce_to_string=False, **kwargs)


class SanitisedImageField(serializers.FileField):
    """An uploaded picture, judged and drawn anew by :func:`storefront_store.images.sanitise`."""

    def to_internal_value(self, data: Any) -> Any:
        """Return a file that is safe to store.

        Raises:
            ValidationError: If the upload is no acceptable picture.
        """
        if not hasattr(data, "read") or not hasattr(data, "size"):
            self.fail("invalid")
        try:
            return images.sanitise(data)
        except DjangoValidationError as error:
            raise serializers.ValidationError(get_error_detail(error)) from error


def key_field(model_name: str, **kwargs: Any) -> serializers.Field:
    """Return a field for the primary key of a swappable model: what its type demands, and no look-up."""
    field = get_model(model_name)._meta.pk
    mapping = serializers.ModelSerializer.serializer_field_mapping
    kind = next((mapping[base] for base in type(field).__mro__ if base in mapping), serializers.CharField)
    if issubclass(kind, serializers.CharField):
        kwargs.setdefault("max_length", field.max_length)
    return kind(**kwargs)


def prices_of(serializer: serializers.BaseSerializer) -> PriceBook:
    """Return the price book of this request; one is opened where the view brought none."""
    context: dict[str, Any] = serializer.context  # type: ignore[assignment]
    book = context.get("prices")
    return book if book is not None else context.setdefault("prices", PriceBook())


def nested(name: str, *args: Any, **kwargs: Any) -> serializers.BaseSerializer:
    """Build the serializer that the setting names, such as ``nested("simple_product", read_only=True)``."""
    return app_settings.part("SERIALIZERS", name)(*args, **kwargs)
