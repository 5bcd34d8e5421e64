from __future__ import annotations

from typing import Any

from django.conf import settings


class ShopRouter:
    """Everything is in the shop's database, and nothing in the default one."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return settings.SHOP_DATABASE

    db_for_write = db_for_read
