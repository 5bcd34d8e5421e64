"""German and Spanish, selected by the browser's language, by the switch and by the profile."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect


@pytest.fixture
def context(browser: Browser, client_url: str) -> Iterator[BrowserContext]:
    """A browser with Swiss German as its language."""
    opened = browser.new_context(viewport={"width": 1280, "height": 900}, locale="de-CH", reduced_motion="reduce")
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


def test_pages_use_browser_language_and_selected_language(
    shopper: Any, console: Any, create_product: Callable[..., Any]
) -> None:
    create_product(title="Teapot", unit_price=Decimal("1234.50"))
    page = shopper.page
    shopper.visit("/")
    shopper.heading("Alles")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(shopper.text("1 Produkt")).to_be_visible()
    expect(page.locator(".card .price")).to_have_text(re.compile(r"^\$\s1.234\.50$"))
    expect(page.get_by_placeholder("Teekannen, Lampen, Schnur suchen …")).to_be_visible()

    console.expected = {401}
    page.get_by_role("link", name="Anmelden").click()
    page.get_by_label("Benutzername").fill("cora")
    page.get_by_label("Passwort").fill("something-else")
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("alert")).to_contain_text("kein aktives Konto")

    page.get_by_label("Sprache").select_option("Español")
    shopper.heading("Iniciar sesión")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.get_by_label("Nombre de usuario").fill("cora")
    page.get_by_label("Contraseña").fill("something-else")
    page.get_by_role("button", name="Iniciar sesión").click()
    expect(page.get_by_role("alert")).to_contain_text("cuenta activa")  # the API uses the selected language
    shopper.visit("/")  # the selection is stored
    shopper.heading("Todo")


@pytest.mark.parametrize(
    ("included", "sentence"),
    [
        (False, "Preise ohne Steuer, wenn nichts anderes dabeisteht."),
        (True, "Zu den Preisen kommt keine Steuer hinzu."),
    ],
)
def test_footer_states_whether_tax_is_added(
    shopper: Any, settings: Any, create_product: Callable[..., Any], included: bool, sentence: str
) -> None:
    settings.STOREFRONT_STORE = {**settings.STOREFRONT_STORE, "PRICES_INCLUDE_TAX": included}
    create_product(title="Teapot")

    shopper.visit("/")

    expect(shopper.page.locator("#tax-note")).to_have_text(sentence)
