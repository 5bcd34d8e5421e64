"""What happens to rows of this package when their user is deleted."""

from __future__ import annotations

from typing import Any

from django.db import models


def cascade_where_installed(collector: Any, field: Any, sub_objs: Any, using: str) -> None:
    """Delete the rows too, as ``CASCADE`` does, in databases and tenants' schemas that have the table."""
    from storefront_auth.tables import has_tables  # needs the models

    if has_tables(using):
        models.CASCADE(collector, field, sub_objs, using)


# Django then passes the queryset without running it; see tests/test_private_parts.py.
cascade_where_installed.lazy_sub_objs = True  # type: ignore[attr-defined]
