"""The admin page of likes."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from generic_likes.admin.hardening import HardenedModelAdmin


class LikedItemAdmin(HardenedModelAdmin):
    """Read-only list of likes, with links to their objects.

    Likes are deleted together with their users and objects, and can't be deleted in the admin.
    """

    list_display: Any = ["user", "content_type", "object_link", "created_at"]
    list_filter: ClassVar[Any] = ["content_type"]
    list_select_related: ClassVar[Any] = ["user", "content_type"]
    fields: ClassVar[Any] = ["user", "content_type", "object_link", "created_at"]
    ordering: ClassVar[Any] = ["-pk"]
    actions: Any = None
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Return the likes with their objects."""
        return super().get_queryset(request).prefetch_related("content_object")

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """Return the field that holds the names of users."""
        super().get_search_fields(request)  # rejects autocomplete requests without a valid field
        return [f"user__{get_user_model().USERNAME_FIELD}"]

    @admin.display(description=_("object"))
    def object_link(self, like: Any) -> str:
        """Return the object, as a link if it has an admin page."""
        obj = like.content_object
        if obj is None:
            return str(like.object_id)
        name = f"{self.admin_site.name}:{obj._meta.app_label}_{obj._meta.model_name}_change"
        try:
            return format_html('<a href="{}">{}</a>', reverse(name, args=[quote(obj.pk)]), obj)
        except NoReverseMatch:
            return str(obj)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Return ``False``, because likes are only made by users themselves."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return ``False``, because a like has no editable field."""
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show a like, without the button that deletes it."""
        without_delete = {**(extra_context or {}), "show_delete": False}
        response: HttpResponse = super().change_view(request, object_id, form_url, without_delete)
        return response

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Raise ``PermissionDenied``, because likes can't be deleted on their own."""
        raise PermissionDenied
