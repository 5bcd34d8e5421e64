"""Routers as hosts have them."""

from __future__ import annotations

from typing import Any


class Replica:
    """Reads go to a replica, which is far behind; writes go to the primary."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """Return the replica."""
        return "other"

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """Return the primary."""
        return "default"

    def allow_relation(self, *args: Any, **hints: Any) -> bool:
        """Return that rows of both may be joined: they are the same."""
        return True


class WithoutStore:
    """The other database has users and no store, as the public schema of a project with tenants."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """Return whether the tables of an app belong into a database."""
        return False if db == "other" and app_label == "storefront_store" else None
