"""Our store: the example project, on the four packages installed from wheels, with production's settings."""

from __future__ import annotations

import base64
import json
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from catalogue import FILTERED_COLLECTION, PRICES, RARE_WORD
from client import Answer, Request
from services import EXAMPLE, site_environment
from work import Work, expect

from shops.base import FOLDER
from shops.carts import CartShop


class Store(CartShop):
    """Our store.

    Throttles are off, as no other shop has any. Mails and receipts are left to a worker where Redis is there as a
    broker; no worker runs, as other shops make none.
    """

    name = "store"
    title = "Django Storefront"
    environment = "store"
    folder = EXAMPLE
    seeds = "store"
    application = "storefront.wsgi:application"
    broker: ClassVar[str] = ""

    def env(self) -> dict[str, str]:
        """Return the environment of a production site."""
        folder = self.services.folder
        site = site_environment(
            DATABASE_URL=f"postgres://postgres@127.0.0.1:{self.database.port}/{self.database_name}",
            EMAIL_URL=f"filemail://{folder / 'mail'}",
            MEDIA_ROOT=str(folder / "media"),
            STATIC_ROOT=str(folder / "static"),
            CELERY_BROKER_URL=self.broker,
            THROTTLING="off",
            PLAYGROUND="off",
        )
        return {**super().env(), **site, **self.secrets, "PYTHONPATH": f"{EXAMPLE}:{FOLDER}"}

    def make_tables(self) -> None:
        """Migrate, and collect the files without which production's settings don't start."""
        self.run("manage.py", "migrate", "--verbosity", "0")
        others = [f"--ignore={name}" for name in ("admin", "rest_framework", "drf_spectacular_sidecar")]
        self.run("manage.py", "collectstatic", "--noinput", "--verbosity", "0", *others)

    def row_filter(self, different: int) -> Work:
        """One collection between two prices, by price."""
        low, high = PRICES
        query = f"collection_id={FILTERED_COLLECTION}&unit_price__gte={low}&unit_price__lte={high}&ordering=unit_price"
        return Work([Request("GET", f"/store/products/?{query}")], self.filter_check())

    def row_search(self, different: int) -> Work:
        """The rare word."""
        return Work([Request("GET", f"/store/products/?search={RARE_WORD}")], self.search_check())

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
