"""Admin page of reviews."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from storefront_store.admin.base import StoreModelAdmin, badge, change_link
from storefront_store.services import catalogue


class RatingFilter(admin.SimpleListFilter):
    """List filter for the rating, whose choices are not read from the table."""

    title: Any = _("rating")
    parameter_name: str = "rating"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the ratings."""
        return [(str(stars), str(stars)) for stars in range(1, 6)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the reviews with the chosen rating; unknown values are ignored."""
        return queryset.filter(rating=self.value()) if self.value() in ("1", "2", "3", "4", "5") else queryset


class ReviewAdmin(StoreModelAdmin):
    """Admin page of reviews, which can be hidden or shown but not edited."""

    actions: Sequence[str] = ["hide", "unhide"]
    fields: ClassVar[Any] = ["product_link", "name", "author", "rating", "date", "description", "is_hidden"]
    list_display: Any = ["summary", "product_link", "name", "stars", "date", "visibility"]
    list_filter: ClassVar[Any] = ["is_hidden", RatingFilter, "date"]
    list_select_related: ClassVar[Any] = ["product", "author"]
    readonly_fields: ClassVar[Any] = ["product_link", "name", "author", "rating", "date", "description"]
    search_fields: ClassVar[Any] = ["name", "description", "product__title"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False, because reviews are written by customers."""
        return False

    @admin.display(description=_("review"), ordering="description")
    def summary(self, review: Any) -> str:
        """Return the beginning of the text."""
        return Truncator(review.description).chars(80)

    @admin.display(description=_("product"), ordering="product__title")
    def product_link(self, review: Any) -> str:
        """Return the product as a link."""
        return change_link(self.admin_site, review.product)

    @admin.display(description=_("rating"), ordering="rating")
    def stars(self, review: Any) -> str:
        """Return the rating as stars."""
        if review.rating is None:
            return ""
        return format_html(
            '<span class="store-stars" title="{}">{}{}</span>',
            review.rating,
            "★" * review.rating,
            "☆" * (5 - review.rating),
        )

    @admin.display(description=_("visibility"), ordering="is_hidden")
    def visibility(self, review: Any) -> str:
        """Return a badge: shown or hidden."""
        return badge("off", _("Hidden")) if review.is_hidden else badge("good", _("Shown"))

    @admin.action(description=_("Hide"), permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Hide reviews from everybody but staff."""
        self._set_hidden(request, queryset, hidden=True)

    @admin.action(description=_("Show"), permissions=["change"])
    def unhide(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Show reviews again."""
        self._set_hidden(request, queryset, hidden=False)

    def _set_hidden(self, request: HttpRequest, queryset: QuerySet[Any], *, hidden: bool) -> None:
        reviews = list(queryset)
        number = catalogue.set_hidden(queryset, hidden=hidden)
        self.log_changes(request, reviews, "Hidden")
        message = ngettext("%(number)d review was updated.", "%(number)d reviews were updated.", number)
        self.message_user(request, message % {"number": number}, messages.SUCCESS)
