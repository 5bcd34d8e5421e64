"""Counting attempts, before the work is done and in one atomic step, so that parallel requests can't slip through."""

from __future__ import annotations

from storefront_auth.throttling.addresses import account_name, client_address
from storefront_auth.throttling.attempts import LoginAttempt
from storefront_auth.throttling.counting import Hit, hit

__all__ = ["Hit", "LoginAttempt", "account_name", "client_address", "hit"]
