"""Base classes and helpers of the store's admin pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import quote
from django.db import IntegrityError, models
from django.db.models import Count, OuterRef, ProtectedError, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from storefront_store.admin.hardening import HardenedModelAdmin
from storefront_store.admin.hardening.generics import AnyTabularInline
from storefront_store.exceptions import StoreError
from storefront_store.images import FULL_DISK, UNWRITABLE


class StoreModelAdmin(HardenedModelAdmin):
    """Base class of the store's admin pages, with bounded queries and messages for refused changes."""

    show_facets = admin.ShowFacets.NEVER  # would count the whole table for each choice of each filter
    list_per_page = 25

    class Media:
        css: ClassVar[Any] = {"all": ["storefront_store/admin.css"]}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list, run an action or save edited rows; show an error if that is refused."""
        try:
            return super().changelist_view(request, extra_context)
        except StoreError as error:
            return self._refuse(request, error)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show the form or save it; show an error if saving is refused."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except StoreError as error:
            return self._refuse(request, error)
        except IntegrityError:
            return self._refuse(request, StoreError(_("This conflicts with existing data.")))
        except OSError as error:
            if error.errno in FULL_DISK:
                return self._refuse(request, StoreError(_("There is no room for this file.")))
            if error.errno in UNWRITABLE:
                return self._refuse(request, StoreError(_("Files can't be stored at the moment.")))
            raise

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Delete the object; show an error if that is refused, even after the confirmation page."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except (StoreError, ProtectedError, IntegrityError) as error:
            return self._refuse(request, error)

    def response_action(
        self, request: HttpRequest, queryset: models.QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """Run an action; show an error if it is refused."""
        queryset = queryset.prefetch_related(None)  # Prefetching is for the page; an action may apply to all rows.
        try:
            return super().response_action(request, queryset, *args, **kwargs)
        except (StoreError, ProtectedError, IntegrityError) as error:
            return self._refuse(request, error)

    def _refuse(self, request: HttpRequest, error: Exception) -> HttpResponse:
        message = error.message if isinstance(error, StoreError) else _("Other entries still refer to this one.")
        self.message_user(request, str(message), messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())

    def log_changes(self, request: Any, objects: Iterable[Any], *fields: str) -> None:
        """Log a change of ``fields`` of all ``objects`` in the admin log."""
        LogEntry.objects.log_actions(
            user_id=request.user.pk,
            queryset=list(objects),
            action_flag=CHANGE,
            change_message=[{"changed": {"fields": list(fields)}}],
        )


class ReadOnlyMixin:
    """Mixin for admin pages without adding, changing and deleting."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False."""
        return False


class PartInline(ReadOnlyMixin, AnyTabularInline):
    """Inline for rows that everybody who may view the parent may view."""

    classes: Sequence[str] = ("store-rows",)
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return True, because the parent's view checks the permission."""
        return True


def count_of(model: Any, name: str) -> Coalesce:
    """Return an expression for the number of rows behind the relation ``name`` of ``model``.

    It is a subquery and not a join, so that only the rows of the page are counted, unless the list is sorted by it.
    """
    relation = model._meta.get_field(name)
    back = relation.field.name if relation.auto_created else relation.related_query_name()
    rows = relation.related_model._base_manager.filter(**{back: OuterRef("pk")}).order_by().values(back)
    return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), 0)


def changelist_link(site: admin.AdminSite, model: Any, text: Any, **filters: Any) -> str:
    """Return ``text`` as a link to the filtered list of ``model``, or plain if the site has no such list."""
    url = changelist_url(site.name, model, **filters)
    return format_html('<a href="{}">{}</a>', url, text) if url else str(text)


def changelist_url(site_name: str | None, model: Any, **filters: Any) -> str:
    """Return the URL of the filtered list of ``model``; empty if the site has none."""
    opts = model._meta
    name = f"admin:{opts.app_label}_{opts.model_name}_changelist"
    try:
        place = get_urlconf() or settings.ROOT_URLCONF, get_script_prefix(), get_language()
        url = _reversed(name, site_name, *place)
    except NoReverseMatch:
        return ""
    return f"{url}?{urlencode(filters)}" if filters else url


@lru_cache(maxsize=256)
def _reversed(name: str, site_name: str | None, urlconf: Any, prefix: str, language: str | None) -> str:
    """Return the URL with this name, which a list asks for in every row.

    Args:
        name: The name of a URL without arguments.
        site_name: The name of the admin site.
        urlconf: The URLconf.
        prefix: The script prefix, which is the beginning of the URL.
        language: The active language, which is a part of the URL with ``i18n_patterns()``.

    Raises:
        NoReverseMatch: If there is none; this is not kept.
    """
    return reverse(name, urlconf=urlconf, current_app=site_name)


def change_link(site: admin.AdminSite, obj: Any) -> str:
    """Return ``obj`` as a link to its page, or its name if the site has no such page."""
    opts = obj._meta
    try:
        url = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[quote(obj.pk)], current_app=site.name)
    except NoReverseMatch:
        return str(obj)
    return format_html('<a href="{}">{}</a>', url, obj)


def badge(kind: str, text: Any) -> str:
    """Return ``text`` as a coloured badge.

    Args:
        kind: ``"good"``, ``"bad"``, ``"open"`` or ``"off"``, which the style sheet maps to colours.
        text: The text of the badge, which must be clear without the colour.
    """
    return format_html('<span class="store-badge store-badge-{}">{}</span>', kind, text)
