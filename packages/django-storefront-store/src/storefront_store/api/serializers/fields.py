"""Fields that several serializers share."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar, Final

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import serializers
from rest_framework.fields import get_error_detail

from storefront_store import images
from storefront_store.conf import app_settings, get_model
from storefront_store.models import ProductImage
from storefront_store.pricing import PriceBook

MAX_KEYS: Final = 10_000  # in one list


class MoneyField(serializers.DecimalField):
    """An amount: a JSON number with two decimals, whatever the project does with other decimals."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 15)
        super().__init__(decimal_places=2, coerce_to_string=False, **kwargs)


class RateField(serializers.DecimalField):
    """A tax rate: a fraction as a JSON number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=8, decimal_places=6, coerce_to_string=False, **kwargs)


class FirstImageField(serializers.Field[Any, Any, Any, Any]):
    """The first of a product's images as ``{"id", "image", "alt_text"}``, or null.

    The images must be prefetched, or each product costs a query.
    """

    def bind(self, field_name: str, parent: Any) -> None:
        """Build the serializer of the settings once, for all rows."""
        super().bind(field_name, parent)
        self.image: Any = nested("product_image")
        self.image.bind(field_name=field_name, parent=parent)

    def to_representation(self, value: Any) -> Any:
        """Return the first image."""
        first = next(iter(value.all()), None)
        return None if first is None else self.image.to_representation(first)


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


class ImageURLField(serializers.CharField):
    """The absolute address of a stored image, from its name; None without one."""

    def to_representation(self, value: str) -> str:
        """Return the address."""
        url = ProductImage._meta.get_field("image").storage.url(value)
        request = self.context.get("request")
        return request.build_absolute_uri(url) if request is not None else url


class MomentField(serializers.DateTimeField):
    """A moment that is within the calendar in every time zone that matters: the project's, and the databases' UTC."""

    def to_internal_value(self, value: Any) -> Any:
        """Return the moment.

        Raises:
            ValidationError: If it is none.
        """
        try:
            moment = super().to_internal_value(value)
            moment.astimezone(UTC)
        except OverflowError:
            self.fail("overflow")
        return moment


class LastMomentField(MomentField):
    """A moment at which something ends; a date without a time means the end of that day."""

    def to_internal_value(self, value: Any) -> Any:
        """Return the moment.

        Raises:
            ValidationError: If it is none.
        """
        day = _day(value)
        if day is None:
            return super().to_internal_value(value)
        try:
            return super().to_internal_value(datetime.combine(day + timedelta(days=1), time.min))
        except OverflowError:
            self.fail("overflow")


def _day(value: Any) -> date | None:
    """Return the date that ``value`` is, if it has no time."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value.strip()) == len("2000-01-01") else None
    except ValueError:
        return None


class KeysField(serializers.ManyRelatedField):
    """The keys of rows, which are looked up all at once."""

    default_error_messages: ClassVar[Any] = {"max_length": serializers.ListField.default_error_messages["max_length"]}

    def to_internal_value(self, data: Any) -> list[Any]:
        """Return the rows, in the order of their keys' first appearance.

        Raises:
            ValidationError: If it is no list, a long one, or there is no row for a key.
        """
        if isinstance(data, str) or not hasattr(data, "__iter__"):
            self.fail("not_a_list", input_type=type(data).__name__)
        if len(data) > MAX_KEYS:
            self.fail("max_length", max_length=MAX_KEYS)
        one: Any = self.child_relation
        keys = list(dict.fromkeys(one.pk_field.run_validation(key) for key in data))
        known = one.get_queryset()
        rows = known.in_bulk([key for key in keys if _fits(known.model._meta.pk, key)])
        for key in keys:
            if key not in rows:
                one.fail("does_not_exist", pk_value=key)
        return [rows[key] for key in keys]

    def to_representation(self, iterable: Any) -> list[Any]:
        """Return the keys in their order."""
        return sorted(super().to_representation(iterable))


def _fits(column: Any, key: Any) -> bool:
    """Tell whether a column can hold the key at all: some databases can't even be asked for others."""
    try:
        column.run_validators(key)
    except DjangoValidationError:
        return False
    return True


def keys_field(model_name: str, **kwargs: Any) -> KeysField:
    """Return a field for the primary keys of some rows of a swappable model."""
    rows = get_model(model_name)._default_manager.only("pk").order_by()
    one = serializers.PrimaryKeyRelatedField(queryset=rows, pk_field=key_field(model_name))
    return KeysField(child_relation=one, **kwargs)


def key_field(model_name: str, **kwargs: Any) -> serializers.Field[Any, Any, Any, Any]:
    """Return a field for the primary key of a swappable model: what its type demands, and no look-up."""
    field = get_model(model_name)._meta.pk
    mapping = serializers.ModelSerializer.serializer_field_mapping
    kind = next((mapping[base] for base in type(field).__mro__ if base in mapping), serializers.CharField)
    if issubclass(kind, serializers.CharField):
        kwargs.setdefault("max_length", field.max_length)
    return kind(**kwargs)


def price_book(context: dict[str, Any]) -> PriceBook:
    """Return the price book in a serializer's context; it is added where the view brought none."""
    book = context.get("prices")
    return book if book is not None else context.setdefault("prices", PriceBook())


def nested(name: str, *args: Any, **kwargs: Any) -> serializers.BaseSerializer[Any]:
    """Build the serializer that the setting names, such as ``nested("simple_product", read_only=True)``."""
    return app_settings.part("SERIALIZERS", name)(*args, **kwargs)
