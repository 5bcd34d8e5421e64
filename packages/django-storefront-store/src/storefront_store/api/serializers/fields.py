"""Fields shared by several serializers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, ClassVar, Final

from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.signals import setting_changed
from rest_framework import serializers
from rest_framework.fields import get_error_detail

from storefront_store import images
from storefront_store.conf import app_settings, get_model
from storefront_store.models import ProductImage
from storefront_store.pricing import PriceBook

PACKAGE: Final = "storefront_store.api."  # where the serializers are whose fields can be kept
MAX_KEYS: Final = 10_000  # maximum number of keys in one list


class MoneyField(serializers.DecimalField):
    """Field for an amount: a JSON number with two decimals, regardless of ``COERCE_DECIMAL_TO_STRING``."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 15)
        super().__init__(decimal_places=2, coerce_to_string=False, **kwargs)


class RateField(serializers.DecimalField):
    """Field for a tax rate: a fraction as a JSON number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=8, decimal_places=6, coerce_to_string=False, **kwargs)


class FirstImageField(serializers.Field[Any, Any, Any, Any]):
    """Field for the first image of a product as ``{"id", "image", "alt_text"}``, or null.

    Prefetch the images; otherwise each product costs a query.
    """

    def bind(self, field_name: str, parent: Any) -> None:
        """Create the configured image serializer once for all rows."""
        super().bind(field_name, parent)
        self.image: Any = nested("product_image")
        self.image.bind(field_name=field_name, parent=parent)

    def to_representation(self, value: Any) -> Any:
        """Return the representation of the first image."""
        first = next(iter(value.all()), None)
        return None if first is None else self.image.to_representation(first)


class SanitisedImageField(serializers.FileField):
    """Field for an uploaded image, validated and re-encoded by :func:`storefront_store.images.sanitise`."""

    def to_internal_value(self, data: Any) -> Any:
        """Return a file that is safe to store.

        Raises:
            ValidationError: If the upload is not an acceptable image.
        """
        if not hasattr(data, "read") or not hasattr(data, "size"):
            self.fail("invalid")
        try:
            return images.sanitise(data)
        except DjangoValidationError as error:
            raise serializers.ValidationError(get_error_detail(error)) from error


class ImageURLField(serializers.CharField):
    """Field for the absolute URL of a stored image, given its name; None without one."""

    def to_representation(self, value: str) -> str:
        """Return the URL."""
        url = ProductImage._meta.get_field("image").storage.url(value)
        request = self.context.get("request")
        return request.build_absolute_uri(url) if request is not None else url


class MomentField(serializers.DateTimeField):
    """Field for a datetime that is valid both in the project's time zone and in UTC."""

    def to_internal_value(self, value: Any) -> Any:
        """Return the datetime.

        Raises:
            ValidationError: If it is invalid.
        """
        try:
            moment = super().to_internal_value(value)
            moment.astimezone(UTC)
        except OverflowError:
            self.fail("overflow")
        return moment


class LastMomentField(MomentField):
    """Field for an end time; a date without a time means the end of that day."""

    def to_internal_value(self, value: Any) -> Any:
        """Return the datetime.

        Raises:
            ValidationError: If it is invalid.
        """
        day = _day(value)
        if day is None:
            return super().to_internal_value(value)
        try:
            return super().to_internal_value(datetime.combine(day + timedelta(days=1), time.min))
        except OverflowError:
            self.fail("overflow")


def _day(value: Any) -> date | None:
    """Return the date if ``value`` has no time."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value.strip()) == len("2000-01-01") else None
    except ValueError:
        return None


class KeysField(serializers.ManyRelatedField):
    """Field for primary keys of rows, which are looked up with one query."""

    default_error_messages: ClassVar[Any] = {"max_length": serializers.ListField.default_error_messages["max_length"]}

    def to_internal_value(self, data: Any) -> list[Any]:
        """Return the rows, in the order in which their keys first occur.

        Raises:
            ValidationError: If it is not a list, too long, or a row does not exist.
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
        """Return the keys in order."""
        return sorted(super().to_representation(iterable))


def _fits(column: Any, key: Any) -> bool:
    """Return whether a key is valid for a column; some databases fail for queries with invalid keys."""
    try:
        column.run_validators(key)
    except DjangoValidationError:
        return False
    return True


def keys_field(model_name: str, **kwargs: Any) -> KeysField:
    """Return a field for primary keys of a swappable model."""
    rows = get_model(model_name)._default_manager.only("pk").order_by()
    one = serializers.PrimaryKeyRelatedField(queryset=rows, pk_field=key_field(model_name))
    return KeysField(child_relation=one, **kwargs)


def key_field(model_name: str, **kwargs: Any) -> serializers.Field[Any, Any, Any, Any]:
    """Return a field for a primary key of a swappable model, which validates the type without a query."""
    field = get_model(model_name)._meta.pk
    mapping = serializers.ModelSerializer.serializer_field_mapping
    kind = next((mapping[base] for base in type(field).__mro__ if base in mapping), serializers.CharField)
    if issubclass(kind, serializers.CharField):
        kwargs.setdefault("max_length", field.max_length)
    return kind(**kwargs)


def price_book(context: dict[str, Any]) -> PriceBook:
    """Return the price book in a serializer's context, which is added if necessary."""
    book = context.get("prices")
    return book if book is not None else context.setdefault("prices", PriceBook())


def nested(name: str, *args: Any, **kwargs: Any) -> serializers.BaseSerializer[Any]:
    """Return an instance of the configured serializer, such as ``nested("simple_product", read_only=True)``."""
    return app_settings.part("SERIALIZERS", name)(*args, **kwargs)


def input_serializer(
    serializer_class: type[serializers.BaseSerializer[Any]], *, without: str | None = None, **kwargs: Any
) -> Any:
    """Return a serializer for input. Its fields are not copied for each request if the class is one of the package's.

    Such fields depend neither on the request nor on each other, so that all requests can use the same.

    Args:
        serializer_class: The class.
        without: The name of a field to leave out.
        kwargs: The arguments of the class.
    """
    serializer: Any = serializer_class(**kwargs)
    if serializer_class.__module__.startswith(PACKAGE):
        kind: Any = serializer_class
        serializer.fields = kept_fields(kind, without)
    elif without is not None:
        serializer.fields.pop(without, None)
    return serializer


@lru_cache(maxsize=16)
def kept_fields(serializer_class: Any, without: str | None = None) -> Any:
    """Return the fields of a serializer that is never used itself."""
    fields: Any = serializer_class().fields
    if without is not None:
        fields.pop(without, None)
    return fields


def represent(serializer_class: type[serializers.BaseSerializer[Any]], instance: Any, context: dict[str, Any]) -> Any:
    """Return the representation of an object that is no row.

    The serializer is kept for the thread if it and all nested ones are the package's, because making its fields costs
    more than using them. Those of a project are made for each request, which their fields may depend on.

    Args:
        serializer_class: The class.
        instance: The object.
        context: The serializer's context.
    """
    kind: Any = serializer_class
    kept = _kept_outputs(kind).__dict__
    if "serializer" not in kept:
        new: Any = serializer_class()  # arguments would be kept with it
        new._context = context
        kept["serializer"] = new if all(each.__module__.startswith(PACKAGE) for each in _classes_in(new)) else None
    serializer = kept["serializer"]
    if serializer is None:
        return serializer_class(instance, context=context).data
    serializer._context = context
    try:
        return serializer.to_representation(instance)
    finally:
        serializer._context = {}


def _classes_in(serializer: Any) -> Iterator[type[Any]]:
    """Yield the classes of a serializer and of those in its fields."""
    if isinstance(serializer, serializers.ListSerializer):
        yield from _classes_in(serializer.child)
    elif isinstance(serializer, serializers.BaseSerializer):
        yield type(serializer)
        for field in getattr(serializer, "fields", {}).values():
            yield from _classes_in(field)
    elif isinstance(serializer, FirstImageField):
        yield from _classes_in(serializer.image)


@lru_cache(maxsize=16)
def _kept_outputs(serializer_class: Any) -> threading.local:
    """Return where the threads keep their serializers of a class."""
    return threading.local()


def _forget_fields(**kwargs: Any) -> None:
    kept_fields.cache_clear()
    _kept_outputs.cache_clear()


setting_changed.connect(_forget_fields, dispatch_uid="storefront_store.api.serializers")
