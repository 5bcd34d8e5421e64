"""Our store."""

from __future__ import annotations

import base64
import json
import sys
import time
from typing import Final
from urllib.parse import parse_qs, urlsplit

from catalogue import FILTERED_COLLECTION, PRICES
from client import Answer, Request
from work import NOT_MODIFIED, Work, expect

from shops.carts import CartShop
from shops.example import Example

FRESHNESS_SECONDS: Final = 5  # the store's setting LIST_FRESHNESS_SECONDS


class Store(Example, CartShop):
    """Our store."""

    name = "store"
    title = "Django Storefront"
    largest = sys.maxsize

    def row_filter(self, different: int) -> Work:
        """One collection between two prices, by price."""
        low, high = PRICES
        query = f"collection_id={FILTERED_COLLECTION}&unit_price__gte={low}&unit_price__lte={high}&ordering=unit_price"
        return Work([Request("GET", f"/store/products/?{query}")], self.filter_check())

    def row_unchanged(self, different: int) -> Work:
        """The first page, for somebody who has it already; the tag is good until the current five seconds are over."""
        time.sleep(FRESHNESS_SECONDS - time.time() % FRESHNESS_SECONDS)
        tag = self.ask(Request("GET", "/store/products/")).header("etag")
        request = Request("GET", "/store/products/", headers={"If-None-Match": tag})
        return Work([request], lambda answer: expect("body", answer.body, b""), NOT_MODIFIED)

    def row_admin(self, different: int) -> Work:
        """The list of products in the admin."""
        return self.admin_list("/admin/storefront_store/product/")

    def row_cursor(self, different: int) -> Work:
        """The late page, by the cursor that stands before it."""
        page = self.catalogue.deep_page
        titles = self.catalogue.page(page)

        def check(answer: Answer) -> None:
            expect("titles", [row["title"] for row in answer.json()["results"]], titles)

        return Work([Request("GET", self.cursor(page))], check)

    def cursor(self, page: int) -> str:
        """Return the address of a page by cursor: that of the second page, moved to the last row before this one."""
        first = self.ask(Request("GET", "/store/products/?pagination=cursor")).json()["next"]
        token = parse_qs(urlsplit(first).query)["cursor"][0]
        backwards, order, _ = json.loads(base64.urlsafe_b64decode(token))
        columns = ", ".join(f"{name.replace('pk', 'id')}::text" for name in order)
        statement = f"SELECT json_build_array({columns}) FROM storefront_store_product WHERE title = %s"
        values = self.database.ask(self.database_name, statement, self.catalogue.page(page - 1)[-1])
        moved = base64.urlsafe_b64encode(json.dumps([backwards, order, values]).encode()).decode()
        return f"/store/products/?pagination=cursor&cursor={moved}"

    def drain_stock(self, number: int, units: int) -> None:
        """Set the stock of a product."""
        self.database.run(
            self.database_name, f"UPDATE storefront_store_product SET inventory = {units} WHERE id = {number}"
        )

    def stock(self, number: int) -> int:
        """Return the stock of a product."""
        return int(
            self.database.ask(
                self.database_name, "SELECT inventory FROM storefront_store_product WHERE id = %s", number
            )
        )
