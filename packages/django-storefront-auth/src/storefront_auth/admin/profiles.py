"""The admin of profiles."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.http import HttpRequest

from storefront_auth.accounts.lookup import NAME_FIELDS, has_field
from storefront_auth.admin.hardening import HardenedFormsMixin, HardenedModelAdmin
from storefront_auth.models import Profile


class ProfileInline(HardenedFormsMixin, admin.StackedInline):
    """The profile on the page of its user."""

    model: Any = Profile
    can_delete = False


class ProfileAdmin(HardenedModelAdmin):
    """Profiles, for any user model."""

    list_display: Any = ("user", "display_name", "language", "time_zone")
    list_select_related: ClassVar[Any] = ("user",)
    list_filter: ClassVar[Any] = ("language",)
    raw_id_fields: ClassVar[Any] = ("user",)
    search_fields: ClassVar[Any] = ("display_name",)

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """Return the fields to search in: the display name, and the names and email address of the user."""
        model = get_user_model()
        names = dict.fromkeys([model.USERNAME_FIELD, model.get_email_field_name(), *NAME_FIELDS])
        return [*super().get_search_fields(request), *(f"user__{name}" for name in names if has_field(model, name))]


admin.site.register(Profile, ProfileAdmin)
