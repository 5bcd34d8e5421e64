"""Conversion of the rows of a file to entries."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, Final

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from storefront_store.interchange import values
from storefront_store.interchange.amounts import currency_code, shown
from storefront_store.interchange.entries import Entry, Group, Rejected, Role
from storefront_store.interchange.errors import BadRow, SkipRow
from storefront_store.interchange.files import Row
from storefront_store.interchange.presets import Context, Found, Preset
from storefront_store.interchange.services.columns import Columns
from storefront_store.interchange.services.descriptions import description
from storefront_store.interchange.services.reviews import read_reviews
from storefront_store.interchange.wording import option

REMOTE: Final = ("http://", "https://", "//")
UNKNOWN_STOCK: Final = frozenset({"unlimited", "instock", "in stock", "in_stock", "infinite", "available"})
NO_STOCK: Final = frozenset({"outofstock", "out of stock", "out_of_stock", "sold out", "unavailable"})
HIDDEN: Final = values.FALSE | {"not visible", "invisible", "pending", "proposed", "rejected", "unlisted", "none"}
SPOILT_NUMBER: Final = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+")
TEXTS: Final = ("title", "slug", "description")
UNKNOWN_STOCK_NOTE: Final = gettext_noop("in stock, the number is not given")
OVERSOLD_NOTE: Final = gettext_noop("stock below zero, taken as none")


class Reader:
    """Converts rows to entries.

    Args:
        columns: The mapping of columns to fields.
        context: The currency to import and the decimal mark.
        unknown_stock: The stock of products that are in stock without a number; not set by default.
    """

    def __init__(self, columns: Columns, context: Context, unknown_stock: int | None = None) -> None:
        self._columns = columns
        self._preset = columns.preset
        self._context = context
        self._unknown_stock = unknown_stock
        self._converters: dict[str, Callable[[Any], Any]] = {
            "title": values.label,
            "slug": values.label,
            "sku": _sku,
            "description": partial(description, is_html=self._preset.html),
        }

    def read(self, row: Row) -> Iterator[Entry | Rejected]:
        """Yield the entries of a row, usually one product."""
        if row.problem:
            yield Rejected(row.number, row.place, row.problem)
            return
        try:
            for found in self._preset.rows(self._columns.find(row), self._context):
                yield self._read_one(row, found)
        except SkipRow as skip:
            yield Rejected(row.number, row.place, skip.reason, failed=False)
        except BadRow as error:
            yield Rejected(row.number, row.place, str(error.message))

    def _read_one(self, row: Row, found: Found) -> Entry | Rejected:
        entry = Entry(row.number, row.place, notes=tuple(found.get("notes", ())))
        problems: list[str] = []
        steps: dict[str, Callable[[Entry, Found], None]] = {
            "text": self._read_texts,
            "unit_price": self._read_price,
            "inventory": self._read_stock,
            "is_active": _read_activity,
            "collection": self._read_collection,
            "images": self._read_images,
            "reviews": _read_reviews,
            "group": self._read_group,
        }
        for step in steps.values():
            try:
                step(entry, found)
            except BadRow as error:
                problems.append(str(error.message))
        return Rejected(row.number, row.place, "; ".join(problems)) if problems else entry

    def _read_texts(self, entry: Entry, found: Found) -> None:
        problems = []
        for name, converter in self._converters.items():
            value = found.get(name)
            if value is None:
                continue
            try:
                entry.fields[name] = values.convert(name, value, {name: converter})
            except BadRow as error:
                problems.append(str(error.message))
        if self._preset.grouped and entry.fields.get("slug"):
            entry.fields["slug"] = slugify(entry.fields["slug"])[:255]
        if not entry.fields.get("slug") and self._preset.grouped:
            entry.fields.pop("slug", None)
        if "description" in found and found["description"] is None:
            entry.fields["description"] = None
        if not entry.fields.get("sku"):
            entry.fields.pop("sku", None)
        if found.get("id") is not None:
            entry.row_id = values.convert("id", found["id"], {"id": values.label}) or None
        if found.get("currency") is not None:
            said = values.convert("currency", found["currency"], {"currency": values.text})
            entry.currency = currency_code(said, self._context.currency) or None
        if problems:
            raise BadRow("; ".join(problems))

    def _read_price(self, entry: Entry, found: Found) -> None:
        value = found.get("unit_price")
        if value is not None:
            amount = values.convert("unit_price", value, {"unit_price": self._amount})
            wanted = self._context.currency
            if amount.currencies and wanted not in amount.currencies and entry.currency in (None, wanted):
                raise BadRow(
                    _("unit_price: %(value)s is not in %(currency)s; choose a currency with %(option)s")
                    % {"value": shown(value), "currency": wanted, "option": option("currency")}
                )
            entry.fields["unit_price"] = amount.value
        if found.get("surcharge") not in (None, ""):
            surcharge = values.convert("surcharge", found["surcharge"], {"surcharge": self._amount})
            entry.surcharge = surcharge.value

    def _amount(self, value: Any) -> Any:
        return values.amount(value, self._context.decimal)

    def _read_stock(self, entry: Entry, found: Found) -> None:
        value = found.get("inventory")
        if value is None:
            return
        said = value.strip().casefold() if isinstance(value, str) else value
        if said in UNKNOWN_STOCK:
            if self._unknown_stock is not None:
                entry.fields["inventory"] = self._unknown_stock
            entry.notes += (UNKNOWN_STOCK_NOTE,)
            return
        if said in NO_STOCK:
            entry.fields["inventory"] = 0
            return
        stock = values.convert(
            "inventory", value, {"inventory": partial(values.integer, decimal=self._context.decimal)}
        )
        if stock < 0 and self._preset.lenient_stock:
            stock = 0
            entry.notes += (OVERSOLD_NOTE,)
        entry.fields["inventory"] = stock

    def _read_collection(self, entry: Entry, found: Found) -> None:
        value = found.get("collection")
        if value is not None:
            title = values.convert("collection", value, {"collection": values.label})
            entry.collection = _category(title, self._preset) or None

    def _read_images(self, entry: Entry, found: Found) -> None:
        for image in _listed(found, "images", self._preset.image_lists):
            described = image if isinstance(image, dict) else {"image": image}
            path, alt_text = (described.get(name) or "" for name in ("image", "alt_text"))
            if not isinstance(path, str) or not isinstance(alt_text, str):
                continue  # other values in a list of images are ignored
            alt_text = alt_text or str(found.get("image_alt") or "")
            path, alt_text = (values.convert("images", value, {"images": values.text}) for value in (path, alt_text))
            if self._preset.image_base and path and not path.startswith(REMOTE):
                path = self._preset.image_base + path
            if path.startswith(REMOTE):
                entry.image_urls.setdefault(path, alt_text)
            elif path:
                entry.images.setdefault(path, alt_text)

    def _read_group(self, entry: Entry, found: Found) -> None:
        entry.role = found.get("role", Role.PRODUCT)
        entry.aliases = tuple(map(str, found.get("aliases", ())))
        entry.children = found.get("children", {})
        entry.orphan = found.get("orphan", "")
        if not self._preset.grouped:
            _read_own_group(entry, found)
            return
        if found.get("group") not in (None, ""):
            entry.group_key = values.convert("group", found["group"], {"group": values.label})
        entry.group_title = str(found.get("group_title") or "").strip()
        names, cells = found.get("option_names") or (), found.get("option_values") or ()
        entry.option_names = _distinct(_option(name) for _column, name in names if name not in (None, ""))
        entry.option_values = tuple(_option(value) for _column, value in cells)
        if self._preset.declares_options:
            while entry.option_values and not entry.option_values[-1]:
                entry.option_values = entry.option_values[:-1]


def _option(value: Any) -> str:
    text: str = values.convert("options", value, {"options": values.label}) if value is not None else ""
    return text


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Return names with a number after repeated ones: ``Size``, ``Size 2``."""
    seen: Counter[str] = Counter()
    told = []
    for name in names:
        seen[name.casefold()] += 1
        told.append(name if seen[name.casefold()] == 1 else f"{name} {seen[name.casefold()]}")
    return tuple(told)


def _sku(value: Any) -> str:
    """Convert a SKU.

    Raises:
        BadRow: If a spreadsheet has converted it to a number and lost digits.
    """
    text = values.label(value)
    if SPOILT_NUMBER.fullmatch(text):
        raise BadRow(
            _("%(value)s has lost its digits in a spreadsheet; format that column as text") % {"value": shown(text)}
        )
    return text


def _read_activity(entry: Entry, found: Found) -> None:
    """Set ``is_active`` to whether all columns for it are true."""
    given = found.get("is_active", ())
    cells = [value for _column, value in given] if isinstance(given, list | tuple) else [given]
    states = [values.convert("is_active", value, {"is_active": values.boolean}) for value in cells if value is not None]
    for _column, value in found.get("status", ()):
        if value is not None and str(value).strip():
            states.append(str(value).strip().casefold() not in HIDDEN)
    if states:
        entry.fields["is_active"] = all(states)


def _category(title: str, preset: Preset) -> str:
    """Return the last part of the deepest of several category paths, or of the first of equal depth."""
    paths = re.split(preset.lists, title) if preset.lists else [title]
    split = [_levels(path, preset) for path in paths]
    split = [levels for levels in split if levels != [preset.root]] or split
    deepest = max(split, key=len, default=[])
    return deepest[-1].replace("\\,", ",") if deepest else ""


def _levels(path: str, preset: Preset) -> list[str]:
    parts = re.split(preset.path, path) if preset.path else [path]
    levels = [part.strip() for part in parts if part.strip()]
    return levels[1:] if preset.root and levels[:1] == [preset.root] and len(levels) > 1 else levels


def _listed(found: Mapping[str, Any], name: str, separators: str = r"[\r\n]+") -> list[Any]:
    """Return a list. A text, as in CSV, is split; a number is the count of values stored elsewhere."""
    value = found.get(name)
    if value is None or isinstance(value, (int, Decimal)):
        return []
    if isinstance(value, str):
        return [part for part in re.split(separators, value.strip()) if part.strip()]
    if not isinstance(value, list):
        raise BadRow(_("%(field)s: not a list") % {"field": name})
    return value


def _read_reviews(entry: Entry, found: Found) -> None:
    entry.reviews = read_reviews(_listed(found, "reviews"))


def _read_own_group(entry: Entry, found: Found) -> None:
    """Read the group and the options in the format of our own export."""
    options = _json(found.get("options"), "options", dict)
    if options is not None:
        entry.options = {
            values.convert("options", name, {"options": values.text}): _option(value) for name, value in options.items()
        }
    key = found.get("group")
    if key is not None and str(key).strip():
        entry.group = Group(
            key=values.convert("group", key, {"group": values.label}),
            title=str(found.get("group_title") or "").strip(),
            description=found["group_description"] if isinstance(found.get("group_description"), str) else None,
            varies_by=tuple(map(str, _json(found.get("varies_by"), "varies_by", list) or entry.options or ())),
        )


def _json(value: Any, name: str, kind: type) -> Any:
    if isinstance(value, str) and value.strip():
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise BadRow(_("%(field)s: %(value)s is not JSON") % {"field": name, "value": shown(value)}) from error
    if value in (None, ""):
        return None
    if not isinstance(value, kind):
        raise BadRow(
            (_("%(field)s: %(value)s is not an object") if kind is dict else _("%(field)s: %(value)s is not a list"))
            % {"field": name, "value": shown(value)}
        )
    return value
