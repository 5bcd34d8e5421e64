"""Summaries of variant groups, for lists that show one product of each group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from django.db.models import DateTimeField, F

from storefront_store.conf import app_settings, get_model
from storefront_store.prepared import Prepared, is_plain
from storefront_store.pricing import PriceBook


def offers_by_group(keys: Iterable[Any], prices: PriceBook, using: str | None = None) -> dict[Any, dict[str, Any]]:
    """Return the title, the number of variants and the range of prices of groups, in one query.

    Args:
        keys: The primary keys of the groups; ``None`` is ignored.
        prices: The prices of the request.
        using: The alias of the database; by default the default database.

    Returns:
        ``title``, ``count``, ``price_from`` and ``price_to`` by the key of the group, for variants on sale. Groups
        without such variants are missing.
    """
    wanted = {key for key in keys if key is not None}
    if not wanted:
        return {}
    rows = _read_variants(sorted(wanted, key=str), prices, using)
    prices.load(rows)
    offers: dict[Any, dict[str, Any]] = {}
    for row in rows:
        price = float(prices.price(row).effective)
        offer = offers.setdefault(
            row.group_id, {"title": row.group_title, "count": 0, "price_from": price, "price_to": price}
        )
        offer["count"] += 1
        offer["price_from"] = min(offer["price_from"], price)
        offer["price_to"] = max(offer["price_to"], price)
    return offers


def _read_variants(keys: Sequence[Any], prices: PriceBook, using: str | None) -> list[Any]:
    """Return the variants on sale of some groups, with what the price provider needs."""
    manager = get_model("Product")._default_manager
    if prices.can_be_prepared and is_plain(manager):
        provider = type(app_settings.PRICE_PROVIDER())
        statement = _statement(manager, provider)
        found = statement.fetch(keys, using=using or manager.db, at=prices.at)
        return [SimpleNamespace(**dict(zip(statement.columns, values, strict=True))) for values in found]
    products = manager.using(using).active().filter(group__in=keys).select_related("group")
    rows = list(prices.annotate(products))
    for row in rows:
        row.group_title = row.group.title
    return rows


@lru_cache(maxsize=8)
def _statement(manager: Any, provider: Any) -> Prepared:
    annotate = getattr(provider(), "annotate", None)

    def build(keys: Any, at: Any) -> Any:
        rows = manager.active().filter(group__pk__in=keys).annotate(group_title=F("group__title")).order_by()
        return annotate(rows, at=at) if annotate else rows

    key = manager.model._meta.get_field("group").target_field
    return Prepared(build, ["pk", "group_id", "group_title", *provider.columns], key=key, bound={"at": DateTimeField()})
