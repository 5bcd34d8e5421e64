"""The links to other pages in the browsable API, as REST framework's own templates show them."""

from __future__ import annotations

from typing import Final

from django.template import loader
from rest_framework.pagination import PageLink
from rest_framework.request import Request
from rest_framework.utils.urls import remove_query_param, replace_query_param

NUMBERS: Final = "rest_framework/pagination/numbers.html"
NEIGHBOURS: Final = "rest_framework/pagination/previous_and_next.html"
PAGE_BREAK: Final = PageLink(url=None, number=None, is_active=False, is_break=True)
BESIDE: Final = 2  # pages that are shown on each side of the current one


def neighbour_controls(previous_url: str | None, next_url: str | None) -> str:
    """Return the links of a page without a number.

    Args:
        previous_url: The address of the page before, if there is one.
        next_url: The address of the page after, if there is one.
    """
    context = {"previous_url": previous_url, "next_url": next_url}
    return str(loader.get_template(NEIGHBOURS).render(context))


def number_controls(request: Request, param: str, *, current: int, last: int) -> str:
    """Return the links of a numbered page: to its neighbours, the first page and the last one.

    Args:
        request: The request for the current page.
        param: The query parameter that holds the number.
        current: The number of the current page.
        last: The number of the last page.
    """
    base = request.build_absolute_uri()

    def url(number: int) -> str:
        address = replace_query_param(base, param, number) if number > 1 else remove_query_param(base, param)
        return str(address)

    last = max(current, last)  # a count may be a little old
    links, before = [], 0
    for number in sorted({1, *range(max(current - BESIDE, 1), min(current + BESIDE, last) + 1), last}):
        if number > before + 1:
            links.append(PAGE_BREAK)
        links.append(PageLink(url=url(number), number=number, is_active=number == current, is_break=False))
        before = number
    context = {
        "previous_url": url(current - 1) if current > 1 else None,
        "next_url": url(current + 1) if current < last else None,
        "page_links": links,
    }
    return str(loader.get_template(NUMBERS).render(context))
