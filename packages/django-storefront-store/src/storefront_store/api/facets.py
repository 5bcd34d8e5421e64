"""The response of ``products/facets/``, computed from the parameters of the list and cached."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import EMPTY_VALUES
from django_filters.rest_framework import DjangoFilterBackend
from django_filters.utils import translate_validation
from rest_framework.filters import OrderingFilter
from rest_framework.request import Request

from storefront_store.api.permissions import is_staff
from storefront_store.api.variants import OptionFilter, VariantCollapse, asked_options
from storefront_store.conf import get_model
from storefront_store.counts import cached, remember
from storefront_store.models import CatalogueVersion
from storefront_store.services.facets import Facets, Selection, count_facets

SECONDS: Final = 300  # for which counts are cached while the catalogue does not change
PRICES: Final = ("unit_price__gt", "unit_price__gte", "unit_price__lt", "unit_price__lte")
OWN: Final = frozenset({"collection_id", "in_stock", "rating__gte", *PRICES})
# Filter backends of the list that are handled here or do not affect counts; others are applied unchanged.
LISTED: Final = (DjangoFilterBackend, OptionFilter, VariantCollapse, OrderingFilter)
TIMED: Final = "on_promotion"  # not cached, because its result changes with time


def facets_of(request: Request, products: Any, filterset_class: Any, view: Any) -> dict[str, Any]:
    """Return the facets of the list that the same parameters would return.

    Args:
        request: The request, whose parameters filter as they do for the list.
        products: The products visible to the user.
        filterset_class: The filterset of the list.
        view: The view, for filter backends that need it.

    Raises:
        ValidationError: If a parameter is invalid.
    """
    key = _cache_key(request, products.db)
    kept = None if TIMED in request.query_params else cached(key)
    versions, titles = CatalogueVersion.objects.db_manager(products.db), None
    if kept is None:
        parts, titles = versions.parts_and_titles(get_model("Collection"))
    else:
        parts = versions.parts()
    version = parts.get(CatalogueVersion.objects.ROW, 0)
    if kept is not None and kept[0] == version:
        body: dict[str, Any] = kept[1]
        return body
    facets = _count(request, products, filterset_class, view, parts, titles)
    if version and facets.is_current and TIMED not in request.query_params:
        remember(key, (version, facets.body), SECONDS)
    return facets.body


def _count(
    request: Request,
    products: Any,
    filterset_class: Any,
    view: Any,
    parts: Mapping[int, int],
    titles: Mapping[Any, str] | None,
) -> Facets:
    query = request.query_params.copy()
    collection = _collection_key(query.get("collection_id"))
    if collection is not None:  # looked up only if it is not among the counted ones
        query.pop("collection_id")
    filterset = filterset_class(data=query, queryset=products, request=request)
    if not filterset.is_valid():
        raise translate_validation(filterset.errors)
    values = filterset.form.cleaned_data
    every = products
    for name, value in values.items():
        # With several collections, none is the selected one.
        if (name not in OWN and value not in EMPTY_VALUES) or (name == "collection_id" and value):
            products = filterset.filters[name].filter(products, value)
    prices = {name.rpartition("__")[2]: values[name] for name in PRICES if values.get(name) is not None}
    selection = Selection(
        collection=collection,
        prices=prices,
        in_stock=values.get("in_stock") if values.get("in_stock") != "" else None,
        rating=values.get("rating__gte"),
        options=asked_options(request.query_params),
    )
    for backend in view.filter_backends:
        if not issubclass(backend, LISTED):
            products = backend().filter_queryset(request, products, view)
    facets = count_facets(products, selection, parts=parts if products is every else None, titles=titles)
    if collection is not None and collection not in facets.collections:
        whole = filterset_class(data=request.query_params, queryset=products, request=request)
        if not whole.is_valid():
            raise translate_validation(whole.errors)
    return facets


def _collection_key(text: str | None) -> Any:
    """Return the primary key given by ``text``; None if it is empty or not a valid key."""
    if not text or "\x00" in text:
        return None
    column = get_model("Collection")._meta.pk
    try:
        key = column.to_python(text)
        column.run_validators(key)
    except (DjangoValidationError, ValueError, OverflowError):
        return None
    return key


def _cache_key(request: Request, using: str) -> str:
    question = sorted((name, sorted(values)) for name, values in request.query_params.lists())
    text = f"{using}\n{is_staff(request)}\n{question!r}"
    return f"storefront_store:facets:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"
