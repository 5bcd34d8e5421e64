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
    """Django's admin of groups, in which nobody grants or withdraws a permission that they do not hold."""


with suppress(NotRegistered):  # a host may have no admin of groups
    admin.site.unregister(Group)
    admin.site.register(Group, GroupAdmin)
