"""JSON documents."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from storefront_store.interchange.errors import UnreadableFile
from storefront_store.interchange.files.base import MOST_COLUMNS, Row, Source, too_wide
from storefront_store.interchange.files.json_stream import list_entries
from storefront_store.interchange.files.text import open_text
from storefront_store.interchange.wording import option

FIXTURE_KEYS = {"model", "fields"}


class JsonSource(Source):
    """A JSON document: a list of products, or an object with such a list.

    Args:
        path: The file.
        encoding: Its encoding.
        list_key: The key of the products in an object; by default ``products`` or the only list with objects.
    """

    form = "JSON"
    has_paths = True

    def __init__(self, path: Path, encoding: str, list_key: str | None) -> None:
        self._encoding = encoding
        self._key = list_key
        super().__init__(path)

    def rows(self) -> Iterator[Row]:
        """Yield the rows of products."""
        for number, entry in enumerate(self.section(self._key), 1):
            if isinstance(entry, dict):
                yield Row(number, entry)
            else:
                yield Row(number, problem=_("not an object"))

    def section(self, name: str | None) -> Iterator[Any]:
        """Yield the rows of the list ``name``; None means a document that is a list."""
        with open_text(self.path, self._encoding) as stream:
            for key, entry in list_entries(stream):
                if key == name:
                    yield entry

    def _survey(self) -> None:
        columns: dict[str | None, Counter[str]] = defaultdict(Counter)
        counts: Counter[str | None] = Counter()
        firsts: dict[str | None, list[str]] = {}
        with open_text(self.path, self._encoding) as stream:
            for key, entry in list_entries(stream):
                counts[key] += 1
                known = columns[key]
                if isinstance(entry, dict):
                    if key is None and entry.keys() >= FIXTURE_KEYS:
                        raise UnreadableFile(_("This is a Django fixture, not a format of a catalogue: use loaddata."))
                    if len(entry) > MOST_COLUMNS:
                        raise too_wide(counts[key], len(entry))
                    firsts.setdefault(key, [f"{name}: {value}" for name, value in entry.items()])
                    known.update(name for name in _names(entry) if name in known or len(known) < MOST_COLUMNS)
        self._key = _choose_list(self._key, columns)
        self.columns, self.count = columns[self._key], counts[self._key]
        self.first = firsts.get(self._key, [])


def _names(entry: Mapping[str, Any]) -> Iterator[str]:
    for name, value in entry.items():
        yield name
        if isinstance(value, dict):
            yield from (f"{name}.{inner}" for inner in value)


def _choose_list(wanted: str | None, columns: Mapping[str | None, Mapping[str, int]]) -> str | None:
    """Return the key of the list of products."""
    if wanted is not None:
        if wanted not in columns:
            raise UnreadableFile(_("There is no list “%(name)s” with something in it in this file.") % {"name": wanted})
        return wanted
    if None in columns:
        return None
    if "products" in columns:
        return "products"
    filled = [key for key, names in columns.items() if names]
    if not filled:
        raise UnreadableFile(_("There is no list of products in this file."))
    if len(filled) > 1:
        raise UnreadableFile(
            _("There are several lists in this file: %(names)s. Choose one of them with %(option)s.")
            % {"names": ", ".join(map(str, filled)), "option": option("list_key")}
        )
    return filled[0]
