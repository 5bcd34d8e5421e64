"""Public admin classes. To change one, subclass it, unregister the model and register the subclass."""

from __future__ import annotations

from storefront_auth.admin.groups import GroupAdmin
from storefront_auth.admin.guards import GroupAuthorityMixin, UserAuthorityMixin
from storefront_auth.admin.profiles import ProfileAdmin, ProfileInline
from storefront_auth.admin.users import UserAdmin, log_out_everywhere

__all__ = [
    "GroupAdmin",
    "GroupAuthorityMixin",
    "ProfileAdmin",
    "ProfileInline",
    "UserAdmin",
    "UserAuthorityMixin",
    "log_out_everywhere",
]
