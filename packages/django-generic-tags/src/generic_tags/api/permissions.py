"""Permissions of the API."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request


class IsStaffOrReadOnly(BasePermission):
    """Anyone may read, staff may write."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether the request may pass; ``is_staff`` must be True, not only be there."""
        return request.method in SAFE_METHODS or getattr(request.user, "is_staff", False) is True
