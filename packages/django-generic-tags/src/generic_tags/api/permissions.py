"""Permissions of the API."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request


class IsStaffOrReadOnly(BasePermission):
    """Permission that allows everybody to read and staff to write."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether the request is allowed; an ``is_staff`` that is not ``True``, such as a method, is denied."""
        return request.method in SAFE_METHODS or getattr(request.user, "is_staff", False) is True
