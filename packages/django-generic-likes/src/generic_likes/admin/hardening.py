"""Admin pages that answer tampered addresses and forms without a server error.

Everything that an admin page reads from its address or from a form may have been edited by hand: filters, keys, page
numbers, initial values. ``HardenedModelAdmin`` checks them before a query is built, so that nothing has to be caught
afterwards: a defect in a list of a host's own stays an error. List pages answer as Django does, with a redirect to
``?e=1``; everything else is a 404, a form error or a 400.

This module knows nothing but Django. Copies of it in other packages are identical.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, Final

from django import forms
from django.apps import apps
from django.contrib import messages
from django.contrib.admin import ListFilter, ModelAdmin, SimpleListFilter
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import TO_FIELD_VAR, BaseModelAdmin
from django.contrib.admin.views import main
from django.contrib.admin.widgets import (
    AutocompleteMixin,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
    ForeignKeyRawIdWidget,
    url_params_from_lookup_dict,
)
from django.core.exceptions import BadRequest, FieldDoesNotExist, PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext

MAX_SEARCH_LENGTH: Final = 200
MAX_SEARCH_WORDS: Final = 16
MAX_VALUE_LENGTH: Final = 2000
MAX_VALUES: Final = 500  # of one ``__in`` lookup
MAX_ORDER_TERMS: Final = 64
SOURCE_MODEL_VAR: Final = "_source_model"  # Django 5.2 and later

NO_FILTERS: Final = frozenset({*main.IGNORED_PARAMS, main.PAGE_VAR, main.ERROR_FLAG})
REGEX_LOOKUPS: Final = frozenset({"regex", "iregex"})
TEXT_LOOKUPS: Final = frozenset(
    {"contains", "icontains", "startswith", "istartswith", "endswith", "iendswith", "search"}
)
FLAG_LOOKUPS: Final = frozenset({"isnull", "isempty"})
KEY_LOOKUPS: Final = frozenset({"exact", "in", "isnull"})
VALUE_LOOKUPS: Final = frozenset({"exact", "iexact", "in", "gt", "gte", "lt", "lte"})
# A margin at both ends of the calendar: a conversion between time zones must not leave it.
PARTS_OF_DATES: Final = {
    "year": range(2, 9999),
    "iso_year": range(2, 9999),
    "quarter": range(1, 5),
    "month": range(1, 13),
    "week": range(1, 54),
    "week_day": range(1, 8),
    "iso_week_day": range(1, 8),
    "day": range(1, 32),
    "hour": range(24),
    "minute": range(60),
    "second": range(60),
}


def is_key(field: Any, value: Any) -> bool:
    """Return whether the column of ``field`` can hold ``value``, so that a query may look for it.

    Args:
        field: A model field; a relation stands for the field that it refers to.
        value: What the address or the form holds, usually text.
    """
    while field.remote_field is not None:
        field = field.target_field
    if "\x00" in str(value) or len(str(value)) > MAX_VALUE_LENGTH:
        return False
    if isinstance(field, (models.CharField, models.TextField)):
        return True  # a text that breaks the rules of its field is found nowhere, and harms nobody
    try:
        python = field.to_python(value)
        field.run_validators(python)
        if isinstance(python, float):
            return math.isfinite(python)
        if isinstance(python, date):
            return python.year in PARTS_OF_DATES["year"]
    except (ValidationError, ValueError, TypeError, ArithmeticError):
        return False
    return True


def is_searchable(text: str) -> bool:
    """Return whether a search term is short enough to be searched for at a bounded cost."""
    return len(text) <= MAX_SEARCH_LENGTH and len(text.split()) <= MAX_SEARCH_WORDS and "\x00" not in text


class _Lookup:
    """A filter of an address, split into the fields that it follows and the lookups at its end.

    Attributes:
        fields: The fields along the path; empty if the first part is no field of the model.
        path: The names of these fields, joined.
        rest: The names of transforms and of the lookup that follow.
    """

    def __init__(self, model: type[models.Model], text: str) -> None:
        parts = text.split("__")
        self.fields: list[Any] = []
        opts = model._meta
        for part in parts:
            try:
                field: Any = opts.pk if part == "pk" else opts.get_field(part)
            except FieldDoesNotExist:
                break
            self.fields.append(field)
            if not getattr(field, "path_infos", None):
                break
            opts = field.path_infos[-1].to_opts
        self.path = "__".join(parts[: len(self.fields)])
        self.rest = parts[len(self.fields) :]

    def is_by_key(self) -> bool:
        """Return whether it asks for the row itself or for a related row by key, as links between pages do."""
        first, *further = self.fields
        own = hasattr(first, "to_python") and (first.primary_key or first.is_relation)
        to_key = len(further) < 2 and all(getattr(field, "primary_key", False) for field in further)
        return own and to_key and len(self.rest) < 2 and set(self.rest) <= KEY_LOOKUPS

    def accepts(self, value: str) -> bool:
        """Return whether the database can look for ``value``; lookups that we don't know are left to their filter."""
        lookup = self.rest[-1] if self.rest else "exact"
        part = next((name for name in self.rest if name in PARTS_OF_DATES), None)
        if lookup in FLAG_LOOKUPS or lookup in TEXT_LOOKUPS:
            return True
        if part is not None:
            return all(_is_number_in(PARTS_OF_DATES[part], each) for each in value.split(","))
        if lookup == "range" and self.fields:
            return False  # an address has no way to write the two ends
        if self.rest[:-1] or lookup not in VALUE_LOOKUPS:
            return True
        values = value.split(",") if lookup == "in" else [value]
        field = self.fields[-1]
        concrete = hasattr(field, "to_python") or field.remote_field is not None
        return len(values) <= MAX_VALUES and concrete and all(is_key(_column(field), each) for each in values)


def _column(field: Any) -> Any:
    """Return the field whose values a lookup through ``field`` compares."""
    if hasattr(field, "to_python"):
        return field
    return field.path_infos[-1].to_opts.pk  # a relation from the other side


def _is_number_in(bounds: range, text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,4}", text) is not None and int(text) in bounds


class KeysField(forms.ModelMultipleChoiceField):
    """A choice of several rows; keys that no row can have are invalid choices."""

    def clean(self, value: Any) -> Any:
        """Return the chosen rows.

        Raises:
            ValidationError: If one of them is not among the choices.
        """
        column = self.queryset.model._meta.pk  # type: ignore[union-attr]
        for key in value if isinstance(value, (list, tuple)) else ():
            if not is_key(column, key):
                message = self.error_messages["invalid_pk_value"]
                raise ValidationError(message, code="invalid_pk_value", params={"pk": key})
        return super().clean(value)


class KeyField(forms.ModelChoiceField):
    """A choice of one row; a key that no row can have is an invalid choice."""

    def to_python(self, value: Any) -> Any:
        """Return the chosen row.

        Raises:
            ValidationError: If it is not among the choices.
        """
        model: Any = self.queryset.model  # type: ignore[union-attr]
        column = model._meta.get_field(self.to_field_name) if self.to_field_name else model._meta.pk
        if value not in self.empty_values and not isinstance(value, models.Model) and not is_key(column, value):
            message = self.error_messages["invalid_choice"]
            raise ValidationError(message, code="invalid_choice", params={"value": value})
        return super().to_python(value)


class _LookedUpMixin(AutocompleteMixin):
    """Shows the selected rows by looking them up, and leaves out keys that no row can have."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        """Return the selected choices."""
        return super().optgroups(name, [key for key in value if is_key(self.field, key)], attr)


class HardenedSelect(_LookedUpMixin, AutocompleteSelect):
    """An autocomplete choice of one row."""


class HardenedSelectMultiple(_LookedUpMixin, AutocompleteSelectMultiple):
    """An autocomplete choice of several rows."""


class HardenedRawId(ForeignKeyRawIdWidget):
    """A key to type or to pick from a list."""

    def label_and_url_for_value(self, value: Any) -> tuple[str, str]:
        """Return the name of the row and the address of its page; both empty if there is none."""
        if not is_key(self.rel.get_related_field(), value):
            return "", ""
        return super().label_and_url_for_value(value)


class HardenedFormsMixin(BaseModelAdmin):
    """For pages and inlines with relations to choose from: what was posted may not have been a choice."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the form field for a choice of one row."""
        using = kwargs.get("using")
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", HardenedSelect(db_field, self.admin_site, using=using))
        elif db_field.name in self.raw_id_fields:
            kwargs.setdefault("widget", HardenedRawId(db_field.remote_field, self.admin_site, using=using))
        kwargs.setdefault("form_class", KeyField)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the form field for a choice of several rows."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", HardenedSelectMultiple(db_field, self.admin_site, using=kwargs.get("using")))
        kwargs.setdefault("form_class", KeysField)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class HardenedModelAdmin(HardenedFormsMixin, ModelAdmin):
    """An admin page that checks what its address and its forms hold.

    Put it before other bases: ``class UserAdmin(HardenedModelAdmin, BaseUserAdmin)``.

    Lists can be filtered by what the page offers: the fields of ``list_filter`` and ``date_hierarchy``, the primary
    key, and the keys of related rows. To accept other lookups, override ``lookup_allowed``.
    """

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Return whether the list may be filtered by ``lookup``."""
        if not self._is_offered(lookup, value, request):
            return False
        if request is None:  # Django 6.0 requires the request
            return bool(super().lookup_allowed(lookup, value))  # type: ignore[call-arg]
        return bool(super().lookup_allowed(lookup, value, request))

    def _is_offered(self, text: str, value: Any, request: Any) -> bool:
        if REGEX_LOOKUPS & set(text.split("__")):
            return False
        if self._is_simple_filter(text, request):
            return True
        filters = self.get_list_filter(request)
        lookup = _Lookup(self.model, text)
        if not lookup.fields:
            classes = [each for each in filters if isinstance(each, type) and issubclass(each, ListFilter)]
            return any(not issubclass(each, SimpleListFilter) for each in classes)  # its parameters are its own
        paths = [str(self.date_hierarchy)] if self.date_hierarchy else []
        for each in filters:
            path = each[0] if isinstance(each, (list, tuple)) else each
            paths += [path if isinstance(path, str) else getattr(path, "name", "")]
        offered = any(f"{lookup.path}__".startswith(f"{path}__") for path in paths)
        return offered or lookup.is_by_key() or self._is_limit(text, value)

    def _is_simple_filter(self, text: str, request: Any) -> bool:
        """Return whether ``text`` is the parameter of a filter that reads its values itself."""
        return any(
            isinstance(each, type) and issubclass(each, SimpleListFilter) and each.parameter_name == text
            for each in self.get_list_filter(request)
        )

    def _is_limit(self, text: str, value: Any) -> bool:
        """Return whether the filter comes from the ``limit_choices_to`` of a relation, as in the window of a raw id."""
        for limit in self.model._meta.related_fkey_lookups:
            limits = url_params_from_lookup_dict(limit() if callable(limit) else limit)
            if (text, value) in limits.items():
                return True
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Return the rows that match; none if the search is too long."""
        if not is_searchable(search_term):
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)

    def get_search_fields(self, request: HttpRequest) -> Any:
        """Return what to search in.

        Raises:
            PermissionDenied: If an autocomplete field asks for choices of a field that has none.
        """
        match = getattr(request, "resolver_match", None)
        if match is not None and match.url_name == "autocomplete" and not self._is_source(request):
            raise PermissionDenied
        return super().get_search_fields(request)

    @staticmethod
    def _is_source(request: HttpRequest) -> bool:
        """Return whether the request names a relation that choices can be made for."""
        try:
            model = apps.get_model(request.GET["app_label"], request.GET["model_name"])
            field = model._meta.get_field(request.GET["field_name"])
        except (KeyError, LookupError, FieldDoesNotExist):
            return False
        return field.is_relation and hasattr(field, "get_limit_choices_to")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the row with this key, or ``None``."""
        column: Any = self.opts.get_field(from_field) if from_field else self.opts.pk
        return super().get_object(request, object_id, from_field or None) if is_key(column, object_id) else None

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return the initial values that the address gives, without those that their fields can't hold."""
        return dict(self._initial(super().get_changeform_initial_data(request)))

    def _initial(self, values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        for name, value in values.items():
            try:
                field: Any = self.opts.get_field(name)
            except FieldDoesNotExist:
                yield name, value  # an input that the form has besides those of the model
                continue
            if field.many_to_many and isinstance(value, list):
                yield name, [key for key in value if is_key(field, key)]
            elif not hasattr(field, "to_python") or not is_key(field, value):
                continue
            elif isinstance(field, models.DateTimeField):
                yield name, _aware(field.to_python(value))  # the two inputs of the form need a datetime
            else:
                yield name, value

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list or run an action; lead back to the whole list if the address can't be followed.

        Raises:
            BadRequest: If ``_to_field`` is no field that another page may refer to.
        """
        self._check_window(request)
        if not self._has_usable_address(request):
            return HttpResponseRedirect(f"{request.path}?{main.ERROR_FLAG}=1")
        for key in self._posted_keys(request):
            if not is_key(self.opts.pk, key):
                self._tell_missing(request, key)
                return HttpResponseRedirect(request.get_full_path())
        return super().changelist_view(request, extra_context)

    def _tell_missing(self, request: HttpRequest, key: str) -> None:
        text = gettext("%(name)s with ID “%(key)s” doesn’t exist. Perhaps it was deleted?")  # noqa: RUF001
        values = {"name": self.opts.verbose_name, "key": Truncator(key.replace("\x00", "")).chars(50)}
        self.message_user(request, text % values, messages.ERROR)

    def _has_usable_address(self, request: HttpRequest) -> bool:
        ordering = request.GET.get(main.ORDER_VAR, "")
        if ordering.count(".") >= MAX_ORDER_TERMS:
            return False
        for text, values in request.GET.lists():
            if text in NO_FILTERS:
                continue
            if "\x00" in text or not all(self._is_usable(text, value, request) for value in values):
                return False
        return True

    def _is_usable(self, text: str, value: str, request: HttpRequest) -> bool:
        if "\x00" in value or len(value) > MAX_VALUE_LENGTH or not self.lookup_allowed(text, value, request):
            return False
        lookup = _Lookup(self.model, text)
        return self._is_simple_filter(text, request) or not lookup.fields or lookup.accepts(value)

    def _posted_keys(self, request: HttpRequest) -> Iterable[str]:
        """Return the keys of the rows that are to be acted on or edited in the list."""
        yield from request.POST.getlist(ACTION_CHECKBOX_NAME)
        for name, values in request.POST.lists():
            if re.fullmatch(rf"form-[0-9]+-{self.opts.pk.name}", name):
                yield from values

    def _check_window(self, request: HttpRequest) -> None:
        """Check what a page that has opened this one in a window has put into the address or the form."""
        for data in (request.GET, request.POST):
            to_field = data.get(TO_FIELD_VAR)
            if to_field and not self.to_field_allowed(request, to_field):
                raise BadRequest(f"{TO_FIELD_VAR} is no field that can be referred to.")
            source = data.get(SOURCE_MODEL_VAR)
            if source and not self._is_registered(source):
                raise BadRequest(f"{SOURCE_MODEL_VAR} is no model of this site.")

    def _is_registered(self, label: str) -> bool:
        try:
            return self.admin_site.is_registered(apps.get_model(label))
        except (LookupError, ValueError):
            return False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show the form or save it.

        Raises:
            BadRequest: If ``_to_field`` is no field that another page may refer to.
        """
        self._check_window(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask whether to delete, and delete.

        Raises:
            BadRequest: If ``_to_field`` is no field that another page may refer to.
        """
        self._check_window(request)
        return super().delete_view(request, object_id, extra_context)


def _aware(moment: datetime | None) -> datetime | None:
    if moment is None or timezone.is_aware(moment) or timezone.is_naive(timezone.now()):
        return moment
    return timezone.make_aware(moment)
