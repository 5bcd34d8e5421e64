from __future__ import annotations

from typing import Any

import swapper
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from generic_likes.querysets import get_liked_item_model


class LikedItemAdmin(admin.ModelAdmin):
    """Likes to look at, never to change, with links to the objects.

    They can be deleted with their users and objects, by whoever has the permission, but no page of theirs offers it.
    """

    list_display = ["user", "content_type", "object_link", "created_at"]
    list_filter = ["content_type"]
    list_select_related = ["user", "content_type"]
    fields = ["user", "content_type", "object_link", "created_at"]
    ordering = ["-pk"]
    actions = None
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("content_object")

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        return [f"user__{get_user_model().USERNAME_FIELD}"]

    @admin.display(description=_("object"))
    def object_link(self, like: Any) -> str:
        """Return the object, as a link where it has an admin of its own."""
        obj = like.content_object
        if obj is None:
            return str(like.object_id)
        name = f"{self.admin_site.name}:{obj._meta.app_label}_{obj._meta.model_name}_change"
        try:
            return format_html('<a href="{}">{}</a>', reverse(name, args=[quote(obj.pk)]), obj)
        except NoReverseMatch:
            return str(obj)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        without_delete = {**(extra_context or {}), "show_delete": False}
        response: HttpResponse = super().change_view(request, object_id, form_url, without_delete)
        return response

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        raise PermissionDenied


if not swapper.is_swapped("generic_likes", "LikedItem"):
    admin.site.register(get_liked_item_model(), LikedItemAdmin)
