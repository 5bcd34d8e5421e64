"""Moves everything that a course project holds into the tables of the packages, in one transaction."""

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
# What the packages have no place for, by the tables of the course.
LEFT_BEHIND: Final = {
    "memberships in groups (create_groups makes the group of the course)": ("core_user_groups", "auth_user_groups"),
    "permissions of single users": ("core_user_user_permissions", "auth_user_user_permissions"),
}


class _DryRun(Exception):
    """Raised to roll everything back."""


def move_database(source: Source, *, media: Path | None = None, dry_run: bool = False) -> Report:
    """Copy users, catalogue, customers, carts, orders, reviews, tags and likes, with their keys and passwords.

    Rows that an earlier move has written are left alone, so that moving twice is moving once.

    Args:
        source: The database of the course project.
        media: Its media folder. Images are checked and stored anew from there; without it they are not copied.
        dry_run: Do everything, and roll it back in the end.

    Returns:
        What was done.

    Raises:
        Collision: If a row of another origin has the key of one of the source's.
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
            CatalogueVersion.objects.bump()
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return move.report


def _reset_sequences(using: str) -> None:
    """Let the database go on counting after the keys that were copied."""
    models: list[Any] = [get_user_model(), *apps.get_app_config("storefront_store").get_models()]
    connection = connections[using]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
