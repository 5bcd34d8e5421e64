"""The page controls of the browsable API, rendered with REST framework's templates."""

from __future__ import annotations

from typing import Final

from django.template import loader
from rest_framework.pagination import PageLink
from rest_framework.request import Request
from rest_framework.utils.urls import remove_query_param, replace_query_param

NUMBERS: Final = "rest_framework/pagination/numbers.html"
NEIGHBOURS: Final = "rest_framework/pagination/previous_and_next.html"
PAGE_BREAK: Final = PageLink(url=None, number=None, is_active=False, is_break=True)
BESIDE: Final = 2  # pages shown on each side of the current one


def neighbour_controls(previous_url: str | None, next_url: str | None) -> str:
    """Return the page controls of a page without a number.

    Args:
        previous_url: The URL of the previous page, if any.
        next_url: The URL of the next page, if any.
    """
    context = {"previous_url": previous_url, "next_url": next_url}
    return str(loader.get_template(NEIGHBOURS).render(context))


def number_controls(request: Request, param: str, *, current: int, last: int) -> str:
    """Return the page controls of a numbered page: its neighbours, the first and the last page.

    Args:
        request: The request for the current page.
        param: The query parameter with the page number.
        current: The number of the current page.
        last: The number of the last page.
    """
    base = request.build_absolute_uri()

    def url(number: int) -> str:
        address = replace_query_param(base, param, number) if number > 1 else remove_query_param(base, param)
        return str(address)

    last = max(current, last)  # the count may be outdated
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
