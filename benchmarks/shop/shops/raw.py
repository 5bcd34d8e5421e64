"""A bound: Django views that pass on the JSON of one statement each, on our store's tables."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from catalogue import FILTERED_COLLECTION, PRICES
from client import Answer, Request
from work import Work, expect

from shops.base import PROJECTS, NotReady, Shop
from shops.store import Store


class Raw(Shop):
    """The raw views. Lists, details and carts must be the same JSON as our store's."""

    name = "raw"
    title = "raw Django view"
    environment = "naive"
    folder = PROJECTS / "raw"
    seeds = ""
    shares = "store"
    largest = sys.maxsize
    store: Store

    def prepare(self, others: Mapping[str, Shop]) -> None:
        """Remember our store, whose tables it reads.

        Raises:
            NotReady: If there is none.
        """
        store = others.get("store")
        if not isinstance(store, Store):
            raise NotReady("it reads the tables of our store, which takes no part")
        self.store = store

    def same(self, path: str, row: str) -> Work:
        """Return the work of asking for what our store answers to a row, without the count and the links."""
        wanted = strip(self.store.ask(self.store.work(row, 1).requests[0]).json())
        return Work([Request("GET", path)], lambda answer: expect("JSON", strip(answer.json()), wanted))

    def row_list(self, different: int) -> Work:
        """The first page."""
        return self.same("/products/", "list")

    def row_cursor(self, different: int) -> Work:
        """The late page, after the last row before it."""
        last = self.catalogue.page(self.catalogue.deep_page - 1)[-1]
        columns = "SELECT json_build_array(title_key, id) FROM storefront_store_product WHERE title = %s"
        title, key = self.database.ask(self.database_name, columns, last)
        return self.same(f"/products/after/?{urlencode({'title': title, 'id': key})}", "cursor")

    def row_filter(self, different: int) -> Work:
        """One collection between two prices, by price."""
        query = {"collection": FILTERED_COLLECTION, "low": PRICES[0], "high": PRICES[1]}
        return self.same(f"/products/filtered/?{urlencode(query)}", "filter")

    def row_unchanged(self, different: int) -> Work:
        """A view that does nothing: nobody answers sooner."""
        return Work([Request("GET", "/hello/")], lambda answer: expect("JSON", answer.json(), {}))

    def row_reviews(self, different: int) -> Work:
        """The reviews of products that have ten each."""
        numbers = self.catalogue.reviewed_numbers(50)
        work = self.same(f"/products/{numbers[0]}/reviews/", "reviews")
        return Work([Request("GET", f"/products/{number}/reviews/") for number in numbers], work.check)

    def row_collections(self, different: int) -> Work:
        """All collections."""
        return self.same("/collections/", "collections")

    def row_detail(self, different: int) -> Work:
        """Products from all over the catalogue."""
        numbers = self.catalogue.some_numbers(100)
        work = self.same(f"/products/{numbers[0]}/", "detail")
        return Work([Request("GET", f"/products/{number}/") for number in numbers], work.check)

    def row_cart(self, different: int) -> Work:
        """A filled cart of our store's."""
        cart = self.store.new_cart(self.catalogue.lines(0))
        wanted = self.store.ask(Request("GET", f"/store/carts/{cart}/")).json()
        return Work([Request("GET", f"/carts/{cart}/")], lambda answer: expect("JSON", answer.json(), wanted))

    def row_orders(self, different: int) -> Work:
        """All orders of a buyer of our store's."""
        orders = self.store.ask(self.store.work("orders", 1).requests[0]).json()

        def check(answer: Answer) -> None:
            shown = answer.json()
            expect("orders", [order["id"] for order in shown], [order["id"] for order in orders])
            expect("lines", [order["items"] for order in shown], [order["items"] for order in orders])

        return Work([Request("GET", f"/customers/{orders[0]['customer']}/orders/")], check)


def strip(body: Any) -> Any:
    """Return a page without its count and links; anything else as it is."""
    return {"results": body["results"]} if "results" in body else body
