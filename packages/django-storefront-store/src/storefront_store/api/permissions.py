"""Who may do what."""

from __future__ import annotations

import copy
from typing import Any

from rest_framework import permissions
from rest_framework.request import Request
from rest_framework.views import APIView

from storefront_store import people
from storefront_store.conf import app_settings, get_model


def is_staff(request: Request) -> bool:
    """Return whether the request comes from a member of staff."""
    return people.is_staff(request.user)


class IsStaff(permissions.BasePermission):
    """Staff only."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return whether the request comes from a member of staff."""
        return is_staff(request)


class IsStaffOrReadOnly(permissions.BasePermission):
    """Everybody reads, staff writes."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Allow safe methods, and staff."""
        return request.method in permissions.SAFE_METHODS or is_staff(request)


class IsAuthorOrStaffOrCreate(permissions.BasePermission):
    """Everybody reads and posts (signed in, where ``REVIEWS_REQUIRE_LOGIN`` says so); authors and staff change."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Allow reading and posting; anything else to those who are signed in."""
        if request.method in permissions.SAFE_METHODS:
            return True
        if request.method == "POST" and not app_settings.REVIEWS_REQUIRE_LOGIN:
            return True
        return bool(request.user and request.user.is_authenticated)

    def has_object_permission(self, request: Request, view: APIView, obj: Any) -> bool:
        """Allow changes by the author and by staff."""
        if request.method in permissions.SAFE_METHODS or is_staff(request):
            return True
        return obj.author_id is not None and obj.author_id == request.user.pk


class IsStaffOrOwnOrders(permissions.IsAuthenticated):
    """Signed-in people see and place their own orders (the query sees to that); staff changes and deletes."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Require a login, and staff for changes. Guests may order if the setting says so, and use their key."""
        if not super().has_permission(request, view):
            action = getattr(view, "action", None)
            if action == "retrieve":
                return "key" in request.query_params
            return action == "create" and bool(app_settings.GUEST_CHECKOUT)
        return request.method not in ("PATCH", "DELETE") or is_staff(request)


class IsAuthenticatedOrHasKey(permissions.IsAuthenticated):
    """People who are signed in, and guests with the key of an order in the address; the view checks the key."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Allow a login or a key."""
        return super().has_permission(request, view) or "key" in request.query_params


class CanViewHistory(permissions.IsAuthenticated):
    """Holders of the permission ``view_history``."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Ask for the permission of whichever model stands for the customer."""
        label = get_model("Customer")._meta.app_label
        return super().has_permission(request, view) and request.user.has_perm(f"{label}.view_history")


class FullDjangoModelPermissions(permissions.DjangoModelPermissions):
    """Model permissions for reading too. Not used by default; choose it by ``STOREFRONT_STORE["PERMISSIONS"]``."""

    def __init__(self) -> None:
        super().__init__()
        self.perms_map = copy.deepcopy(self.perms_map)
        self.perms_map["GET"] = ["%(app_label)s.view_%(model_name)s"]
        self.perms_map["HEAD"] = self.perms_map["GET"]
