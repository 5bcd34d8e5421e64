"""The plain shop: what a course on Django REST framework ends with."""

from __future__ import annotations

from catalogue import FILTERED_COLLECTION, PRICES
from client import Request
from work import OK, Work

from shops.base import PROJECTS
from shops.carts import CartShop


class Naive(CartShop):
    """The plain shop. It keeps no stock, and answers a checkout with 200."""

    name = "naive"
    title = "plain DRF"
    environment = "naive"
    folder = PROJECTS / "naive"
    seeds = "naive"
    order_status = OK

    def row_filter(self, different: int) -> Work:
        """One collection between two prices, by price."""
        low, high = PRICES
        query = f"collection_id={FILTERED_COLLECTION}&unit_price__gte={low}&unit_price__lte={high}&ordering=unit_price"
        return Work([Request("GET", f"/store/products/?{query}")], self.filter_check())

    def row_admin(self, different: int) -> Work:
        """The list of products in the admin."""
        return self.admin_list("/admin/shop/product/")

    def drain_stock(self, number: int, units: int) -> None:
        """Set the stock of a product."""
        self.database.run(self.database_name, f"UPDATE shop_product SET inventory = {units} WHERE id = {number}")

    def stock(self, number: int) -> int:
        """Return the stock of a product."""
        return int(self.database.ask(self.database_name, "SELECT inventory FROM shop_product WHERE id = %s", number))
