"""The admin of users."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from storefront_auth.admin.guards import UserAuthorityMixin, editable
from storefront_auth.admin.hardening import HardenedModelAdmin
from storefront_auth.admin.profiles import ProfileInline
from storefront_auth.models import TokenState, User


@admin.action(description=_("Log out everywhere"), permissions=["change"])
def log_out_everywhere(model_admin: admin.ModelAdmin[Any], request: HttpRequest, queryset: QuerySet[Any]) -> None:
    """End all tokens and sessions of the selected users that the editor may change.

    Args:
        model_admin: The admin of the user model.
        request: The request of the editor.
        queryset: The selected users.
    """
    users = [user.pk for user in editable(request, queryset)]
    count = TokenState.objects.using(queryset.db).of_users(users).end_tokens()
    message = ngettext("%(count)d user was logged out.", "%(count)d users were logged out.", count)
    model_admin.message_user(request, message % {"count": count}, messages.SUCCESS)


class UserAdmin(UserAuthorityMixin, HardenedModelAdmin, BaseUserAdmin):
    """Django's admin of users, with the email address, the profile, and an action to log out everywhere."""

    add_fieldsets: Any = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "password1", "password2", "email", "first_name", "last_name"),
            },
        ),
    )
    inlines: ClassVar[Any] = (ProfileInline,)
    actions: Any = (log_out_everywhere,)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Return the inlines, without the profile on the page to add a user: it is created with the user."""
        return super().get_inlines(request, obj) if obj else ()


class DjangoUserAdmin(UserAuthorityMixin, HardenedModelAdmin, BaseUserAdmin):
    """Django's admin for Django's user model, where staff can only grant and withdraw rights that they hold."""


if not User._meta.swapped:
    admin.site.register(User, UserAdmin)
elif admin.site.is_registered(get_user_model()) and type(admin.site.get_model_admin(get_user_model())) is BaseUserAdmin:
    admin.site.unregister(get_user_model())
    admin.site.register(get_user_model(), DjangoUserAdmin)
