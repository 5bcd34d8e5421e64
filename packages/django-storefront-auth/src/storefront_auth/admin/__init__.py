"""Public admin classes: subclass them, unregister the model, and register yours."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from storefront_auth.models import Profile, TokenState, User


@admin.action(description=_("Log out everywhere"), permissions=["change"])
def log_out_everywhere(model_admin: admin.ModelAdmin[Any], request: HttpRequest, queryset: QuerySet[Any]) -> None:
    """End all tokens of the selected users."""
    count = TokenState.objects.of_users(list(queryset.values_list("pk", flat=True))).end_tokens()
    message = ngettext("%(count)d user was logged out.", "%(count)d users were logged out.", count)
    model_admin.message_user(request, message % {"count": count}, messages.SUCCESS)


class ProfileInline(admin.StackedInline):
    """The profile on the page of its user."""

    model = Profile
    can_delete = False


class UserAdmin(BaseUserAdmin):
    """Django's, which asks for the address, too, and can log people out."""

    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "password1", "password2", "email", "first_name", "last_name"),
            },
        ),
    )
    inlines = (ProfileInline,)
    actions = (log_out_everywhere,)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        # A new user gets a profile by itself; a second one would be refused.
        return super().get_inlines(request, obj) if obj else ()


class ProfileAdmin(admin.ModelAdmin):
    """Profiles, for whatever user model."""

    list_display = ("user", "display_name", "language", "time_zone")
    list_select_related = ("user",)
    list_filter = ("language",)
    raw_id_fields = ("user",)
    search_fields = ("display_name",)


admin.site.register(Profile, ProfileAdmin)
if not User._meta.swapped:
    admin.site.register(User, UserAdmin)
