"""The permission to place orders in this project."""

from __future__ import annotations

from collections.abc import Mapping

from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.views import APIView

from storefront_store.api.permissions import IsStaffOrOwnOrders


class IsCustomerOrGuest(IsStaffOrOwnOrders):
    """Allows customers to use their own orders, and guests to place orders with an email address.

    An anonymous order without an email address gets 401, so that clients without support for guests ask for a login.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return whether the request is allowed."""
        if not super().has_permission(request, view):
            return False
        is_guest = getattr(view, "action", None) == "create" and not request.user.is_authenticated
        return not is_guest or _gives_email(request)


def _gives_email(request: Request) -> bool:
    try:
        body = request.data
    except APIException:
        return False
    return isinstance(body, Mapping) and bool(body.get("email"))
