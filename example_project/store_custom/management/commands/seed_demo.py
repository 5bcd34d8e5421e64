"""The command ``seed_demo``, which adds accounts and sample data."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from store_custom.services import addresses, demo
from storefront_store.services import groups

ACCOUNTS: Final[dict[str, dict[str, Any]]] = {
    "admin": {
        "password": "admin-of-the-demo",
        "fields": {"first_name": "Ada", "last_name": "Min", "is_staff": True, "is_superuser": True},
        "role": "staff: the admin, and all routes of the API",
    },
    "customer": {
        "password": "customer-of-the-demo",
        "fields": {"first_name": "Cora", "last_name": "Mertens"},
        "role": "a customer: carts, orders, reviews, likes",
    },
    "support": {
        "password": "support-of-the-demo",
        "fields": {"first_name": "Sam", "last_name": "Porter", "is_staff": True},
        "group": groups.CUSTOMER_SERVICE,
        "role": "customer service: customers and orders in the admin site",
    },
}


class Command(BaseCommand):
    """Creates the demo accounts or resets their passwords. Only for development, because the passwords are public."""

    help = "Make the demo's accounts and print their passwords; tag, like and order products of the demo catalogue."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options of the command."""
        less = parser.add_mutually_exclusive_group()
        less.add_argument("--accounts-only", action="store_true", help="Nothing but the accounts.")
        less.add_argument(
            "--no-sales",
            action="store_true",
            help="Accounts, shipping methods and a voucher; nothing that people did.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the accounts and the sample data, and print the passwords."""
        groups.create_groups()
        for username, account in ACCOUNTS.items():
            self.ensure(username, account)
            self.stdout.write(f"  {username:10} {account['password']:22} {account['role']}")
        if options["no_sales"]:
            demo.offer()
        elif not options["accounts_only"]:
            customer = get_user_model().objects.get(username="customer")
            added = demo.live(ACCOUNTS["customer"]["password"], customer)
            if added.orders and options["verbosity"]:
                self.stderr.write(f"{added.tags} tags, {added.likes} likes and {added.orders} orders added.")

    @transaction.atomic
    def ensure(self, username: str, account: dict[str, Any]) -> None:
        """Create an account, or reset its password."""
        user, _ = get_user_model().objects.get_or_create(
            username=username, defaults={"email": f"{username}@storefront.example", **account["fields"]}
        )
        addresses.confirm(user.email)  # so that the account gets all mails
        if "group" in account:
            user.groups.add(Group.objects.get(name=account["group"]))
        if not user.check_password(account["password"]):
            user.set_password(account["password"])
            user.save()
