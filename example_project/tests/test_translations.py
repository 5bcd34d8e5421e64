"""Pages and mails of the example project are translated into German and Spanish."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TAG = re.compile(r"""\{% translate "(.*?)"(?: context "(.*?)")?(?: as \w+)? %\}""")
BLOCK = re.compile(r"\{% blocktranslate(?: [^%]*)? %\}(.*?)(?:\{% plural %\}.*?)?\{% endblocktranslate %\}", re.DOTALL)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
SAME = {"Storefront", "Message-ID", "Shop", "Total", "Subtotal"}  # in German or in Spanish
CALLS = {"_", "gettext", "gettext_lazy", "ngettext"}


def messages() -> Iterator[tuple[str, str]]:
    """Yield the messages of the templates and modules with their contexts."""
    for folder in ("store_custom", "storefront"):
        for path in [*ROOT.glob(f"{folder}/**/*.html"), *ROOT.glob(f"{folder}/**/*.txt")]:
            text = path.read_text(encoding="utf-8")
            yield from ((match[1], match[2] or "") for match in TAG.finditer(text))
            for match in BLOCK.finditer(text):
                yield re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", match[1]), ""
        for path in ROOT.glob(f"{folder}/**/*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
                    assert isinstance(node.args[0], ast.Constant), ast.unparse(node)
                    yield str(node.args[0].value), ""


@pytest.mark.parametrize("language", ["de", "es"])
def test_messages_are_translated_with_same_placeholders(language: str) -> None:
    with (ROOT / "locale" / language / "LC_MESSAGES" / "django.mo").open("rb") as compiled:
        catalogue = gettext.GNUTranslations(compiled)
    found = set(messages())

    assert len(found) > 90
    for message, context in found:
        translated = catalogue.pgettext(context, message) if context else catalogue.gettext(message)
        if translated == message:
            translated = catalogue.ngettext(message, message, 2)
        assert translated != message or message in SAME, message
        assert sorted(PLACEHOLDER.findall(translated)) == sorted(PLACEHOLDER.findall(message)), message


@pytest.mark.parametrize("language", ["de", "es"])
def test_compiled_catalogue_contains_translations_of_source(language: str) -> None:
    folder = ROOT / "locale" / language / "LC_MESSAGES"
    with (folder / "django.mo").open("rb") as compiled:
        texts = {text for text in gettext.GNUTranslations(compiled)._catalog.values() if text}  # type: ignore[attr-defined]
    written = re.findall(
        r'^msgstr(?:\[\d\])? "(.+)"$', (folder / "django.po").read_text(encoding="utf-8"), re.MULTILINE
    )

    assert {text.encode().decode("unicode_escape").encode("latin-1").decode() for text in written} <= texts
