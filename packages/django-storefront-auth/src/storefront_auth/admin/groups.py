"""The admin of groups."""

from __future__ import annotations

from contextlib import suppress

from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.auth.admin import GroupAdmin as BaseGroupAdmin
from django.contrib.auth.models import Group

from storefront_auth.admin.guards import GroupAuthorityMixin
from storefront_auth.admin.hardening import HardenedModelAdmin


class GroupAdmin(GroupAuthorityMixin, HardenedModelAdmin, BaseGroupAdmin):  # type: ignore[misc]
    """Django's admin for groups, where staff can only grant and withdraw permissions that they hold themselves."""


with suppress(NotRegistered):  # the project may not register an admin for groups
    admin.site.unregister(Group)
    admin.site.register(Group, GroupAdmin)
