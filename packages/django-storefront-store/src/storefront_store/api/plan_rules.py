"""Rules for which serializers can be compiled, and for the representation of field values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from rest_framework import ISO_8601, serializers
from rest_framework.settings import api_settings

from storefront_store.api.plan_rows import Show
from storefront_store.api.serializers.rows import RowSerializer
from storefront_store.conf import app_settings

# Overriding one of these means that code runs for each row, or that fields depend on the request.
PER_ROW: Final = ("__init__", "to_representation", "fields", "get_fields", "_readable_fields", "data")
# Overriding one of these means that input is validated by custom code.
VALIDATING: Final = ("is_valid", "run_validation", "validate", "to_internal_value")
# Fields whose to_representation() depends on the value alone.
PLAIN_FIELDS: Final = frozenset(
    {
        serializers.BooleanField,
        serializers.CharField,
        serializers.ChoiceField,
        serializers.DateField,
        serializers.DateTimeField,
        serializers.DecimalField,
        serializers.FloatField,
        serializers.IntegerField,
        serializers.JSONField,
        serializers.TimeField,
        serializers.UUIDField,
    }
)
# Fields that return the values of these columns unchanged, if their choices are texts.
AS_IT_IS: Final = (
    (serializers.ChoiceField, (models.CharField, models.TextField)),
    (serializers.IntegerField, models.IntegerField),
    (serializers.CharField, (models.CharField, models.TextField)),
    (serializers.BooleanField, models.BooleanField),
)
TIME_ZONE: Final = "current_timezone"  # the key of the time zone in the context of a serializer
# Fields that return values of these types unchanged.
KEPT: Final = (
    (serializers.CharField, str),
    (serializers.IntegerField, int),
    (serializers.FloatField, float),
    (serializers.BooleanField, bool),
)


class CannotPlan(Exception):
    """A serializer can't be compiled; the message has the reason."""


def refuse_overrides(serializer_class: type[Any]) -> None:
    """Check that a serializer runs no custom code for each row.

    Raises:
        CannotPlan: If the class or one of its parents overrides one of :data:`PER_ROW`.
    """
    for parent in serializer_class.__mro__:
        if parent in (object, RowSerializer) or parent.__module__.startswith("rest_framework."):
            continue
        own = [name for name in PER_ROW if name in vars(parent)]
        if own:
            raise CannotPlan(f"{parent.__qualname__} overrides {own[0]}")


@lru_cache(maxsize=64)
def takes_nothing(serializer_class: type[Any]) -> bool:
    """Return whether a serializer accepts any mapping as input: it has no writable field and no validation."""
    serializer = serializer_class()
    own = any(
        getattr(serializer_class, name, None) is not getattr(serializers.ModelSerializer, name) for name in VALIDATING
    )
    return not own and not serializer.validators and all(field.read_only for field in serializer.fields.values())


def field_path(model: Any, source: Sequence[str]) -> list[Any]:
    """Return the model fields along a source; all but the last must be required foreign keys.

    Raises:
        CannotPlan: If there is no such path.
    """
    path: list[Any] = []
    for name in source:
        if path and (not path[-1].many_to_one or path[-1].null):
            raise CannotPlan(f"{path[-1].name} may lead nowhere")
        try:
            field = model._meta.get_field(name if name != "pk" else model._meta.pk.name)
        except (FieldDoesNotExist, AttributeError) as error:
            raise CannotPlan(f"{name} is no field") from error
        path.append(field)
        model = field.related_model
    if not path:
        raise CannotPlan("the source is the row itself")
    return path


def is_key(field: Any) -> bool:
    """Return whether a field shows the key of a related row."""
    kind, base = type(field), serializers.PrimaryKeyRelatedField
    return issubclass(kind, base) and all(
        getattr(kind, name) is getattr(base, name) for name in ("to_representation", "get_attribute")
    )


def shown_by(field: Any, kind: Any) -> Show | None:
    """Return the function by which a field converts values of the model field ``kind``; None if they are not converted.

    Raises:
        CannotPlan: If the field does more than convert a value.
    """
    if is_key(field):
        key = field.pk_field
        return None if key is None else lambda value, context: key.to_representation(value)
    if type(field).get_attribute is not serializers.Field.get_attribute:
        raise CannotPlan(f"{field.field_name} reads the row by itself")
    convert = type(field).to_representation
    if convert is serializers.FileField.to_representation and isinstance(kind, models.FileField):
        return _file_shown(field, kind)
    if type(field) is serializers.ListField and type(field.child) in PLAIN_FIELDS:
        return lambda value, context: field.to_representation(value)
    plain_fields: set[Any] = {*PLAIN_FIELDS, getattr(serializers, "BigIntegerField", serializers.IntegerField)}
    if convert not in {plain.to_representation for plain in plain_fields}:
        raise CannotPlan(f"{field.field_name} shows its value in its own way")
    as_it_is = ((plain.to_representation, kinds) for plain, kinds in AS_IT_IS)
    has_texts = all(isinstance(choice, str) for choice in getattr(field, "choices", ()))
    if has_texts and any(convert is unchanged and isinstance(kind, kinds) for unchanged, kinds in as_it_is):
        return None
    is_json = convert is serializers.JSONField.to_representation and not field.binary
    is_large = _is_large_integer(field) and isinstance(kind, models.IntegerField)
    return None if is_json or is_large or _is_shown_as_stored(field, kind) else shown_by_value(field)


def shown_by_value(field: Any) -> Show:
    """Return the function that converts a value as the field does, without its methods if the value has the usual type.

    Numbers that need no rounding are not rounded.
    """
    convert = type(field).to_representation
    kept = next((kind for plain, kind in KEPT if convert is plain.to_representation), None)
    if kept is not None:
        return lambda value, context: value if type(value) is kept else field.to_representation(value)
    if convert is serializers.DateTimeField.to_representation and _only_localizes(field):
        return partial(_show_moment, field)
    if convert is not serializers.DecimalField.to_representation or not _only_rounds(field):
        return lambda value, context: field.to_representation(value)
    quantum = Decimal(1).scaleb(-field.decimal_places)
    limit = Decimal(10) ** ((15 if field.max_digits is None else field.max_digits) - field.decimal_places)
    least = -limit

    def show(value: Any, context: Mapping[str, Any]) -> Any:
        if type(value) is Decimal and value.same_quantum(quantum) and least < value < limit:
            return value
        return field.to_representation(value)

    return show


def _only_localizes(field: Any) -> bool:
    """Return whether a field shows a date and time in the current time zone and in the usual format."""
    usual = serializers.DateTimeField
    methods = ("enforce_timezone", "default_timezone")
    is_usual = all(getattr(type(field), name) is getattr(usual, name) for name in methods)
    is_iso = str(getattr(field, "format", api_settings.DATETIME_FORMAT)).lower() == ISO_8601
    return is_usual and is_iso and not hasattr(field, "timezone") and settings.USE_TZ


def _show_moment(field: Any, value: Any, context: dict[str, Any]) -> Any:
    """Return a date and time as the field shows it, without its methods. The time zone is kept in the context."""
    if type(value) is not datetime or value.tzinfo is None:
        return field.to_representation(value)
    zone = context.get(TIME_ZONE) or context.setdefault(TIME_ZONE, timezone.get_current_timezone())
    try:
        text = value.astimezone(zone).isoformat()
    except OverflowError:  # reported by the field
        return field.to_representation(value)
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text


def _only_rounds(field: Any) -> bool:
    """Return whether a decimal field changes nothing of a number but its decimal places."""
    coerced = getattr(field, "coerce_to_string", api_settings.COERCE_DECIMAL_TO_STRING)
    own = type(field).quantize is not serializers.DecimalField.quantize
    return not (coerced or own or field.normalize_output or field.decimal_places is None)


def _is_large_integer(field: Any) -> bool:
    """Return whether a field is the one that REST framework uses for large integers, and keeps them."""
    large = getattr(serializers, "BigIntegerField", None)
    return (
        large is not None
        and type(field).to_representation is large.to_representation
        and not getattr(field, "coerce_to_string", api_settings.COERCE_BIGINT_TO_STRING)
    )


def _is_shown_as_stored(field: Any, kind: Any) -> bool:
    """Return whether the numbers of a column have the decimal places of the field, and no more digits."""
    return (
        isinstance(kind, models.DecimalField)
        and type(field).to_representation is serializers.DecimalField.to_representation
        and _only_rounds(field)
        and kind.decimal_places == field.decimal_places
        and kind.max_digits <= (field.max_digits or 15)
    )


def stored_by(model: Any, name: str) -> Callable[[Any], Any] | None:
    """Return the function that converts the value of an attribute in memory to one as it is read from the database.

    It is None for columns whose values are the same.
    """
    try:
        column = model._meta.get_field(name if name != "pk" else model._meta.pk.name)
    except FieldDoesNotExist:
        column = None
    if isinstance(column, models.FileField):
        return lambda value: value.name if isinstance(value, FieldFile) else value
    if not isinstance(column, models.DecimalField):
        return None
    quantum = Decimal(1).scaleb(-column.decimal_places)

    def stored(value: Any) -> Any:
        if value is None or (type(value) is Decimal and value.same_quantum(quantum)):
            return value
        return Decimal(str(value)).quantize(quantum)

    return stored


def _file_shown(field: Any, kind: Any) -> Show:
    """Return the function that converts a file to its name or its URL, which is absolute if there is a request."""
    local = kind.attr_class.url is FieldFile.url and _is_local(kind.storage)
    place = f"base_url of {kind}"  # where it is kept in the context, because a storage is a lazy object

    def show(name: str, context: Any) -> str | None:
        if not name:
            return None
        if not getattr(field, "use_url", api_settings.UPLOADED_FILES_USE_URL):
            return name
        request = context.get("request")
        if local and place not in context:
            context[place] = kind.storage.base_url
        url: str = _local_url(context[place], name) if local else kind.attr_class(None, kind, name).url
        if request is None:
            return url
        return f"{origin_of(request)}{url}" if _is_path(url) else request.build_absolute_uri(url)

    return show


def origin_of(request: Any) -> str:
    """Return scheme and host of a request, which is computed once."""
    known: str | None = getattr(request, "storefront_origin", None)
    if known is None:
        known = request.storefront_origin = request.build_absolute_uri("/")[:-1]
    return known


@lru_cache(maxsize=4096)
def _is_path(url: str) -> bool:
    """Return whether an absolute URL consists of the scheme, the host and this path, without further changes."""
    return url.startswith("/") and "//" not in url and "/." not in url and iri_to_uri(url) == url


def _is_local(storage: Any) -> bool:
    """Return whether a storage makes URLs as Django's own for files does, from its base URL and the name alone."""
    return getattr(storage.url, "__func__", None) is FileSystemStorage.url


@lru_cache(maxsize=4096)
def _local_url(base_url: str | None, name: str) -> str:
    """Return the URL of a file; joining and quoting costs more than anything else of an image."""
    url: str = FileSystemStorage(base_url=base_url).url(name)
    return url


def price_columns() -> Sequence[str]:
    """Return the columns of a product that the price and tax providers read.

    Raises:
        CannotPlan: If one of them needs model instances.
    """
    columns: list[str] = []
    for name in ("PRICE_PROVIDER", "TAX_PROVIDER"):
        provider = getattr(app_settings, name)
        if not hasattr(provider, "columns"):
            raise CannotPlan(f"{name} does not say which columns it reads")
        columns += provider.columns
    return columns
