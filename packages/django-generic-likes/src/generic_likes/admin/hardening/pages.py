"""The admin class that validates URLs and form data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin import ListFilter, SimpleListFilter
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views import main
from django.contrib.admin.widgets import url_params_from_lookup_dict
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import models
from django.forms.models import modelform_defines_fields
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext

from . import searches
from .forms import HardenedFormsMixin
from .inputs import InputRenderer, ListActionForm
from .lists import BoundedChangeList, BoundedPaginator
from .lookups import Lookup
from .popups import CheckedPopupsMixin
from .values import MAX_VALUE_LENGTH, initial_values, is_key, is_searchable

MAX_ORDER_TERMS: Final = 64
NO_FILTERS: Final[frozenset[str]] = frozenset({*main.IGNORED_PARAMS, main.PAGE_VAR, main.ERROR_FLAG})
REGEX_LOOKUPS: Final = frozenset({"regex", "iregex"})


class HardenedModelAdmin(HardenedFormsMixin, CheckedPopupsMixin):
    """Admin class that validates URLs and form data.

    Put it before other bases: ``class UserAdmin(HardenedModelAdmin, BaseUserAdmin)``.

    Lists can be filtered by the fields in ``list_filter`` and ``date_hierarchy``, by the primary key and by the keys of
    related rows. To allow other lookups, override ``lookup_allowed``.

    Lists count and show at most ``paginator.max_rows`` rows; an action applies to at most as many. Use a subclass of
    ``BoundedPaginator`` for another number, or Django's ``Paginator`` for all rows. A list with more rows is only
    sorted by columns with an index, and parts of words are searched in its newest rows.
    """

    paginator = BoundedPaginator
    show_full_result_count = False
    action_form = ListActionForm

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[BoundedChangeList]:
        """Return the class of the list."""
        return BoundedChangeList

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the class of the form of a row, with the fields that can be edited in the list only."""
        if not modelform_defines_fields(self.form):
            kwargs.setdefault("fields", self.list_editable)
        return super().get_changelist_form(request, **kwargs)

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the class of the forms in the list, with a renderer that needs no templates for inputs."""
        formset: Any = super().get_changelist_formset(request, **kwargs)
        formset.renderer = InputRenderer()
        return formset

    @admin.display(description=mark_safe('<input type="checkbox" id="action-toggle">'))
    def action_checkbox(self, obj: Any) -> SafeString:
        """Return the checkbox with which a row is selected for an action."""
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">',
            ACTION_CHECKBOX_NAME,
            str(obj.pk),
            gettext("Select this object for an action - {}").format(obj),
        )

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
        """Return the rows that match, or none if the search term is too long.

        In a list with more rows than it shows, parts of words are searched in the newest rows only.
        """
        if not is_searchable(search_term):
            return queryset.none(), False
        found, duplicates = super().get_search_results(request, queryset, search_term)
        fields, limit = self.get_search_fields(request), self._max_rows()
        if not fields or limit is None:
            return found, duplicates
        results = searches.narrow(found, queryset, search_term, fields, limit)
        setattr(request, searches.ATTRIBUTE, results.extent)
        return results.rows, duplicates

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
        return dict(initial_values(self.opts, super().get_changeform_initial_data(request)))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list or run an action; redirect to the unfiltered list if the query string is invalid.

        Raises:
            BadRequest: If ``_to_field`` is not a field that another model refers to.
        """
        self._check_popup(request)
        if not self._has_usable_address(request):
            return HttpResponseRedirect(f"{request.path}?{main.ERROR_FLAG}=1")
        for key in self._posted_keys(request):
            if not is_key(self.opts.pk, key):
                self._tell_missing(request, key)
                return HttpResponseRedirect(request.get_full_path())
        if self._is_past_end(request):
            self.message_user(request, self._limit_text(), messages.WARNING)
            query = request.GET.copy()
            del query[main.PAGE_VAR]
            return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")
        response = super().changelist_view(request, extra_context)
        if isinstance(response, TemplateResponse) and response.context_data:
            changelist: Any = response.context_data.get("cl")
            if notes := self._notes(request, changelist):
                response.context_data["subtitle"] = " ".join(notes)
        return response

    def _notes(self, request: HttpRequest, changelist: Any) -> list[str]:
        """Return what a reader has to know about a list that is too long to be shown, searched or sorted whole."""
        notes = []
        if changelist is not None and searches.extent_of(request) is not searches.Extent.ALL:
            notes.append(self._search_text())
        if changelist is not None and getattr(changelist.paginator, "is_cut", False):
            notes.append(self._limit_text())
        return [*notes, self._order_text()] if notes and changelist.is_unsorted else notes

    def response_action(
        self, request: HttpRequest, queryset: models.QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """Run an action, unless it is for all rows of a list that has more than can be shown."""
        if request.POST.get("select_across", "0") != "0":
            limit = self._max_rows()
            if limit is not None and queryset.order_by().values("pk")[limit : limit + 1]:
                self.message_user(request, self._limit_text(), messages.ERROR)
                return HttpResponseRedirect(request.get_full_path())
        return super().response_action(request, queryset, *args, **kwargs)

    def _max_rows(self) -> int | None:
        """Return the number of rows that a list shows, or ``None`` if it shows all."""
        limit: int | None = getattr(self.paginator, "max_rows", None)
        return limit

    def _is_past_end(self, request: HttpRequest) -> bool:
        """Return whether a page is asked for that is past the rows that a list shows."""
        limit, page = self._max_rows(), request.GET.get(main.PAGE_VAR, "")
        if limit is None or re.fullmatch(r"[0-9]{1,18}", page) is None:
            return False
        return (int(page) - 1) * self.list_per_page >= limit

    def _limit_text(self) -> str:
        """Return the message about a list that has more rows than it shows."""
        text = gettext("Only the first %(number)s are shown. Search, filter or sort the list to find the others.")
        return text % {"number": number_format(self._max_rows() or 0, force_grouping=True)}

    def _search_text(self) -> str:
        """Return the message about a search in a list that has more rows than are searched."""
        text = gettext("Only the newest %(number)s were searched. Filter the list to search in others.")
        return text % {"number": number_format(self._max_rows() or 0, force_grouping=True)}

    @staticmethod
    def _order_text() -> str:
        """Return the message about a list that is too long for its ordering."""
        return gettext("The list is too long to be sorted by this column, so the newest are first.")

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
