"""Locust user that signs up, places orders and reads them.

locust -f locustfiles/browse.py,locustfiles/buy.py --host http://127.0.0.1:8000
"""

from __future__ import annotations

import random
import uuid
from typing import Any

from locust import HttpUser, between, task


class Customer(HttpUser):
    """Orders one to three products at a time; one user in five is a customer."""

    wait_time = between(1, 5)
    weight = 1

    def on_start(self) -> None:
        """Sign up and log in."""
        name = f"load-{uuid.uuid4().hex[:12]}"
        account = {"username": name, "password": uuid.uuid4().hex, "email": f"{name}@storefront.example"}
        self.client.post("/auth/users/", json=account)
        tokens = self.client.post("/auth/jwt/create/", json=account).json()
        self.client.headers["Authorization"] = f"JWT {tokens['access']}"
        page = self.client.get("/store/products/?page_size=100&in_stock=true", name="/store/products/").json()
        self.products: list[Any] = [row["id"] for row in page["results"]]

    @task(3)
    def buy(self) -> None:
        """Fill a cart and place an order; a product that is out of stock is not a failure."""
        cart_id = self.client.post("/store/carts/", json={}).json()["id"]
        for product in random.sample(self.products, random.randint(1, 3)):
            line = {"product_id": product, "quantity": 1}
            self.client.post(f"/store/carts/{cart_id}/items/", json=line, name="/store/carts/:id/items/")
        key = {"Idempotency-Key": uuid.uuid4().hex}
        order = {"cart_id": cart_id}
        with self.client.post("/store/orders/", json=order, headers=key, catch_response=True) as answer:
            if answer.status_code == 409:
                answer.success()

    @task(1)
    def look_at_orders(self) -> None:
        """Read the list of the user's orders."""
        self.client.get("/store/orders/")

    @task(1)
    def like_something(self) -> None:
        """Like a product."""
        product = random.choice(self.products)
        self.client.put(f"/store/products/{product}/like/", name="/store/products/:id/like/")
