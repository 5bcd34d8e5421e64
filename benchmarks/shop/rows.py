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
        of_list: The same, as a multiple of what the first page of the list costs.
        writes: Whether each request can be sent once only, and has to be prepared.
    """

    name: str
    title: str
    goals: dict[int, float] = field(default_factory=dict)
    of_list: float | None = None
    writes: bool = False

    def goal(self, size: int, list_ms: float | None) -> float | None:
        """Return the goal for a shop of a size, if there is one.

        Args:
            size: The number of products.
            list_ms: What the first page of the list costs.
        """
        if self.of_list is not None:
            return None if list_ms is None else self.of_list * list_ms
        sizes = [known for known in self.goals if known <= size]
        return self.goals[max(sizes)] if sizes else None


ROWS: Final = (
    Row("list", "list, page 1", {0: 3.5}),
    Row("deep", "list, page at nine tenths, by number", {0: 25, 1_000_000: 250}),
    Row("cursor", "list, page at nine tenths, by cursor", of_list=1.2),
    Row("unchanged", "list, page 1, answered with 304", {0: 1}),
    Row("filter", "one collection, prices from 50 to 100, by price", of_list=1.5),
    Row("search", "search for a word that 20 products have", {0: 8}),
    Row("search_many", "search for a word that 2,600 products have", {0: 12}),
    Row("detail", "one product", {0: 3.5}),
    Row("reviews", "ten reviews of a product", {0: 1.9}),
    Row("collections", "collections with the number of their products", {0: 2.5}),
    Row("add", "new cart and its first line", {0: 6.5}),
    Row("cart", "cart of 5 lines", {0: 3.5}),
    Row("orders", "50 orders of a customer, 3 lines each", {0: 10}),
    Row("checkout", "checkout of 5 lines", {0: 12}, writes=True),
    Row("admin", "list of products in the admin", {0: 30}),
    Row("tags", "100 objects with their tags"),
)
