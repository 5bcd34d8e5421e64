"""Attempts to log in."""

from __future__ import annotations

from typing import Any

from rest_framework.test import APIClient


def log_in(api: APIClient, username: str = "ann", password: str = "wrong", **extra: Any) -> Any:
    """Return the answer to an attempt to log in, which fails unless a password is given."""
    return api.post("/auth/jwt/create/", {"username": username, "password": password}, **extra)
