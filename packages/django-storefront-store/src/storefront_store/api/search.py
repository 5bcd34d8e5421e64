"""Filter backends for search and ordering."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.db.models import CharField, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.template import loader
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend, OrderingFilter, SearchFilter
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from storefront_store.api.shapes import Given, Shape, keeps
from storefront_store.prepared import SIZES
from storefront_store.querysets.base import padded
from storefront_store.querysets.relevance import RELEVANCE, is_searched
from storefront_store.querysets.search import SOME_WORDS, Found
from storefront_store.text import MAX_SEARCH_LENGTH, MAX_SEARCH_WORDS, is_searchable


class ProductSearch(BaseFilterBackend):
    """Filter backend for ``?search=`` in products: all words must occur; they are separated by spaces or punctuation.

    REST framework's setting ``SEARCH_PARAM`` changes the name of the parameter.
    """

    search_title: ClassVar[Any] = _("Search")
    search_description: ClassVar[Any] = _(
        "Words that must all occur in title, description, SKU, collection, group or options."
    )

    @property
    def search_param(self) -> str:
        """The name of the query parameter."""
        name: str = api_settings.SEARCH_PARAM
        return name

    def get_text(self, request: Request) -> str:
        """Return the search text.

        Raises:
            ValidationError: If the text is too long.
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
        """Filter the rows if the parameter is given.

        Raises:
            ValidationError: If the text is too long.
        """
        text = self.get_text(request)
        if not text.strip():
            return queryset
        found: Found | None = getattr(view, "words_found", None)
        if found is None:
            return queryset.search(text)
        bound: Mapping[str, Any] = getattr(view, "bound", {})
        return queryset.matching(_with_placeholders(found, bound) if bound else found)

    def shape(self, request: Request, view: Any) -> Hashable | None:
        """Return the kind of the search, with the keys of its words; see :mod:`storefront_store.api.shapes`.

        The words are looked up and kept by the view, so that ``filter_queryset()`` does not have to look them up again.
        """
        if not request.query_params.get(self.search_param):
            return ""
        try:
            text = self.get_text(request)
        except ValidationError:
            return None
        if not text.strip():
            return ""
        if view.plan is None or not keeps(view.plan.model, "search", "find", "matching", "having_word"):
            return None
        rows = view.plan.model._default_manager.all()
        found: Found | None = rows.find(text)
        view.words_found = found
        if found is None or not all(isinstance(keys, list) and len(keys) <= SIZES[-1] for keys in found.words):
            return None
        return Shape(("search", found.by_prefix, found.products is None), given=_given(found, rows.model))

    def to_html(self, request: Request, queryset: Any, view: APIView) -> str:
        """Return the search form of the browsable API."""
        context = {"param": self.search_param, "term": request.query_params.get(self.search_param, "")}
        return str(loader.get_template("rest_framework/filters/search.html").render(context))

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Return the query parameter for OpenAPI."""
        return [
            {
                "name": self.search_param,
                "in": "query",
                "required": False,
                "description": str(self.search_description),
                "schema": {"type": "string", "maxLength": MAX_SEARCH_LENGTH},
            }
        ]


def _given(found: Found, model: Any) -> dict[str, Given]:
    """Return the values of a search for its statement."""
    given = {"pattern": Given(CharField(), list(found.patterns)), "sku": Given(CharField(), found.sku)}
    if found.products is not None:
        return {**given, "product": Given(model._meta.pk, padded(found.products))}
    word = model._meta.get_field("words").related_model._meta.get_field("word")
    for number, keys in enumerate(found.words):
        # The planner estimates the number of products by that of the keys, so few keys are not repeated.
        is_exact = len(found.words) == 1 and len(keys) <= SOME_WORDS
        given[f"word{number}"] = Given(word, keys if is_exact else padded(keys))
    return given


def _with_placeholders(found: Found, bound: Mapping[str, Any]) -> Found:
    """Return a search with placeholders instead of its values."""
    words = [bound.get(f"word{number}") for number in range(len(found.words))]
    return found._replace(patterns=bound["pattern"], sku=bound["sku"], words=words, products=bound.get("product"))


class TextSearch(ProductSearch):
    """Filter backend for ``?search=`` in the ``search_fields`` of the view: each word must occur in one of them."""

    search_description: ClassVar[Any] = _("Words that must all occur.")

    def shape(self, request: Request, view: Any) -> Hashable | None:
        """Return an empty string if the parameter is not given; see :mod:`storefront_store.api.shapes`."""
        return None if request.query_params.get(self.search_param) else ""

    def filter_queryset(self, request: Request, queryset: Any, view: APIView) -> Any:
        """Filter the rows if the parameter is given.

        Raises:
            ValidationError: If the text is too long.
        """
        for word in self.get_text(request).split():
            found = Q()
            for name in view.search_fields:  # type: ignore[attr-defined]
                found |= Q(**{f"{name}__icontains": word})
            queryset = queryset.filter(found)
        return queryset


class StableOrdering(OrderingFilter):
    """Filter backend for ``?ordering=``; equal rows are ordered by primary key, in the direction of the last field.

    Titles are sorted by their folded form. Search results are sorted by relevance unless another order is requested;
    ``?ordering=relevance`` requests it by name.
    """

    def get_valid_fields(self, queryset: QuerySet[Any], view: APIView, context: Any = None) -> list[Any]:
        """Return the valid fields, including the relevance for search results."""
        fields = super().get_valid_fields(queryset, view, context or {})
        return [*fields, (RELEVANCE, _("relevance"))] if is_searched(queryset) else fields

    def shape(self, request: Request, view: APIView) -> Hashable | None:
        """Return the terms of the order, if they are names of columns; see :mod:`storefront_store.api.shapes`."""
        asked = request.query_params.get(self.ordering_param)
        default = tuple(self.get_default_ordering(view) or ())
        if not asked:
            return default if all(isinstance(term, str) for term in default) else None
        terms = tuple(asked.split(","))
        names = {term.removeprefix("-") for term in terms}
        known = getattr(view, "ordering_fields", None)
        return terms if isinstance(known, list) and names <= {*known, RELEVANCE} and len(names) == len(terms) else None

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> Any:
        """Order the rows by the requested fields and a unique one."""
        asked: list[Any] = list(self.get_ordering(request, queryset, view) or ())
        if not asked and is_searched(queryset):
            asked = [RELEVANCE]
        ordering = [_folded(queryset.model, term) for term in asked or queryset.model._meta.ordering]
        if RELEVANCE in (str(term).lstrip("-") for term in ordering):
            ordering += _missing(ordering, queryset.model._meta.ordering)
        if not {"pk", "-pk"}.intersection(ordering):
            ordering.append("-pk" if ordering and _descends(ordering[-1]) else "pk")
        if is_searched(queryset):
            queryset, ordering = _sorted_after_search(queryset, ordering)
        return queryset.order_by(*dict.fromkeys(ordering))


def _folded(model: Any, term: Any) -> Any:
    """Return ``term`` with a title replaced by its sort key."""
    if isinstance(term, str) and term.lstrip("-") == "title" and hasattr(model, "title_key"):
        return term.replace("title", "title_key")
    return term


def _missing(ordering: list[Any], default: Any) -> list[Any]:
    names = {str(term).lstrip("-") for term in ordering}
    return [term for term in default if str(term).lstrip("-") not in names]


def _sorted_after_search(queryset: Any, ordering: list[Any]) -> tuple[Any, list[Any]]:
    """Order by expressions that match no index.

    Search results are few and should be read by their search words. With a matching index, the planner may scan the
    whole table in that order instead, expecting to find enough rows early.
    """
    columns = {field.name for field in queryset.model._meta.concrete_fields if field.name != RELEVANCE}
    leading = str(ordering[0]).lstrip("-")
    if leading not in columns:
        return queryset, ordering
    name = f"sorted_{leading}"
    queryset = queryset.annotate(**{name: Coalesce(F(leading), F(leading))})
    return queryset, [str(ordering[0]).replace(leading, name), *ordering[1:]]


def _descends(term: Any) -> bool:
    """Return whether a term of an order, a name or an expression, is descending."""
    return term.startswith("-") if isinstance(term, str) else getattr(term, "descending", False)


class CustomerSearch(SearchFilter):
    """Filter backend for ``?search=`` in customers: words match prefixes of names, or parts of other fields."""

    def get_search_fields(self, view: APIView, request: Request) -> list[str]:
        """Return the search fields that the user model has."""
        model = get_user_model()
        names = ["first_name", "last_name", model.USERNAME_FIELD, model.get_email_field_name()]
        known = {field.name for field in model._meta.concrete_fields}
        return [f"user__{name}" for name in dict.fromkeys(names) if name in known] + ["phone"]

    def get_search_terms(self, request: Request) -> list[str]:
        """Return the words of the search text.

        Raises:
            ValidationError: If there are too many, or the text has a NUL character.
        """
        text = request.query_params.get(self.search_param, "")
        if "\x00" in text or not is_searchable(text):
            message = _("A search has at most %(words)s words and %(length)s characters.")
            raise ValidationError(
                {self.search_param: [message % {"words": MAX_SEARCH_WORDS, "length": MAX_SEARCH_LENGTH}]}
            )
        return text.replace(",", " ").split()

    def shape(self, request: Request, view: APIView) -> Hashable | None:
        """Return an empty string if the parameter is not given; see :mod:`storefront_store.api.pages`."""
        return None if request.query_params.get(self.search_param) else ""


class PlainOrdering(OrderingFilter):
    """Filter backend for ``?ordering=`` with the primary key for equal rows; without it the view's order is kept."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        """Order the rows if the parameter is given."""
        ordering = self.get_ordering(request, queryset, view)
        return queryset.order_by(*ordering, "pk") if ordering else queryset

    def shape(self, request: Request, view: APIView) -> Hashable | None:
        """Return an empty string if the order is that of the view; see :mod:`storefront_store.api.pages`."""
        is_given = request.query_params.get(self.ordering_param) or self.get_default_ordering(view)
        return None if is_given else ""
