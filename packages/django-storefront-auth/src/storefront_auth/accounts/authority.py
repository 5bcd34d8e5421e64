"""Rules for who can edit which account: users can only grant and withdraw rights that they hold themselves.

The API and the admin apply them, with any user model. A right is the superuser flag, the staff flag, a permission, or
the membership of a group. Only superusers can change superusers and the two flags. Other users need the model
permission to change another account, can't change an account with more rights than they have, and can grant or withdraw
only permissions and groups that they hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Self

from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.db.models import QuerySet

from storefront_auth.exceptions import NotPermitted
from storefront_auth.types import AnyUser

#: The fields of a user model that hold rights.
RIGHTS_FIELDS: Final = ("is_superuser", "is_staff", "groups", "user_permissions")


def is_staff(user: object) -> bool:
    """Return whether ``user`` is staff.

    An ``is_staff`` that is not a boolean, such as a method, counts as ``False``.
    """
    return getattr(user, "is_staff", False) is True


def is_superuser(user: object) -> bool:
    """Return whether ``user`` is a superuser.

    An ``is_superuser`` that is not a boolean, such as a method, counts as ``False``.
    """
    return getattr(user, "is_superuser", False) is True


@dataclass(frozen=True)
class Rights:
    """What an account may do, whether it is active or not.

    Attributes:
        superuser: Whether it holds every right.
        staff: Whether it may enter the admin.
        permissions: Its permissions as ``"app_label.codename"``, those of its groups included.
        groups: The primary keys of its groups.
    """

    superuser: bool = False
    staff: bool = False
    permissions: frozenset[str] = frozenset()
    groups: frozenset[object] = frozenset()

    @classmethod
    def of(cls, user: AnyUser | AnonymousUser) -> Self:
        """Return the rights that ``user`` holds in the database and by the authentication backends."""
        present = None if user.pk is None else _present(user)
        if present is None:
            return cls()
        groups = getattr(present, "groups", None)
        return cls(
            superuser=is_superuser(present),
            staff=is_staff(present),
            permissions=_permissions_of(present),
            groups=frozenset(groups.values_list("pk", flat=True)) if groups is not None else frozenset(),
        )

    def include(self, others: Rights) -> bool:
        """Return whether the holder of these rights may change an account with the rights of ``others``.

        Groups count by their permissions.
        """
        if self.superuser:
            return True
        return not others.superuser and (self.staff or not others.staff) and others.permissions <= self.permissions

    def may_turn(self, before: Rights, after: Rights) -> bool:
        """Return whether the holder of these rights may turn ``before`` into ``after``."""
        if self.superuser:
            return True
        return (
            before.superuser == after.superuser
            and before.staff == after.staff
            and before.permissions ^ after.permissions <= self.permissions
            and before.groups ^ after.groups <= self.groups
        )


def may_edit(editor: AnyUser | AnonymousUser, account: AnyUser, action: str = "change") -> bool:
    """Return whether ``editor`` may change or delete ``account``.

    People may edit their own account; which fields of it is decided by the form or serializer and by
    :func:`check_turn`.

    Args:
        editor: Who edits.
        account: The account that is edited.
        action: ``"change"`` or ``"delete"``: the model permission that is needed for accounts of others.
    """
    if is_superuser(editor) or (editor.pk is not None and editor.pk == account.pk):
        return True
    if is_superuser(account) or not editor.has_perm(_permission(account, action)):  # type: ignore[union-attr]
        return False
    return Rights.of(editor).include(Rights.of(account))


def may_edit_group(editor: AnyUser | AnonymousUser, group: Group) -> bool:
    """Return whether ``editor`` may change or delete ``group``, which takes all of its permissions."""
    return is_superuser(editor) or permission_names(group.permissions.all()) <= Rights.of(editor).permissions


def check_turn(held: Rights, before: Rights, after: Rights) -> None:
    """Check that an editor may make a change of rights.

    Args:
        held: The rights that the editor held before it; the account may be the editor's own.
        before: The rights of the account before the change.
        after: Its rights after the change.

    Raises:
        NotPermitted: If the editor grants or withdraws a right that they do not hold.
    """
    if not held.may_turn(before, after):
        raise NotPermitted


def check_new_rights(editor: AnyUser | AnonymousUser, values: Mapping[str, Any]) -> None:
    """Check that ``editor`` may give a new account the rights in ``values``.

    Args:
        editor: Who creates the account.
        values: The values of its fields.

    Raises:
        NotPermitted: If the editor does not hold them.
    """
    if not any(values.get(name) for name in RIGHTS_FIELDS):
        return
    held = Rights.of(editor)
    groups = list(values.get("groups") or ())
    wanted = Rights(
        superuser=bool(values.get("is_superuser")),
        staff=bool(values.get("is_staff")),
        permissions=frozenset[str]().union(
            permission_names(values.get("user_permissions") or ()),
            *(permission_names(group.permissions.all()) for group in groups),
        ),
        groups=frozenset(group.pk for group in groups),
    )
    check_turn(held, Rights(), wanted)


def permission_names(permissions: Any) -> frozenset[str]:
    """Return permissions as ``"app_label.codename"``.

    Args:
        permissions: A queryset of permissions, or a collection of them.
    """
    if isinstance(permissions, QuerySet):
        permissions = permissions.select_related("content_type")
    return frozenset(f"{permission.content_type.app_label}.{permission.codename}" for permission in permissions)


def permissions_named(names: frozenset[str]) -> list[int]:
    """Return the primary keys of the permissions with these names."""
    rows = Permission.objects.values_list("pk", "content_type__app_label", "codename").order_by()
    return [pk for pk, app_label, codename in rows if f"{app_label}.{codename}" in names]


def _present(user: Any) -> Any:
    """Return the stored account, marked as active so that the permissions of an inactive account are seen too."""
    present = user._meta.concrete_model._base_manager.using(user._state.db).filter(pk=user.pk).first()
    if present is not None:
        with suppress(AttributeError):
            present.is_active = True
    return present


def _permissions_of(user: Any) -> frozenset[str]:
    if is_superuser(user) or not hasattr(user, "get_all_permissions"):
        return frozenset()
    return frozenset(user.get_all_permissions())


def _permission(account: AnyUser, action: str) -> str:
    options: Any = account._meta.concrete_model._meta  # type: ignore[union-attr]
    return f"{options.app_label}.{get_permission_codename(action, options)}"
