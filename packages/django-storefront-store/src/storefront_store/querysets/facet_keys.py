"""The number that packs price step, rating and stock of a product, by which products are counted from an index."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal
from functools import reduce
from operator import add
from typing import Any, Final

from django.db.models import Case, IntegerField, Q, Value, When

LEVELS: Final = (4, 3, 2, 1)  # average ratings from which a product counts, in descending order
# Prices at which a step begins: 1, 2.50, 5, 10, 25 and so on. They are part of the table and must not be changed.
STEPS: Final = tuple(sorted(Decimal(digits).scaleb(exponent) for digits in ("1", "2.5", "5") for exponent in range(7)))
PLACES: Final = {"step": 16, "level": 2, "stocked": 1}  # the value of one in each part of the number


def packed() -> Any:
    """Return the expression for the number of a product; it consists of constants and columns of the product only."""
    return reduce(
        add,
        [
            _ladder("unit_price__lt", STEPS, range(len(STEPS)), PLACES["step"], otherwise=len(STEPS)),
            _ladder("rating_average__gte", LEVELS, LEVELS, PLACES["level"]),
            _ladder("inventory__gt", [0], [1], PLACES["stocked"]),
        ],
    )


def _ladder(lookup: str, bounds: Sequence[Any], values: Sequence[int], place: int, otherwise: int = 0) -> Case:
    whens = [When(Q((lookup, bound)), then=Value(value * place)) for bound, value in zip(bounds, values, strict=True)]
    return Case(*whens, default=Value(otherwise * place), output_field=IntegerField())


def unpacked(number: int) -> tuple[int, int, int]:
    """Return price step, level of the rating, and stock (1 or 0) of a number, or band, level and stock of a code."""
    step, rest = divmod(number, PLACES["step"])
    return step, rest // PLACES["level"], rest % PLACES["level"]


def fits(edges: Sequence[Decimal]) -> bool:
    """Return whether each price band consists of whole steps."""
    return set(edges) <= set(STEPS)


def with_band(number: int, band: int) -> int:
    """Return a number with a price band in place of the price step."""
    return band * PLACES["step"] + number % PLACES["step"]


class Codes(dict[int, int]):
    """The numbers with price bands in place of the steps, by the keys that ``count_by_facets()`` returns.

    They are computed when they are first read.

    Args:
        edges: The prices at which bands begin. If they don't fit, the keys have bands already.
    """

    def __init__(self, edges: Sequence[Decimal]) -> None:
        super().__init__()
        self._bands = [bisect_right(edges, low) for low in (Decimal(0), *STEPS)] if fits(edges) else None

    def __missing__(self, key: int) -> int:
        """Compute and keep the code of a key."""
        self[key] = code = key if self._bands is None else with_band(key, self._bands[key // PLACES["step"]])
        return code
