"""Throttling that counts attempts in one atomic step before the work is done, so that parallel requests count too."""

from __future__ import annotations

from storefront_auth.throttling.addresses import account_name, client_address
from storefront_auth.throttling.attempts import LoginAttempt
from storefront_auth.throttling.counting import Hit, hit

__all__ = ["Hit", "LoginAttempt", "account_name", "client_address", "hit"]
