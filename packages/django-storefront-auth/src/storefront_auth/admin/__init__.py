"""Public admin classes. To change one, subclass it, unregister the model and register the subclass."""

from __future__ import annotations

from django.apps import apps

from storefront_auth.admin.groups import GroupAdmin
from storefront_auth.admin.guards import GroupAuthorityMixin, UserAuthorityMixin
from storefront_auth.admin.profiles import ProfileAdmin, ProfileInline
from storefront_auth.admin.users import UserAdmin, log_out_everywhere

if apps.is_installed("rest_framework_simplejwt.token_blacklist"):
    from storefront_auth.admin import tokens  # noqa: F401  (registers the admin of tokens)

__all__ = [
    "GroupAdmin",
    "GroupAuthorityMixin",
    "ProfileAdmin",
    "ProfileInline",
    "UserAdmin",
    "UserAuthorityMixin",
    "log_out_everywhere",
]
