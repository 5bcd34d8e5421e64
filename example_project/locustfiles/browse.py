"""Locust user that browses the catalogue and fills a cart, without placing an order.

    locust -f locustfiles/browse.py --host http://127.0.0.1:8000

Start the site with ``THROTTLING=off``, because all users have the same address, after ``manage.py seed_db``.
"""

from __future__ import annotations

import random
from typing import Any

from locust import HttpUser, between, task


class WebsiteUser(HttpUser):
    """Browses collections and products, and sometimes adds a product to the cart."""

    wait_time = between(1, 5)
    weight = 4

    def on_start(self) -> None:
        """Create a cart, and read the collections."""
        self.cart_id = self.client.post("/store/carts/", json={}).json()["id"]
        self.collections = [row["id"] for row in self.client.get("/store/collections/").json()]
        page = self.client.get("/store/products/?page_size=100", name="/store/products/").json()
        self.products: list[Any] = [row["id"] for row in page["results"]]

    @task(2)
    def view_products(self) -> None:
        """Read the products of a collection."""
        collection = random.choice(self.collections)
        self.client.get(f"/store/products/?collection_id={collection}", name="/store/products/?collection_id=")

    @task(4)
    def view_product(self) -> None:
        """Read a product."""
        self.client.get(f"/store/products/{random.choice(self.products)}/", name="/store/products/:id/")

    @task(1)
    def search(self) -> None:
        """Search for a word."""
        word = random.choice(("lamp", "folding", "books", "quiet basket"))
        self.client.get(f"/store/products/?search={word}", name="/store/products/?search=")

    @task(1)
    def add_to_cart(self) -> None:
        """Add a product to the cart."""
        line = {"product_id": random.choice(self.products), "quantity": 1}
        self.client.post(f"/store/carts/{self.cart_id}/items/", json=line, name="/store/carts/:id/items/")

    @task(1)
    def say_hello(self) -> None:
        """Read the page with the cached response of a slow service."""
        self.client.get("/playground/hello/")
