"""Import of all data of a course project into the tables of the packages, in one transaction."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management.color import no_style
from django.db import connections, router, transaction

from course_database import accounts, catalogue, links, orders
from course_database.context import Move
from course_database.report import Report
from course_database.source import Source
from storefront_store.conf import get_model
from storefront_store.models import CatalogueVersion

STEPS: Final = (
    accounts.copy_users,
    catalogue.copy_catalogue,
    accounts.copy_customers,
    orders.copy_carts,
    orders.copy_orders,
    catalogue.copy_reviews,
    catalogue.copy_images,
    links.copy_tags,
    links.copy_likes,
)
# The data that the packages can't store, by the tables of the course.
LEFT_BEHIND: Final = {
    "memberships in groups (create_groups makes the group of the course)": ("core_user_groups", "auth_user_groups"),
    "permissions of single users": ("core_user_user_permissions", "auth_user_user_permissions"),
}


class _DryRun(Exception):
    """Raised to roll back the transaction."""


def move_database(source: Source, *, media: Path | None = None, dry_run: bool = False) -> Report:
    """Copy users, catalogue, customers, carts, orders, reviews, tags and likes, with their keys and passwords.

    Rows from an earlier import are not changed, so the import can be repeated.

    Args:
        source: The database of the course project.
        media: Its media folder, from which images are validated and stored; without it images are not copied.
        dry_run: Whether to roll back the transaction at the end.

    Returns:
        The report.

    Raises:
        Collision: If a different row with the key of a source row exists.
        SourceError: If the source does not have a column that is needed.
    """
    move = Move(source, Report(), router.db_for_write(get_model("Order")), media)
    try:
        with transaction.atomic(using=move.using):
            for step in STEPS:
                step(move)
            for what, tables in LEFT_BEHIND.items():
                if number := source.count(*tables):
                    move.report.lost[what] += number
            _reset_sequences(move.using)
            if move.report.moved.total():
                CatalogueVersion.objects.bump()
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return move.report


def _reset_sequences(using: str) -> None:
    """Reset the sequences of primary keys after the copied keys."""
    models: list[Any] = [get_user_model(), *apps.get_app_config("storefront_store").get_models()]
    connection = connections[using]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
