from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils.translation import gettext, override

import generic_likes

LOCALE = Path(generic_likes.__file__).parent / "locale"


@pytest.mark.parametrize(("language", "expected"), [("de", "gefällt seit"), ("es", "le gusta desde")])
def test_compiled_catalog_is_used(language, expected):
    with override(language):
        assert gettext("liked at") == expected


@pytest.mark.parametrize("language", ["de", "es"])
def test_all_messages_are_translated(language):
    entries = (LOCALE / language / "LC_MESSAGES" / "django.po").read_text().split("\n\n")[1:]

    assert entries
    assert not [entry for entry in entries if 'msgstr ""' in entry or "#, fuzzy" in entry]


@pytest.mark.parametrize("language", ["de", "es"])
def test_all_messages_are_in_catalog(language):
    catalogue = (LOCALE / language / "LC_MESSAGES" / "django.po").read_text()
    message = re.compile(r'\b_\(\s*"([^"]+)"\s*\)')
    sources = [file for file in LOCALE.parent.rglob("*.py") if "hardening" not in file.parts]
    messages = [text for file in sources for text in message.findall(file.read_text())]

    assert messages
    assert [text for text in messages if f'msgid "{text}"' not in catalogue] == []
