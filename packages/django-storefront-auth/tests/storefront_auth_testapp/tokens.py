"""What clients do with tokens."""

from __future__ import annotations

from typing import Any

from rest_framework.test import APIClient

INVALID_TOKEN = {"detail": "Token is invalid or expired", "code": "token_not_valid"}


def me(api: APIClient, access: str, scheme: str = "JWT") -> Any:
    """Read one's own account with an access token."""
    return api.get("/auth/users/me/", HTTP_AUTHORIZATION=f"{scheme} {access}")


def refresh(api: APIClient, token: str) -> Any:
    """Exchange a refresh token."""
    return api.post("/auth/jwt/refresh/", {"refresh": token})


def verify(api: APIClient, token: str) -> Any:
    """Ask whether a token is valid."""
    return api.post("/auth/jwt/verify/", {"token": token})


def use_everywhere(api: APIClient, token: str) -> list[Any]:
    """Return the answers of every route that takes a token."""
    return [
        me(api, token),
        verify(api, token),
        refresh(api, token),
        api.post("/auth/jwt/logout/", {"refresh": token}),
    ]
