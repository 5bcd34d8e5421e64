"""What our store and the plain shop have in common: carts with keys, tokens, the same addresses."""

from __future__ import annotations

from collections.abc import Sequence

from catalogue import BUYERS, FREQUENT_WORD, LINES, PASSWORD, RARE_WORD, RATINGS, Catalogue, buyer
from client import Answer, Request
from database import Database
from services import Services
from work import CREATED, Work, expect

from shops.base import StockedShop


class CartShop(StockedShop):
    """A shop whose carts are opened by a POST and known by their key, with tokens for those who order."""

    tokens: dict[int, str]

    def __init__(self, database: Database, catalogue: Catalogue, services: Services) -> None:
        super().__init__(database, catalogue, services)
        self.tokens = {}

    def as_buyer(self, number: int) -> dict[str, str]:
        """Return the header of somebody who is logged in."""
        number %= BUYERS
        if number not in self.tokens:
            account = {"username": buyer(number), "password": PASSWORD}
            answer = self.ask(Request("POST", "/auth/jwt/create/", account))
            self.tokens[number] = f"JWT {answer.json()['access']}"
        return {"Authorization": self.tokens[number]}

    def new_cart(self, numbers: Sequence[int] = ()) -> str:
        """Return the key of a new cart with one unit of each of these products."""
        cart: str = self.ask(Request("POST", "/store/carts/", {}), CREATED).json()["id"]
        for number in numbers:
            self.ask(Request("POST", f"/store/carts/{cart}/items/", {"product_id": number, "quantity": 1}), CREATED)
        return cart

    def row_collections(self, different: int) -> Work:
        """All collections."""

        def check(answer: Answer) -> None:
            expect("products", sum(row["products_count"] for row in answer.json()), self.catalogue.size)

        return Work([Request("GET", "/store/collections/")], check)

    def row_detail(self, different: int) -> Work:
        """Products from all over the catalogue."""
        numbers = self.catalogue.some_numbers(100)
        first = self.catalogue.product(numbers[0])

        def check(answer: Answer) -> None:
            body = answer.json()
            expect("product", (body["title"], float(body["unit_price"])), (first.title, float(first.price)))
            expect("images", len(body["images"]), int(first.image is not None))

        return Work([Request("GET", f"/store/products/{number}/") for number in numbers], check)

    def row_list(self, different: int) -> Work:
        """The first page."""
        return Work(
            [Request("GET", "/store/products/")],
            self.page_check(self.catalogue.page(1), self.catalogue.size, "unit_price", "price_with_tax", "images"),
        )

    def row_deep(self, different: int) -> Work:
        """A late page."""
        page = self.catalogue.deep_page
        return Work(
            [Request("GET", f"/store/products/?page={page}")],
            self.page_check(self.catalogue.page(page), self.catalogue.size, "unit_price", "price_with_tax", "images"),
        )

    def row_search(self, different: int) -> Work:
        """The rare word."""
        return Work([Request("GET", f"/store/products/?search={RARE_WORD}")], self.search_check(self.catalogue.found))

    def row_search_many(self, different: int) -> Work:
        """The frequent word."""
        return Work(
            [Request("GET", f"/store/products/?search={FREQUENT_WORD}")],
            self.search_check(self.catalogue.found_often),
        )

    def row_reviews(self, different: int) -> Work:
        """The reviews of products that have ten each."""

        def check(answer: Answer) -> None:
            body = answer.json()
            rows = body["results"] if isinstance(body, dict) else body
            expect("reviews", [row["name"] for row in rows], ["A buyer"] * RATINGS)

        numbers = self.catalogue.reviewed_numbers(50)
        return Work([Request("GET", f"/store/products/{number}/reviews/") for number in numbers], check)

    def row_add(self, different: int) -> Work:
        """New carts with one line each."""
        number = self.catalogue.lines(0)[0]

        def add(answer: Answer) -> Request:
            return Request("POST", f"/store/carts/{answer.json()['id']}/items/", {"product_id": number, "quantity": 1})

        def check(answer: Answer) -> None:
            body = answer.json()
            expect("line", (body["product_id"], body["quantity"]), (number, 1))

        return Work([Request("POST", "/store/carts/", {})], check, CREATED, add)

    def row_cart(self, different: int) -> Work:
        """A filled cart."""
        numbers = self.catalogue.lines(0)
        total = float(sum(self.catalogue.product(number).price for number in numbers))

        def check(answer: Answer) -> None:
            body = answer.json()
            # The plain shop does not sort them, so that PostgreSQL may return them in any order.
            expect("lines", sorted(line["product"]["id"] for line in body["items"]), sorted(numbers))
            expect("total", round(float(body["total_price"]), 2), round(total, 2))

        return Work([Request("GET", f"/store/carts/{self.new_cart(numbers)}/")], check)

    def row_orders(self, different: int) -> Work:
        """All orders of a buyer."""

        def check(answer: Answer) -> None:
            body = answer.json()
            expect("orders", len(body), self.orders)
            expect("lines", {len(order["items"]) for order in body}, {3})

        return Work([Request("GET", "/store/orders/", headers=self.as_buyer(0))], check)

    def order(self, buyer_number: int, cart: str) -> Request:
        """Return the request that buys a cart."""
        return Request("POST", "/store/orders/", {"cart_id": cart}, self.as_buyer(buyer_number))

    def place_orders(self, count: int) -> None:
        """Give the first buyer orders of three lines each."""
        for index in range(count):
            cart = self.new_cart(self.catalogue.lines(index)[:3])
            self.ask(self.order(0, cart), self.order_status)
        self.orders = count

    order_status = CREATED

    def row_checkout(self, different: int) -> Work:
        """Carts that are bought, each by the next of the other buyers."""

        def check(answer: Answer) -> None:
            expect("lines", len(answer.json()["items"]), LINES)

        carts = [self.new_cart(self.catalogue.lines(index)) for index in range(different)]
        requests = [self.order(1 + index % (BUYERS - 1), cart) for index, cart in enumerate(carts)]
        return Work(requests, check, self.order_status)

    def checkouts(self, count: int, number: int) -> list[Request]:
        """Return checkouts of carts that hold one unit of a product each."""
        return [self.order(1 + index % (BUYERS - 1), self.new_cart([number])) for index in range(count)]
