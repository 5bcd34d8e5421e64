"""URL patterns of the API are grouped by the first segment of the path."""

from __future__ import annotations

from typing import Any, Final

import pytest
from django.http import HttpResponse
from django.urls import Resolver404, URLResolver, re_path
from django.urls.resolvers import RegexPattern

from storefront_store.api.routers import build_router, by_first_word

PATHS: Final = [
    "/",
    "/.json",
    "/products/",
    "/products.json",
    "/products/facets/",
    "/products/1/",
    "/products/1.json",
    "/products/1/reviews/2/",
    "/products/1/images/",
    "/carts/mine/",
    "/carts/one/items/2/",
    "/customers/me/",
    "/customers/me/addresses/3/",
    "/customers/7/addresses/",
    "/orders/1/ship/",
    "/orders",
    "/product/",
    "/productsx/",
    "/nothing/",
]


def patterns() -> list[Any]:
    router, nested = build_router()
    return [*router.urls, *(url for each in nested for url in each.urls)]


def resolver(urls: list[Any]) -> URLResolver:
    return URLResolver(RegexPattern(r"^/"), urls)


def outcome(urls: list[Any], address: str) -> Any:
    try:
        match = resolver(urls).resolve(address)
    except Resolver404:
        return None
    return match.url_name, match.route, match.args, match.kwargs


@pytest.mark.parametrize("address", PATHS)
def test_grouped_patterns_resolve_like_plain_patterns(address: str) -> None:
    every = patterns()

    assert outcome(by_first_word(every), address) == outcome(every, address)


def test_grouped_patterns_reverse_like_plain_patterns() -> None:
    every = patterns()
    plain, grouped = resolver(every).reverse_dict, resolver(by_first_word(every)).reverse_dict

    names = {each.name for each in every}
    assert len(names) > 30
    assert {name: sorted(map(repr, grouped.getlist(name))) for name in names} == {
        name: sorted(map(repr, plain.getlist(name))) for name in names
    }


def test_pattern_with_alternatives_is_not_grouped() -> None:
    every = [re_path(r"^cups/$|^mugs/$", lambda request: HttpResponse(), name="either"), *patterns()]

    assert [outcome(by_first_word(every), address)[0] for address in ("/cups/", "/mugs/")] == ["either", "either"]


def test_path_is_matched_against_few_patterns(monkeypatch: Any) -> None:
    compared: list[str] = []
    match = RegexPattern.match
    monkeypatch.setattr(RegexPattern, "match", lambda self, path: compared.append(str(self)) or match(self, path))  # type: ignore[func-returns-value]

    resolver(by_first_word(patterns())).resolve("/orders/1/")

    assert len(patterns()) > 50
    assert len(compared) < 12
