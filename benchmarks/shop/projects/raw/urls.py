"""Raw views: each sends one statement and passes on what the database says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import statements
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path


def answer(statement: str) -> Callable[..., HttpResponse]:
    """Return the view that sends a statement with the parameters of the address."""

    def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        media = request.build_absolute_uri("/media/")
        with connection.cursor() as cursor:
            cursor.execute(statement, {**request.GET.dict(), **kwargs, "media": media})
            [[text]] = cursor.fetchall()
        return HttpResponse(text, content_type="application/json")

    return view


def hello(request: HttpRequest) -> HttpResponse:
    """Answer without looking at anything."""
    return HttpResponse("{}", content_type="application/json")


urlpatterns = [
    path("hello/", hello),
    path("products/", answer(statements.LIST)),
    path("products/after/", answer(statements.AFTER)),
    path("products/filtered/", answer(statements.FILTER)),
    path("products/<int:id>/", answer(statements.DETAIL)),
    path("products/<int:id>/reviews/", answer(statements.REVIEWS)),
    path("collections/", answer(statements.COLLECTIONS)),
    path("carts/<str:id>/", answer(statements.CART)),
    path("customers/<int:id>/orders/", answer(statements.ORDERS)),
]
