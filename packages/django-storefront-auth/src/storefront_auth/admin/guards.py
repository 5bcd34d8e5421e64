"""Admin mixins which ensure that nobody grants or withdraws a right that they do not hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from storefront_auth.accounts import authority, mail
from storefront_auth.accounts.authority import Rights
from storefront_auth.accounts.lookup import email_of
from storefront_auth.admin.hardening.generics import AnyModelForm
from storefront_auth.exceptions import NotPermitted
from storefront_auth.services.accounts import moves

if TYPE_CHECKING:
    _Base = admin.ModelAdmin[Any]
else:
    _Base = object

# The rights of an account before a form was saved, by form.
_before: WeakKeyDictionary[Any, Rights] = WeakKeyDictionary()


class _LimitedForm(AnyModelForm):
    """Form whose choices of rights are limited to those that the editor holds."""

    limits: dict[str, frozenset[Any]]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for name, held in self.limits.items():
            if name in self.cleaned_data and name in self.changed_data:
                chosen = {item.pk for item in self.cleaned_data[name]}
                current = _current(self.instance, name)
                if not chosen ^ current <= held:
                    self.add_error(name, ValidationError(_("You can grant and withdraw only what you hold yourself.")))
        return cleaned


def _current(instance: Any, name: str) -> set[Any]:
    return set(getattr(instance, name).values_list("pk", flat=True)) if instance.pk else set()


def _limit(form: type[forms.ModelForm], obj: Any, limits: dict[str, frozenset[Any]]) -> type[forms.ModelForm]:
    """Return a subclass of ``form`` with choices limited to the keys in ``limits`` and the current ones."""
    limited: Any = type(form.__name__, (_LimitedForm, form), {"limits": limits})
    for name, held in limits.items():
        field = limited.base_fields.get(name)
        if field is not None:
            field.queryset = field.queryset.filter(pk__in=held | (_current(obj, name) if obj else set()))
    return limited


class UserAuthorityMixin(_Base):
    """Guards the admin of a user model: its form, its password page, its list and its actions.

    Staff can change and delete another account only with the model permission, and only if they hold all of its
    rights. Only superusers can change ``is_superuser`` and ``is_staff``. Groups and permissions can be changed by users
    who hold them. Put the mixin before the other bases::

        class MemberAdmin(UserAuthorityMixin, UserAdmin):
            ...
    """

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the user of ``request`` may change ``obj``."""
        return super().has_change_permission(request, obj) and (obj is None or authority.may_edit(request.user, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the user of ``request`` may delete ``obj``."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or authority.may_edit(request.user, obj, "delete"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the read-only fields, which include the flags for everybody except superusers."""
        fields = super().get_readonly_fields(request, obj)
        if authority.is_superuser(request.user):
            return fields
        return [*fields, *(name for name in ("is_superuser", "is_staff") if name not in fields)]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form, with the groups and permissions that the editor holds as choices."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if authority.is_superuser(request.user):
            return form
        held = Rights.of(request.user)
        permissions = frozenset(authority.permissions_named(held.permissions))
        return _limit(form, obj, {"groups": held.groups, "user_permissions": permissions})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the account, if the editor may change it and the flags that differ."""
        model = get_user_model()
        present = model._base_manager.filter(pk=obj.pk).first() if change else None
        before = Rights() if present is None else Rights.of(present)
        if present is not None and not authority.may_edit(request.user, present):
            raise PermissionDenied
        _check_flags(request, before, obj)
        super().save_model(request, obj, form, change)
        # Receivers of the project may give rights to every new account.
        _before[form] = Rights.of(obj) if present is None else before
        values = {obj.get_email_field_name(): email_of(obj)}
        if present is not None and present.is_active and moves(present, values):
            mail.post("email_changed", present)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save groups and permissions, if the editor holds all that are granted or withdrawn."""
        held = Rights.of(request.user)
        super().save_related(request, form, formsets, change)
        before = _before.pop(form, None)
        if before is not None and not authority.is_superuser(request.user):
            _check(held, before, Rights.of(form.instance))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete the accounts, if the editor may delete each of them."""
        if not authority.is_superuser(request.user):
            for account in queryset:
                if not authority.may_edit(request.user, account, "delete"):
                    raise PermissionDenied
        super().delete_queryset(request, queryset)


class GroupAuthorityMixin(_Base):
    """Guards the admin of groups.

    Staff can change and delete only groups of which they hold all permissions, and can add and remove only permissions
    that they hold.
    """

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the user of ``request`` may change ``obj``."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or authority.may_edit_group(request.user, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the user of ``request`` may delete ``obj``."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or authority.may_edit_group(request.user, obj))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form, with the permissions that the editor holds as choices."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if authority.is_superuser(request.user):
            return form
        held = frozenset(authority.permissions_named(Rights.of(request.user).permissions))
        return _limit(form, obj, {"permissions": held})

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the permissions, if the editor holds all that are granted or withdrawn."""
        before, held = _permissions_of(form.instance), Rights.of(request.user)
        super().save_related(request, form, formsets, change)
        if not authority.is_superuser(request.user):
            _check(held, Rights(permissions=before), Rights(permissions=_permissions_of(form.instance)))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Group]) -> None:
        """Delete the groups, if the editor holds all of their permissions."""
        if not authority.is_superuser(request.user):
            names = authority.permission_names(Permission.objects.filter(group__in=queryset))
            if not names <= Rights.of(request.user).permissions:
                raise PermissionDenied
        super().delete_queryset(request, queryset)


def editable(request: HttpRequest, accounts: Iterable[Any]) -> list[Any]:
    """Return those of ``accounts`` that the user of ``request`` may change.

    Args:
        request: The request to an admin page.
        accounts: Some accounts.
    """
    return [account for account in accounts if authority.may_edit(request.user, account)]


def _permissions_of(group: Group) -> frozenset[str]:
    return authority.permission_names(group.permissions.all())


def _check_flags(request: HttpRequest, before: Rights, obj: Any) -> None:
    flags = (authority.is_superuser(obj), authority.is_staff(obj))
    if flags != (before.superuser, before.staff) and not authority.is_superuser(request.user):
        raise PermissionDenied


def _check(held: Rights, before: Rights, after: Rights) -> None:
    try:
        authority.check_turn(held, before, after)
    except NotPermitted:
        raise PermissionDenied from None
