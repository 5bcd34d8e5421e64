"""Summaries of variant groups, for lists that show one product of each group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import Count, DateTimeField, F, Max, Min

from storefront_store.conf import app_settings, get_model
from storefront_store.prepared import Prepared, is_plain
from storefront_store.pricing import PriceBook, PromotionPrices, discounted

Variants = tuple[Any, str, int, Decimal, Decimal]  # key and title of a group, a number, the lowest and highest price


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
    wanted = sorted({key for key in keys if key is not None}, key=str)
    if not wanted:
        return {}
    manager = get_model("Product")._default_manager
    is_counted = type(app_settings.PRICE_PROVIDER()) is PromotionPrices and is_plain(manager)
    groups: dict[Any, list[Variants]] = defaultdict(list)
    for found in (_counted if is_counted else _priced)(wanted, prices, using or manager.db):
        groups[found[0]].append(found)
    return {
        key: {
            "title": parts[0][1],
            "count": sum(part[2] for part in parts),
            "price_from": float(min(part[3] for part in parts)),
            "price_to": float(max(part[4] for part in parts)),
        }
        for key, parts in groups.items()
    }


def _counted(keys: Sequence[Any], prices: PriceBook, using: str) -> Iterator[Variants]:
    """Count the variants on sale of some groups in the database, those with equal discounts together."""
    statement = _statement(get_model("Product")._default_manager)
    for key, title, discount, number, low, high in statement.fetch(keys, using=using, at=prices.at):
        yield key, title, number, discounted(low, discount), discounted(high, discount)


@lru_cache(maxsize=8)
def _statement(manager: Any) -> Prepared:
    def build(keys: Any, at: Any) -> Any:
        rows = manager.active().filter(group__pk__in=keys).annotate(group_title=F("group__title")).order_by()
        parts = rows.with_best_discount(at).values("group_id", "group_title", "best_discount")
        return parts.annotate(number=Count("*"), low=Min("unit_price"), high=Max("unit_price"))

    key = manager.model._meta.get_field("group").target_field
    columns = ["group_id", "group_title", "best_discount", "number", "low", "high"]
    return Prepared(build, columns, key=key, bound={"at": DateTimeField()})


def _priced(keys: Sequence[Any], prices: PriceBook, using: str) -> Iterator[Variants]:
    """Read the variants on sale of some groups, for price providers that need each of them."""
    products = get_model("Product")._default_manager.using(using).active().filter(group__in=keys)
    rows = list(prices.annotate(products.select_related("group")))
    prices.load(rows)
    for row in rows:
        price = prices.price(row).effective
        yield row.group_id, row.group.title, 1, price, price
