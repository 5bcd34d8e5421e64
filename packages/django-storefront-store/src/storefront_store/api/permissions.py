"""Permission classes of the API."""

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
    """Allow staff only."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return whether the request comes from a member of staff."""
        return is_staff(request)


class IsStaffOrReadOnly(permissions.BasePermission):
    """Allow everybody to read, and staff to write."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return whether the method is safe or the user is staff."""
        return request.method in permissions.SAFE_METHODS or is_staff(request)


class IsAuthorOrStaffOrCreate(permissions.BasePermission):
    """Allow everybody to read and post (signed in if ``REVIEWS_REQUIRE_LOGIN`` is on); authors and staff to change."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return whether the request reads or posts, or the user is signed in."""
        if request.method in permissions.SAFE_METHODS:
            return True
        if request.method == "POST" and not app_settings.REVIEWS_REQUIRE_LOGIN:
            return True
        return bool(request.user and request.user.is_authenticated)

    def has_object_permission(self, request: Request, view: APIView, obj: Any) -> bool:
        """Return whether the request reads, or the user is the author or staff."""
        if request.method in permissions.SAFE_METHODS or is_staff(request):
            return True
        return obj.author_id is not None and obj.author_id == request.user.pk


class IsStaffOrOwnOrders(permissions.IsAuthenticated):
    """Allow users to see and place their own orders (which the queryset ensures), and staff to change and delete."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Require a login, and staff for changes. Guests may order if ``GUEST_CHECKOUT`` is on, and use their key."""
        if not super().has_permission(request, view):
            action = getattr(view, "action", None)
            if action == "retrieve":
                return "key" in request.query_params
            return action == "create" and bool(app_settings.GUEST_CHECKOUT)
        return request.method not in ("PATCH", "DELETE") or is_staff(request)


class IsAuthenticatedOrHasKey(permissions.IsAuthenticated):
    """Allow signed-in users, and guests with the key of an order in the URL; the view checks the key."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return whether the user is signed in or there is a key."""
        return super().has_permission(request, view) or "key" in request.query_params


class CanViewHistory(permissions.IsAuthenticated):
    """Allow users with the permission ``view_history``."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Check the permission of the customer model, which may be swapped."""
        label = get_model("Customer")._meta.app_label
        return super().has_permission(request, view) and request.user.has_perm(f"{label}.view_history")


class FullDjangoModelPermissions(permissions.DjangoModelPermissions):
    """Require model permissions, for reading too. Not used by default; see ``STOREFRONT_STORE["PERMISSIONS"]``."""

    def __init__(self) -> None:
        super().__init__()
        self.perms_map = copy.deepcopy(self.perms_map)
        self.perms_map["GET"] = ["%(app_label)s.view_%(model_name)s"]
        self.perms_map["HEAD"] = self.perms_map["GET"]
