"""Searching the product list, and the order of lists."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.contrib.auth import get_user_model
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.template import loader
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend, OrderingFilter, SearchFilter
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from storefront_store.internals import annotations_of
from storefront_store.text import MAX_SEARCH_LENGTH, MAX_SEARCH_WORDS, is_searchable

RELEVANCE: Final = "relevance"


class ProductSearch(BaseFilterBackend):
    """``?search=``: every word must occur; words are separated by spaces or punctuation.

    The parameter has another name if REST framework's ``SEARCH_PARAM`` says so.
    """

    search_title: ClassVar[Any] = _("Search")
    search_description: ClassVar[Any] = _(
        "Words that must all occur in title, description, SKU, collection, group or options."
    )

    @property
    def search_param(self) -> str:
        """The name of the parameter."""
        name: str = api_settings.SEARCH_PARAM
        return name

    def get_text(self, request: Request) -> str:
        """Return what is searched for.

        Raises:
            ValidationError: If the text is longer than anybody would type.
        """
        text = request.query_params.get(self.search_param, "").replace(",", " ")
        if "\x00" in text:
            raise ValidationError({self.search_param: [_("Null characters are not allowed.")]})
        if not is_searchable(text):
            message = _("A search has at most %(words)s words and %(length)s characters.")
            raise ValidationError(
                {self.search_param: [message % {"words": MAX_SEARCH_WORDS, "length": MAX_SEARCH_LENGTH}]}
            )
        return text

    def filter_queryset(self, request: Request, queryset: Any, view: APIView) -> Any:
        """Search, if asked to.

        Raises:
            ValidationError: If the text is longer than anybody would type.
        """
        text = self.get_text(request)
        return queryset.search(text) if text.strip() else queryset

    def to_html(self, request: Request, queryset: Any, view: APIView) -> str:
        """Return the search box of the browsable API."""
        context = {"param": self.search_param, "term": request.query_params.get(self.search_param, "")}
        return str(loader.get_template("rest_framework/filters/search.html").render(context))

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Describe the query parameter for OpenAPI."""
        return [
            {
                "name": self.search_param,
                "in": "query",
                "required": False,
                "description": str(self.search_description),
                "schema": {"type": "string", "maxLength": MAX_SEARCH_LENGTH},
            }
        ]


class TextSearch(ProductSearch):
    """``?search=`` in the columns that the view names as ``search_fields``: every word must occur in one of them."""

    search_description: ClassVar[Any] = _("Words that must all occur.")

    def filter_queryset(self, request: Request, queryset: Any, view: APIView) -> Any:
        """Search, if asked to.

        Raises:
            ValidationError: If the text is longer than anybody would type.
        """
        for word in self.get_text(request).split():
            found = Q()
            for name in view.search_fields:  # type: ignore[attr-defined]
                found |= Q(**{f"{name}__icontains": word})
            queryset = queryset.filter(found)
        return queryset


class StableOrdering(OrderingFilter):
    """``?ordering=`` by listed fields; equal rows are told apart by the key, in the direction of the last field.

    Titles are sorted by their folded form. The result of a search is sorted by relevance unless another order is
    asked for; ``?ordering=relevance`` asks for it by name.
    """

    def get_valid_fields(self, queryset: QuerySet[Any], view: APIView, context: Any = None) -> list[Any]:
        """Add the relevance, which only the result of a search has."""
        fields = super().get_valid_fields(queryset, view, context or {})
        return [*fields, (RELEVANCE, _("relevance"))] if _is_searched(queryset) else fields

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> Any:
        """Order the rows, always by something that no two share."""
        asked: list[Any] = list(self.get_ordering(request, queryset, view) or ())
        if not asked and _is_searched(queryset):
            asked = [RELEVANCE]
        ordering = [_folded(queryset.model, term) for term in asked or queryset.model._meta.ordering]
        if RELEVANCE in (str(term).lstrip("-") for term in ordering):
            ordering += _missing(ordering, queryset.model._meta.ordering)
        if not {"pk", "-pk"}.intersection(ordering):
            ordering.append("-pk" if ordering and _descends(ordering[-1]) else "pk")
        if _is_searched(queryset):
            queryset, ordering = _sorted_after_search(queryset, ordering)
        return queryset.order_by(*dict.fromkeys(ordering))


def _is_searched(queryset: QuerySet[Any]) -> bool:
    return RELEVANCE in annotations_of(queryset)


def _folded(model: Any, term: Any) -> Any:
    """Return ``term`` with a title replaced by its sort key."""
    if isinstance(term, str) and term.lstrip("-") == "title" and hasattr(model, "title_key"):
        return term.replace("title", "title_key")
    return term


def _missing(ordering: list[Any], default: Any) -> list[Any]:
    names = {str(term).lstrip("-") for term in ordering}
    return [term for term in default if str(term).lstrip("-") not in names]


def _sorted_after_search(queryset: Any, ordering: list[Any]) -> tuple[Any, list[Any]]:
    """Sort by expressions that no index can serve.

    The rows that were found are few, and are to be read by the search words. A planner that sees a matching index
    may walk that through the whole table instead, in the hope of meeting enough of them early.
    """
    columns = {field.name for field in queryset.model._meta.concrete_fields if field.name != RELEVANCE}
    leading = str(ordering[0]).lstrip("-")
    if leading not in columns:
        return queryset, ordering
    name = f"sorted_{leading}"
    queryset = queryset.annotate(**{name: Coalesce(F(leading), F(leading))})
    return queryset, [str(ordering[0]).replace(leading, name), *ordering[1:]]


def _descends(term: Any) -> bool:
    """Tell the direction of a term of an order: a name, or an expression of the host's model."""
    return term.startswith("-") if isinstance(term, str) else getattr(term, "descending", False)


class CustomerSearch(SearchFilter):
    """``?search=``: each word begins a name, or occurs in the e-mail address, user name or phone number."""

    def get_search_fields(self, view: APIView, request: Request) -> list[str]:
        """Return those fields that the user model has."""
        model = get_user_model()
        names = ["first_name", "last_name", model.USERNAME_FIELD, model.get_email_field_name()]
        known = {field.name for field in model._meta.concrete_fields}
        return [f"user__{name}" for name in dict.fromkeys(names) if name in known] + ["phone"]

    def get_search_terms(self, request: Request) -> list[str]:
        """Return the words.

        Raises:
            ValidationError: If there are too many, or one holds a NUL.
        """
        text = request.query_params.get(self.search_param, "")
        if "\x00" in text or not is_searchable(text):
            message = _("A search has at most %(words)s words and %(length)s characters.")
            raise ValidationError(
                {self.search_param: [message % {"words": MAX_SEARCH_WORDS, "length": MAX_SEARCH_LENGTH}]}
            )
        return text.replace(",", " ").split()


class PlainOrdering(OrderingFilter):
    """``?ordering=`` by listed fields, and by key where two rows are equal; the view's own order without it."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        """Order the rows, if asked to."""
        ordering = self.get_ordering(request, queryset, view)
        return queryset.order_by(*ordering, "pk") if ordering else queryset
