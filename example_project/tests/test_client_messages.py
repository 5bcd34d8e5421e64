"""The client's messages: the catalogue of each language contains exactly the texts that the code uses."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

import pytest

CLIENT: Final = Path(__file__).resolve().parent.parent / "client"
STRING: Final = r'"((?:[^"\\]|\\.)*)"'
PLAIN: Final = re.compile(rf"\bt\(\s*{STRING}")
PLURAL: Final = re.compile(rf"\btn\(\s*{STRING},\s*{STRING}")
TAG: Final = re.compile(r"<[^>]*\bdata-t(?:=\"(?P<names>[^\"]+)\")?>(?P<text>[^<]*)")
KEY: Final = rf"(?:{STRING}|(\w+))"
ENTRY: Final = re.compile(rf"^  {KEY}:\s*(?:{STRING}|\{{(.*?)\}}),$", re.MULTILINE | re.DOTALL)
FORM: Final = re.compile(rf"(\w+): {STRING}")
FORMS: Final = {"de": {"one", "other"}, "es": {"one", "many", "other"}}
LANGUAGES: Final = sorted(FORMS)


def used_texts() -> set[str]:
    """Return the texts that the code and the page use."""
    texts = set()
    for path in CLIENT.glob("js/**/*.js"):
        if path.parent.name != "locale":
            code = path.read_text()
            texts |= {match[1] for pattern in (PLAIN, PLURAL) for match in pattern.finditer(code)}
    for tag in TAG.finditer((CLIENT / "index.html").read_text()):
        for name in (tag["names"] or "").split():
            texts.add(re.search(rf'\b{name}="([^"]*)"', tag[0])[1])  # type: ignore[index]
        if not tag["names"]:
            texts.add(tag["text"])
    return {json.loads(f'"{text}"') for text in texts}


def catalogue(language: str) -> dict[str, dict[str, str]]:
    """Return the plural forms of each message, or ``{"": text}`` for a text without plural."""
    found = {}
    for quoted, bare, text, forms in ENTRY.findall((CLIENT / "js" / "locale" / f"{language}.js").read_text()):
        found[quoted or bare] = dict(FORM.findall(forms)) if forms else {"": text}
    return found


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{\w+\}", text))


def test_offered_languages_match_catalogues() -> None:
    offered = re.search(r"LANGUAGES = \{(.*?)\}", (CLIENT / "js" / "i18n.js").read_text())
    assert offered is not None
    assert set(re.findall(r"(\w+): ", offered[1])) == {"en", *LANGUAGES}
    assert {path.stem for path in CLIENT.glob("js/locale/*.js")} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_contains_exactly_used_texts(language: str) -> None:
    texts, messages = used_texts(), catalogue(language)
    assert len(texts) > 200
    assert texts - messages.keys() == set()
    assert messages.keys() - texts == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_keep_placeholders_and_plural_forms(language: str) -> None:
    for text, forms in catalogue(language).items():
        for form, message in forms.items():
            assert message.strip(), text
            assert placeholders(message) == placeholders(text), (text, form)
        assert set(forms) in ({""}, FORMS[language]), text


def test_plural_messages_match_plural_calls() -> None:
    counted = {match[1] for path in CLIENT.glob("js/**/*.js") for match in PLURAL.finditer(path.read_text())}
    for language in LANGUAGES:
        assert {text for text, forms in catalogue(language).items() if "" not in forms} == counted
