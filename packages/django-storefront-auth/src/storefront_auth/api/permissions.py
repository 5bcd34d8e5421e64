"""REST framework's permission classes for accounts; the rules are in ``accounts.authority``."""

from __future__ import annotations

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from storefront_auth.accounts.authority import may_edit
from storefront_auth.types import AnyUser


class MayEditAccount(BasePermission):
    """Allows changing and deleting only the accounts that :func:`may_edit` allows."""

    def has_object_permission(self, request: Request, view: APIView, obj: AnyUser) -> bool:
        """Return whether the request may act on the account ``obj``."""
        if request.method in SAFE_METHODS:
            return True
        return may_edit(request.user, obj, "delete" if request.method == "DELETE" else "change")
