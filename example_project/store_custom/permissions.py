"""Who may place an order in this project."""

from __future__ import annotations

from collections.abc import Mapping

from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.views import APIView

from storefront_store.api.permissions import IsStaffOrOwnOrders


class IsCustomerOrGuest(IsStaffOrOwnOrders):
    """Customers with their own orders, and guests who say where to write to.

    An anonymous order without an email address is not a guest's: it is answered 401, as by a shop without guests, so
    that clients that know no guests ask for a login.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return whether the request may go on."""
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
