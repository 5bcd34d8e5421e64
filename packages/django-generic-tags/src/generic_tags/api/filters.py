"""Filter backends for a project's own viewsets."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from generic_tags.conf import app_settings
from generic_tags.labels import MAX_LENGTH, label_key
from generic_tags.selectors import get_tag_model, tagged_with


class TagsFilterBackend(BaseFilterBackend):
    """Filter a list of a registered model: ``?tags=red,sale`` and ``?tags_match=all``.

    Tags are given by slug or by label, case-insensitively. If a value is the slug of one tag and the label of another,
    the slug takes precedence, because labels with a comma can only be given by slug.
    """

    param = "tags"
    match_param = "tags_match"

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Return the objects with the tags of the request.

        Raises:
            ValidationError: There are too many tags, one of them is invalid, or ``tags_match`` is unknown.
        """
        match: Any = request.query_params.get(self.match_param, "any")
        if match not in {"any", "all"}:
            raise ValidationError({self.match_param: [_("Must be any or all.")]})
        asked = [name for value in request.query_params.getlist(self.param) for name in value.split(",")]
        keys = {label_key(name) for name in asked[: app_settings.MAX_LABELS + 1]} - {""}
        if not keys:
            return queryset
        if len(asked) > app_settings.MAX_LABELS or any(len(key) > MAX_LENGTH or "\0" in key for key in keys):
            raise ValidationError({self.param: [_("Too many tags, or no tags at all.")]})
        tags = list(get_tag_model().objects.filter(Q(label_key__in=keys) | Q(slug__in=keys)))
        named = {tag.label_key: tag for tag in tags} | {tag.slug: tag for tag in tags}
        if match == "all" and keys - named.keys():
            return queryset.none()
        return tagged_with(queryset, [named[key] for key in keys & named.keys()], match)

    def shape(self, request: Request, view: Any) -> str | None:
        """Return an empty string if the request has none of the parameters, so that no rows are filtered.

        Views that keep compiled statements call it, such as those of django-storefront-store.
        """
        params = request.query_params
        return None if self.param in params or self.match_param in params else ""

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Return the parameters for OpenAPI."""
        return [
            {
                "name": self.param,
                "in": "query",
                "required": False,
                "description": "Labels or slugs of tags, separated by commas.",
                "schema": {"type": "string"},
            },
            {
                "name": self.match_param,
                "in": "query",
                "required": False,
                "description": "Whether any or all of the tags must be there.",
                "schema": {"type": "string", "enum": ["any", "all"]},
            },
        ]
