"""What is asked of every shop."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of request.

    Attributes:
        name: How shops and results call it.
        title: How tables call it.
        goals: The CPU milliseconds that our store should stay below, by the size of the shop; the goal of the largest
            size that is not above the measured one counts.
        writes: Whether each request can be sent once only, and has to be prepared.
    """

    name: str
    title: str
    goals: dict[int, float] = field(default_factory=dict)
    writes: bool = False

    def goal(self, size: int) -> float | None:
        """Return the goal for a shop of a size, if there is one."""
        sizes = [known for known in self.goals if known <= size]
        return self.goals[max(sizes)] if sizes else None


ROWS: Final = (
    Row("list", "list, page 1", {0: 3.5}),
    Row("deep", "list, page at nine tenths, by number", {0: 25, 1_000_000: 250}),
    Row("cursor", "list, page at nine tenths, by cursor", {0: 4.2}),
    Row("filter", "one collection, prices from 50 to 100, by price", {0: 5.25}),
    Row("search", "search for a word that 20 products have", {0: 8}),
    Row("detail", "one product", {0: 3.5}),
    Row("collections", "collections with the number of their products", {0: 2.5}),
    Row("add", "new cart and its first line", {0: 6.5}),
    Row("cart", "cart of 5 lines", {0: 3.5}),
    Row("orders", "orders of a customer, 3 lines each", {0: 10}),
    Row("checkout", "checkout of 5 lines", {0: 12}, writes=True),
    Row("tags", "100 objects with their tags"),
)
