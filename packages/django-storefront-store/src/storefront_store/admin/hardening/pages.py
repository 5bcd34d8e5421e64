"""The admin class that validates URLs and form data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.contrib import messages
from django.contrib.admin import ListFilter, SimpleListFilter
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.admin.views import main
from django.contrib.admin.widgets import (
    url_params_from_lookup_dict,
)
from django.core.exceptions import BadRequest, FieldDoesNotExist, PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext

from .forms import HardenedFormsMixin
from .generics import AnyModelAdmin
from .lookups import Lookup
from .values import MAX_VALUE_LENGTH, is_key, is_searchable

MAX_ORDER_TERMS: Final = 64
SOURCE_MODEL_VAR: Final = "_source_model"  # Django 5.2 and later
NO_FILTERS: Final[frozenset[str]] = frozenset({*main.IGNORED_PARAMS, main.PAGE_VAR, main.ERROR_FLAG})
REGEX_LOOKUPS: Final = frozenset({"regex", "iregex"})


class HardenedModelAdmin(HardenedFormsMixin, AnyModelAdmin):
    """Admin class that validates URLs and form data.

    Put it before other bases: ``class UserAdmin(HardenedModelAdmin, BaseUserAdmin)``.

    Lists can be filtered by the fields in ``list_filter`` and ``date_hierarchy``, by the primary key and by the keys of
    related rows. To allow other lookups, override ``lookup_allowed``.
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
        lookup = Lookup(self.model, text)
        if not lookup.fields:
            classes = [each for each in filters if isinstance(each, type) and issubclass(each, ListFilter)]
            return any(not issubclass(each, SimpleListFilter) for each in classes)  # has its own parameters
        paths = [str(self.date_hierarchy)] if self.date_hierarchy else []
        for each in filters:
            path = each[0] if isinstance(each, (list, tuple)) else each
            paths += [path if isinstance(path, str) else getattr(path, "name", "")]
        offered = any(f"{lookup.path}__".startswith(f"{path}__") for path in paths)
        return offered or lookup.is_by_key() or self._is_limit(text, value)

    def _is_simple_filter(self, text: str, request: Any) -> bool:
        """Return whether ``text`` is the parameter of a ``SimpleListFilter``, which validates its own values."""
        return any(
            isinstance(each, type) and issubclass(each, SimpleListFilter) and each.parameter_name == text
            for each in self.get_list_filter(request)
        )

    def _is_limit(self, text: str, value: Any) -> bool:
        """Return whether the filter comes from the ``limit_choices_to`` of a relation, as in a raw id popup."""
        for limit in self.model._meta.related_fkey_lookups:
            limits = url_params_from_lookup_dict(limit() if callable(limit) else limit)
            if (text, value) in limits.items():
                return True
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Return the rows that match, or none if the search term is too long."""
        if not is_searchable(search_term):
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)

    def get_search_fields(self, request: HttpRequest) -> Any:
        """Return the fields to search in.

        Raises:
            PermissionDenied: If an autocomplete request names a field that is not a relation.
        """
        match = getattr(request, "resolver_match", None)
        if match is not None and match.url_name == "autocomplete" and not self._is_source(request):
            raise PermissionDenied
        return super().get_search_fields(request)

    @staticmethod
    def _is_source(request: HttpRequest) -> bool:
        """Return whether an autocomplete request names an existing relation."""
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
        """Return the initial values from the query string, without those that are invalid for their field."""
        return dict(self._initial(super().get_changeform_initial_data(request)))

    def _initial(self, values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        for name, value in values.items():
            try:
                field: Any = self.opts.get_field(name)
            except FieldDoesNotExist:
                yield name, value  # a form field that is not a model field
                continue
            if field.many_to_many and isinstance(value, list):
                yield name, [key for key in value if is_key(field, key)]
            elif not hasattr(field, "to_python") or not is_key(field, value):
                continue
            elif isinstance(field, models.DateTimeField):
                yield name, _aware(field.to_python(value))  # the split widget needs a datetime
            else:
                yield name, value

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list or run an action; redirect to the unfiltered list if the query string is invalid.

        Raises:
            BadRequest: If ``_to_field`` is not a field that another model refers to.
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
        lookup = Lookup(self.model, text)
        return self._is_simple_filter(text, request) or not lookup.fields or lookup.accepts(value)

    def _posted_keys(self, request: HttpRequest) -> Iterable[str]:
        """Return the keys of the rows that an action or the list's forms were posted for."""
        yield from request.POST.getlist(ACTION_CHECKBOX_NAME)
        for name, values in request.POST.lists():
            if re.fullmatch(rf"form-[0-9]+-{self.opts.pk.name}", name):
                yield from values

    def _check_window(self, request: HttpRequest) -> None:
        """Check the parameters that are passed to a popup by the page that opened it."""
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
            BadRequest: If ``_to_field`` is not a field that another model refers to.
        """
        self._check_window(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask for confirmation, or delete the row.

        Raises:
            BadRequest: If ``_to_field`` is not a field that another model refers to.
        """
        self._check_window(request)
        return super().delete_view(request, object_id, extra_context)


def _aware(moment: datetime | None) -> datetime | None:
    if moment is None or timezone.is_aware(moment) or timezone.is_naive(timezone.now()):
        return moment
    return timezone.make_aware(moment)
