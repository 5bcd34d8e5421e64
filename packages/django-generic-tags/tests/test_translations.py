from __future__ import annotations

from pathlib import Path

import pytest
from django.utils.translation import gettext, override

import generic_tags

LOCALE = Path(generic_tags.__file__).parent / "locale"


@pytest.mark.parametrize(
    ("language", "expected"), [("de", "Schlagwörter zusammenführen"), ("es", "Fusionar etiquetas")]
)
def test_the_compiled_catalogue_is_used(language, expected):
    with override(language):
        assert gettext("Merge tags") == expected


@pytest.mark.parametrize("language", ["de", "es"])
def test_nothing_is_left_untranslated(language):
    entries = (LOCALE / language / "LC_MESSAGES" / "django.po").read_text().split("\n\n")[1:]

    assert entries
    assert not [entry for entry in entries if 'msgstr ""' in entry or "#, fuzzy" in entry]
