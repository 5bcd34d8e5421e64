"""A page of a hundred articles with their tags, in the way that the documentation of each library shows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse

from articles.models import Article

PAGE = 100


def with_taggit(rows: Any) -> list[dict[str, Any]]:
    """Read tags by a prefetch."""
    return [
        {"id": article.pk, "title": article.title, "tags": sorted(tag.name for tag in article.tags.all())}
        for article in rows.prefetch_related("tags")[:PAGE]
    ]


def with_generic_tags(rows: Any) -> list[dict[str, Any]]:
    """Read labels for many objects at once."""
    from generic_tags.selectors import labels_for_many

    return [
        {"id": article.pk, "title": article.title, "tags": labels}
        for article, labels in labels_for_many(rows[:PAGE]).items()
    ]


def articles(request: HttpRequest) -> JsonResponse:
    """Show the page."""
    rows = Article.objects.order_by("pk")
    shown = with_taggit(rows) if settings.LIBRARY == "taggit" else with_generic_tags(rows)
    return JsonResponse({"results": shown})
