"""The ``on_delete`` handler of this package's foreign keys to the user model."""

from __future__ import annotations

from typing import Any

from django.db import models


def cascade_where_installed(collector: Any, field: Any, sub_objs: Any, using: str) -> None:
    """Delete the rows as ``CASCADE`` does, but only in databases and tenant schemas that have the table."""
    from storefront_auth.tables import has_tables  # needs the models

    if has_tables(using):
        models.CASCADE(collector, field, sub_objs, using)


# Django then passes the queryset without running it; see tests/test_private_parts.py.
cascade_where_installed.lazy_sub_objs = True  # type: ignore[attr-defined]
