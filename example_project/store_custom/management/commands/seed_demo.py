"""Accounts for a first look around."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.db import transaction

ACCOUNTS: Final[dict[str, dict[str, Any]]] = {
    "admin": {
        "password": "admin-of-the-demo",
        "fields": {"first_name": "Ada", "last_name": "Min", "is_staff": True, "is_superuser": True},
        "role": "staff: the admin site, and every door of the API",
    },
    "customer": {
        "password": "customer-of-the-demo",
        "fields": {"first_name": "Cora", "last_name": "Mertens"},
        "role": "a customer: carts, orders, reviews, likes",
    },
}


class Command(BaseCommand):
    """Make the demo's accounts, or bring their passwords back. For a desk only: the passwords are public."""

    help = "Make the demo's staff and customer accounts, and print their passwords."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing, set the passwords, print them."""
        for username, account in ACCOUNTS.items():
            self.ensure(username, account)
            self.stdout.write(f"  {username:10} {account['password']:22} {account['role']}")

    @transaction.atomic
    def ensure(self, username: str, account: dict[str, Any]) -> None:
        """Make one account, or mend it."""
        user, _ = get_user_model().objects.get_or_create(
            username=username, defaults={"email": f"{username}@storefront.example", **account["fields"]}
        )
        if not user.check_password(account["password"]):
            user.set_password(account["password"])
            user.save()
