"""Fixtures for browser tests: a browser, the client on a separate origin from the API, and the browser's console."""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from client.serve import build_server
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect, sync_playwright

from storefront.settings import test as test_settings
from storefront_auth.conf import DEFAULTS as AUTH_DEFAULTS
from storefront_store.demo.seeding import seed_catalogue

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SWITCHES: Final = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
PATIENCE: Final = 15_000  # milliseconds
expect.set_options(timeout=PATIENCE)
PASSWORD: Final = "a-rather-long-password"
PRODUCTS: Final = 28  # two pages


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests in this folder, and skip them with a reason if there is no browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for one module, because Django rejects database access while Playwright's event loop is running."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield running
        running.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture
def client_url(live_server: Any, settings: Any) -> Iterator[str]:
    """The URL of the client; the API allows its origin and has no throttles."""
    server = build_server("127.0.0.1", 0, api=live_server.url)
    url = f"http://127.0.0.1:{server.server_port}"
    settings.CORS_ALLOWED_ORIGINS = [url]
    settings.PAYMENT_HOST = live_server.url.removeprefix("http://")
    settings.STOREFRONT_STORE_PAYMENTS = {**settings.STOREFRONT_STORE_PAYMENTS, "RETURN_ORIGINS": [url]}
    settings.MEDIA_ROOT = test_settings.MEDIA_ROOT  # the folder that the URLs serve
    settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "THROTTLE_RATES": {}}
    rates = dict.fromkeys(AUTH_DEFAULTS["THROTTLE_RATES"])
    settings.STOREFRONT_AUTH = {**settings.STOREFRONT_AUTH, "THROTTLE_RATES": rates}
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield url
    server.shutdown()
    server.server_close()
    thread.join()
    shutil.rmtree(test_settings.MEDIA_ROOT, ignore_errors=True)


@dataclass
class Console:
    """The errors in the browser's console.

    Attributes:
        complaints: Logged errors and uncaught exceptions.
        expected: The status codes of error responses that the test causes, which the browser logs.
        away: Whether the test causes requests without a response.
    """

    complaints: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)
    away: bool = False

    def hear(self, message: ConsoleMessage) -> None:
        """Store a message if it is an error."""
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def surprises(self) -> list[str]:
        """Return the errors that the test does not expect."""
        return [complaint for complaint in self.complaints if not self.provoked(complaint)]

    def provoked(self, complaint: str) -> bool:
        """Return whether an error is expected."""
        status = re.search(r"responded with a status of (\d+)", complaint)
        if status:
            return int(status[1]) in self.expected
        return self.away and "net::ERR_" in complaint


@pytest.fixture
def console() -> Console:
    """The console of the page."""
    return Console()


@dataclass
class Shopper:
    """A user of the client.

    Attributes:
        page: The page in the browser.
        home: The URL of the client.
    """

    page: Page
    home: str

    def visit(self, path: str = "/") -> None:
        """Open a path by its URL."""
        self.page.goto(self.home + path)
        self.page.locator("#main h1").wait_for()

    def sign_in(self, username: str = "cora") -> None:
        """Sign in with the form."""
        self.visit("/sign-in")
        self.page.get_by_label("User name").fill(username)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.heading("Everything")
        self.page.get_by_role("link", name="Orders").wait_for()

    def put_in_cart(self, product: Any, quantity: int = 1) -> None:
        """Open a product and add it to the cart."""
        self.visit(f"/products/{product.pk}")
        self.page.get_by_role("spinbutton", name="Quantity").fill(str(quantity))
        self.page.get_by_role("button", name="Add to cart").click()
        self.page.get_by_role("link", name=re.compile("Cart, [1-9]")).wait_for()

    def go(self, link: str) -> None:
        """Follow a link in the header of the page."""
        self.page.locator("header").get_by_role("link", name=re.compile(link)).click()

    def text(self, words: str, *, exact: bool = False) -> Locator:
        """Return the visible element with this text, without elements for screen readers only."""
        return self.page.get_by_text(words, exact=exact).and_(self.page.locator(":not(#announcer)"))

    def heading(self, text: str | re.Pattern[str]) -> None:
        """Wait until the page has this heading."""
        expect(self.page.locator("#main").get_by_role("heading", level=1)).to_have_text(text)


@pytest.fixture
def context(browser: Browser, client_url: str) -> Iterator[BrowserContext]:
    """A new browser context."""
    opened = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US", reduced_motion="reduce")
    opened.set_default_timeout(PATIENCE)
    yield opened
    opened.close()


@pytest.fixture
def shopper(context: BrowserContext, client_url: str, console: Console) -> Iterator[Shopper]:
    """A visitor; after the test the console must only contain expected errors."""
    page = context.new_page()
    page.on("console", console.hear)
    page.on("pageerror", lambda error: console.complaints.append(str(error)))
    yield Shopper(page, client_url)
    page.close()
    assert console.surprises() == []


@pytest.fixture
def customer(create_user: Callable[..., Any]) -> Any:
    """Cora, a customer with an account."""
    return create_user("cora", first_name="Cora", last_name="Mertens")


@pytest.fixture
def staff(create_user: Callable[..., Any]) -> Any:
    """Ada, a staff member."""
    return create_user("ada", first_name="Ada", last_name="Min", is_staff=True)


@pytest.fixture
def catalogue(live_server: Any) -> None:
    """A part of the demo catalogue, without images."""
    seed_catalogue(PRODUCTS, images=False)
