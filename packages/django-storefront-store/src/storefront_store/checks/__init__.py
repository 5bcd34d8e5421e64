"""System checks for settings, models and databases, each with a stable id and a hint.

Errors: E001 unknown setting, E002 path that can't be imported, E003 swapped model without the abstract base's
fields, E004 app missing, E005 value of a wrong kind, E006 swapped model that is not in its app's first migration,
E007 adjuster without its method, E008 user model whose ``is_staff`` is a method, E009 user model that was chosen
after the store's tables were made.
Warnings: W001 connections that don't persist, W002 isolation level, W003 SQLite
without immediate transactions, W004 media not configured, W005 throttle cache missing or not shared, W006 no limit
on waiting for locks, W007 the project's decimals as strings, W008 URLs not included.
"""

from __future__ import annotations

from django.core import checks

from storefront_store.checks.databases import check_databases, check_first_migrations, check_user_model_came_first
from storefront_store.checks.models import check_swapped_models, check_user_model
from storefront_store.checks.project import check_apps, check_deployment, check_media, check_rest_framework, check_urls
from storefront_store.checks.settings import check_settings

__all__ = ["register"]


def register() -> None:
    """Register all checks with Django."""
    checks.register(check_settings, "storefront_store")
    checks.register(check_apps, "storefront_store")
    checks.register(check_swapped_models, checks.Tags.models)
    checks.register(check_user_model, checks.Tags.models)
    checks.register(check_databases, checks.Tags.database)
    checks.register(check_first_migrations, checks.Tags.database)
    checks.register(check_deployment, checks.Tags.security, deploy=True)
    checks.register(check_media, checks.Tags.files)
    checks.register(check_rest_framework, "storefront_store")
    checks.register(check_urls, checks.Tags.urls)
    checks.register(check_user_model_came_first, checks.Tags.database)
