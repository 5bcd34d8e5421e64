"""A visitor who looks around, and fills a cart without buying.

    locust -f locustfiles/browse.py --host http://127.0.0.1:8000

Start the site with ``THROTTLING=off`` after ``manage.py seed_db``: all users come from one address here.
"""

from __future__ import annotations

import random
from typing import Any

from locust import HttpUser, between, task


class WebsiteUser(HttpUser):
    """Browses collections and products; now and then puts something into the cart."""

    wait_time = between(1, 5)
    weight = 4

    def on_start(self) -> None:
        """Open a cart, and see what there is."""
        self.cart_id = self.client.post("/store/carts/", json={}).json()["id"]
        self.collections = [row["id"] for row in self.client.get("/store/collections/").json()]
        page = self.client.get("/store/products/?page_size=100", name="/store/products/").json()
        self.products: list[Any] = [row["id"] for row in page["results"]]

    @task(2)
    def view_products(self) -> None:
        """Look at one collection."""
        collection = random.choice(self.collections)
        self.client.get(f"/store/products/?collection_id={collection}", name="/store/products/?collection_id=")

    @task(4)
    def view_product(self) -> None:
        """Look at one product."""
        self.client.get(f"/store/products/{random.choice(self.products)}/", name="/store/products/:id/")

    @task(1)
    def search(self) -> None:
        """Search for a word."""
        word = random.choice(("lamp", "folding", "books", "quiet basket"))
        self.client.get(f"/store/products/?search={word}", name="/store/products/?search=")

    @task(1)
    def add_to_cart(self) -> None:
        """Put one unit of something into the cart."""
        line = {"product_id": random.choice(self.products), "quantity": 1}
        self.client.post(f"/store/carts/{self.cart_id}/items/", json=line, name="/store/carts/:id/items/")

    @task(1)
    def say_hello(self) -> None:
        """Open the page that asks a slow service, which answers from the cache."""
        self.client.get("/playground/hello/")
