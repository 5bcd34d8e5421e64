"""Product feeds in XML: RSS and Atom."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Final

from django.utils.translation import gettext as _

from storefront_store.interchange.errors import MissingLibrary, UnreadableFile
from storefront_store.interchange.files.base import LARGEST_ENTRY, MOST_COLUMNS, Row, Source

try:
    from defusedxml import DefusedXmlException
    from defusedxml import ElementTree as SafeTree
except ImportError:  # the extra "xml" is not installed
    SafeTree = None

ITEMS: Final = frozenset({"item", "entry"})
MOST_CHILDREN: Final = 5_000  # maximum number of child elements of one item


class XmlSource(Source):
    """A feed with products as ``item`` or ``entry`` elements. Namespaces are ignored: ``g:price`` is ``price``.

    Args:
        path: The file.
    """

    form: ClassVar[str] = "XML"

    def __init__(self, path: Path) -> None:
        if SafeTree is None:
            raise MissingLibrary("XML", "xml")
        super().__init__(path)

    def rows(self) -> Iterator[Row]:
        """Yield the rows of products."""
        with self.path.open("rb") as stream:
            bounded = _Bounded(stream)
            try:
                yield from self._items(bounded)
            except DefusedXmlException as error:
                raise UnreadableFile(
                    _("The XML declares entities or a document type. Such files can exhaust memory and are not read.")
                ) from error
            except SafeTree.ParseError as error:
                raise UnreadableFile(_("The file is not valid XML: %(reason)s.") % {"reason": error}) from error

    def _items(self, stream: _Bounded) -> Iterator[Row]:
        number, parents = 0, []
        events = SafeTree.iterparse(stream, events=("start", "end"), forbid_dtd=True)
        for event, element in events:
            if event == "start":
                parents.append(element)
                if len(parents) > MOST_CHILDREN:
                    raise UnreadableFile(_("The XML is nested too deeply."))
                continue
            parents.pop()
            if _local(element.tag) in ITEMS:
                number += 1
                yield Row(number, _values(element))
                stream.start_anew()
            if parents and not any(_local(parent.tag) in ITEMS for parent in parents):
                parents[-1].remove(element)  # elements outside of products are discarded

    def _survey(self) -> None:
        columns: Counter[str] = Counter()
        for row in self.rows():
            self.count += 1
            columns.update(name for name in row.values if name in columns or len(columns) < MOST_COLUMNS)
            if not self.first:
                self.first = [f"{name}: {value}" for name, value in row.values.items()]
        self.columns = columns


class _Bounded(io.RawIOBase):
    """A stream that raises an exception if a product is too large."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._since = 0

    def start_anew(self) -> None:
        """Reset the count at the end of a product."""
        self._since = 0

    def read(self, size: int = -1) -> bytes:
        """Read the next bytes.

        Raises:
            UnreadableFile: If a product exceeds the maximum size of a row.
        """
        data: bytes = self._stream.read(size)
        self._since += len(data)
        if self._since > LARGEST_ENTRY:
            raise UnreadableFile(
                _("An XML element is longer than %(limit)d MB, or never ends.") % {"limit": LARGEST_ENTRY // 1024**2}
            )
        return data


def _local(tag: Any) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _values(item: Any) -> dict[str, Any]:
    """Return the texts of an item by name, as a list for repeated names, and the URL for links."""
    values: dict[str, Any] = {}
    for child in item:
        name = _local(child.tag)
        text: Any = (child.text or "").strip() or child.get("href")
        if name in values and values[name] is not None:
            before = values[name]
            values[name] = [*before, text] if isinstance(before, list) else [before, text]
        else:
            values[name] = text
    return values
