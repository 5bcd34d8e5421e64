"""django-oscar with django-oscar-api, as their documentation sets them up."""

from __future__ import annotations

from catalogue import BUYERS, LINES, PASSWORD, Catalogue, buyer
from client import HOST, Answer, Request
from database import Database
from services import Services
from work import Work, expect

from shops.base import PROJECTS, StockedShop

CSRF_TOKEN = "x" * 32


class Oscar(StockedShop):
    """oscar, with the product list that oscarapi has by default: address, id, UPC and title."""

    name = "oscar"
    title = "oscar"
    environment = "oscar"
    folder = PROJECTS / "oscar"
    seeds = "oscar"
    most_carts = 48
    listed: tuple[str, ...] = ("url", "id", "upc", "title")

    def __init__(self, database: Database, catalogue: Catalogue, services: Services) -> None:
        super().__init__(database, catalogue, services)
        self.sessions: dict[int, str] = {}

    def as_buyer(self, number: int) -> dict[str, str]:
        """Return the headers of somebody who is logged in; oscarapi knows people by their session."""
        number %= BUYERS
        if number not in self.sessions:
            account = {"username": f"{buyer(number)}@shop.example", "password": PASSWORD}
            self.sessions[number] = self.ask(Request("POST", "/api/login/", account)).cookie("sessionid")
        cookies = f"sessionid={self.sessions[number]}; csrftoken={CSRF_TOKEN}"
        return {"Cookie": cookies, "X-CSRFToken": CSRF_TOKEN}

    def add(self, number: int, headers: dict[str, str] | None = None) -> Request:
        """Return the request that puts a product into the basket."""
        line = {"url": f"http://{HOST}/api/products/{number}/", "quantity": 1}
        return Request("POST", "/api/basket/add-product/", line, headers or {})

    def row_list(self, different: int) -> Work:
        """The first page; oscar's order is that of time."""
        return self.page(1)

    def row_deep(self, different: int) -> Work:
        """A late page."""
        return self.page(self.catalogue.deep_page)

    def page(self, number: int) -> Work:
        """Return a page of the list."""

        def check(answer: Answer) -> None:
            body = answer.json()
            expect("count", (body["count"], len(body["results"])), (self.catalogue.size, 10))
            expect("keys", set(body["results"][0]), set(self.listed))

        return Work([Request("GET", f"/api/products/?page={number}")], check)

    def row_detail(self, different: int) -> Work:
        """Products from all over the catalogue; the price is one more request, which is not counted here."""
        numbers = self.catalogue.some_numbers(100)
        first = self.catalogue.product(numbers[0])

        def check(answer: Answer) -> None:
            expect("product", answer.json()["title"], first.title)
            expect("images", len(answer.json()["images"]), int(first.image is not None))

        return Work([Request("GET", f"/api/products/{number}/") for number in numbers], check)

    def row_admin(self, different: int) -> Work:
        """The list of products in Django's admin, a hundred to a page."""
        return self.admin_list("/admin/catalogue/product/")

    def row_collections(self, different: int) -> Work:
        """All categories; oscar counts no products in them."""

        def check(answer: Answer) -> None:
            body = answer.json()
            rows = body["results"] if isinstance(body, dict) else body
            expect("first", rows[0]["name"], "Collection 01")

        return Work([Request("GET", "/api/categories/")], check)

    def row_add(self, different: int) -> Work:
        """A basket of somebody unknown, with its first line."""
        return Work(
            [self.add(self.catalogue.lines(0)[0])], lambda answer: expect("basket", answer.json()["status"], "Open")
        )

    def row_cart(self, different: int) -> Work:
        """The lines of a filled basket: it has addresses of products, not their titles."""
        headers = self.as_buyer(0)
        basket = self.ask(Request("GET", "/api/basket/", headers=headers)).json()
        lines = Request("GET", f"/api/baskets/{basket['id']}/lines/", headers=headers)
        if not self.count(self.ask(lines)):
            for number in self.catalogue.lines(0):
                self.ask(self.add(number, headers))
        return Work([lines], lambda answer: expect("lines", self.count(answer), LINES))

    @staticmethod
    def count(answer: Answer) -> int:
        """Return the number of rows in a list, whether it comes in pages or not."""
        body = answer.json()
        return int(body["count"]) if isinstance(body, dict) else len(body)

    def row_orders(self, different: int) -> Work:
        """The orders of a buyer, ten at a time; lines are one more request for each, which is not counted here."""

        def check(answer: Answer) -> None:
            expect(
                "orders", (answer.json()["count"], len(answer.json()["results"])), (self.orders, min(self.orders, 10))
            )

        return Work([Request("GET", "/api/orders/", headers=self.as_buyer(0))], check)

    def place_orders(self, count: int) -> None:
        """Give the first buyer orders of three lines each."""
        for index in range(count):
            self.ask(self.bought(0, self.catalogue.lines(index)[:3]))
        self.orders = count

    def bought(self, buyer_number: int, numbers: list[int]) -> Request:
        """Fill a basket of a buyer, put it aside, and return the request that buys it."""
        headers = self.as_buyer(buyer_number)
        for number in numbers:
            basket = self.ask(self.add(number, headers)).json()["id"]
        self.database.run(self.database_name, f"UPDATE basket_basket SET status = 'Saved' WHERE id = {basket}")
        return Request("POST", "/api/checkout/", {"basket": f"http://{HOST}/api/baskets/{basket}/"}, headers)

    def row_checkout(self, different: int) -> Work:
        """Baskets that are bought, each by the next of the other buyers."""
        baskets = [self.bought(self.other(index), self.catalogue.lines(index)) for index in range(different)]
        return Work(baskets, lambda answer: expect("order", bool(answer.json()["number"]), True))

    def checkouts(self, count: int, number: int) -> list[Request]:
        """Return checkouts of baskets that hold one unit of a product each."""
        return [self.bought(self.other(index), [number]) for index in range(count)]

    @staticmethod
    def other(index: int) -> int:
        """Return one of the buyers whose orders are not listed."""
        return 1 + index % (BUYERS - 1)

    def drain_stock(self, number: int, units: int) -> None:
        """Set the stock of a product."""
        self.database.run(
            self.database_name,
            f"UPDATE partner_stockrecord SET num_in_stock = {units}, num_allocated = 0 WHERE product_id = {number}",
        )

    def stock(self, number: int) -> int:
        """Return what is left of a product: in stock and not promised to anybody."""
        statement = "SELECT num_in_stock - coalesce(num_allocated, 0) FROM partner_stockrecord WHERE product_id = %s"
        return int(self.database.ask(self.database_name, statement, number))


class RichOscar(Oscar):
    """oscar, with a product list that shows about as much as the other shops' do, by a setting of oscarapi.

    Price and availability are addresses in it, which a client would have to ask for each product.
    """

    name = "oscar_rich"
    title = "oscar, rich list"
    shares = "oscar"
    variables = {"RICH": "1"}
    listed = ("url", "id", "upc", "title", "description", "price", "availability", "images", "categories")

    def can(self, row: str) -> bool:
        """Only the lists differ."""
        return row in ("list", "deep")
