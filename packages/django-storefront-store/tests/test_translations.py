"""All messages of the store are translated into German and Spanish."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

import storefront_store.apps

ROOT = Path(storefront_store.apps.__file__).parent
LANGUAGES = ["de", "es"]
CALLS = {"_": 1, "gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "ngettext": 2, "ngettext_lazy": 2}
TAG = re.compile(r"""\{%\s*(?:translate|trans)\s+(["'])(.*?)\1""")
BLOCK = re.compile(r"\{%\s*blocktrans")
PLACEHOLDER = re.compile(r"%\(\w+\)[sdr]")


def messages_in(source: str) -> Iterator[tuple[str, ...]]:
    """The literal messages of a module: one, or singular and plural."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            arguments = node.args[: CALLS[node.func.id]]
            assert all(isinstance(argument, ast.Constant) for argument in arguments), ast.unparse(node)
            yield tuple(argument.value for argument in arguments)


def messages() -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for path in ROOT.rglob("*.py"):
        found |= set(messages_in(path.read_text(encoding="utf-8")))
    for path in ROOT.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not BLOCK.search(text), path  # not read here: use translate
        found |= {(match[2],) for match in TAG.finditer(text)}
    return found


@pytest.fixture(params=LANGUAGES)
def catalogue(request: Any) -> dict[Any, str]:
    """What the compiled catalogues of the store and its opt-in apps hold, by message, or by message and form."""
    found: dict[Any, str] = {}
    for path in ROOT.rglob(f"locale/{request.param}/LC_MESSAGES/django.mo"):
        with path.open("rb") as compiled:
            found |= gettext.GNUTranslations(compiled)._catalog  # type: ignore[attr-defined]
    return found


def forms(catalogue: dict[Any, str], message: tuple[str, ...]) -> list[str]:
    """The translations of a message in all their forms."""
    keys = [message[0]] if len(message) == 1 else [(message[0], 0), (message[0], 1)]
    return [catalogue.get(key, "") for key in keys]


def test_messages_are_collected() -> None:
    found = messages()

    assert ("The cart is empty.",) in found
    assert ("%(number)d order was updated.", "%(number)d orders were updated.") in found
    assert ("Nothing is recorded.",) in found
    assert len(found) > 150


def test_every_message_is_translated(catalogue: dict[Any, str]) -> None:
    assert [message for message in messages() if not all(forms(catalogue, message))] == []


def test_catalogue_has_no_unknown_messages(catalogue: dict[Any, str]) -> None:
    known = {message[0] for message in messages()} | {""}

    assert {key[0] if isinstance(key, tuple) else key for key in catalogue} - known == set()


def test_placeholders_are_kept(catalogue: dict[Any, str]) -> None:
    for message in messages():
        wanted = sorted(PLACEHOLDER.findall(message[0]))
        for text in forms(catalogue, message):
            assert sorted(PLACEHOLDER.findall(text)) == wanted, message


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_fuzzy_or_obsolete_entries(language: str) -> None:
    text = (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")

    assert "fuzzy" not in text
    assert "#~" not in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "empty", "low", "products"),
    [
        ("de", "Der Warenkorb ist leer.", "Niedrig", "Produkte"),
        ("es", "El carrito está vacío.", "Bajo", "productos"),
    ],
)
def test_api_and_admin_are_translated(
    as_user: Any,
    admin_client: Any,
    make_cart: Any,
    make_product: Any,
    language: str,
    empty: str,
    low: str,
    products: str,
) -> None:
    make_product(inventory=1)
    with translation.override(language):
        answer = as_user.post("/store/orders/", {"cart_id": str(make_cart().pk)})
        page = admin_client.get("/admin/storefront_store/product/").content.decode()

    assert answer.json() == {"cart_id": [empty]}
    assert f">{low}</span>" in page
    assert products in page
