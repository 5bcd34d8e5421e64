"""Grouping of variants: their groups, common values and distinguishing options."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final, TypeAlias

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storefront_store.interchange.entries import Entry, Group, Rejected, Role, numbered_key
from storefront_store.interchange.services.families import EDGE, SHORTEST_TITLE, Family, common_start, whole_words

Item: TypeAlias = Entry | Rejected

OPTION: Final = "Variant"  # name of an option without a name in the file
NONE: Final = "-"  # value of an option that a variant lacks
PARENTS: Final = gettext_lazy("parents of variants")
IMAGES: Final = gettext_lazy("rows with images of the product above")
ORPHANED_IMAGES: Final = gettext_lazy("rows with images of no product")
JOIN: Final = " / "
INHERITED: Final = ("title", "description", "is_active", "unit_price", "slug")


class Grouper:
    """Resolves the groups of a file in two passes: the first collects the groups, the second yields the products.

    The memory depends on the number of groups, and on the texts of incomplete groups.

    Args:
        carries: Whether a variant without a parent belongs to the product above.
        declares_options: Whether all options of a variant distinguish it; otherwise those that differ in the group.
        counts: A function that returns whether an entry is priced in the import's currency.
    """

    def __init__(self, *, carries: bool, declares_options: bool, counts: Callable[[Entry], bool]) -> None:
        self._carries = carries
        self._declares_options = declares_options
        self._counts = counts
        self._families: dict[str, Family] = {}
        self._aliases: dict[str, str] = {}
        self._listed: dict[str, tuple[str, dict[str, str]]] = {}
        self._above: str | None = None
        self._slugs: Counter[str] = Counter()
        self._sharing: dict[str, dict[str, int]] = {}  # the number of each group among those with its slug

    def learn(self, items: Iterable[Item]) -> None:
        """Process the entries of the first pass."""
        self._above = None
        seen: set[tuple[str, str]] = set()
        for item in items:
            if isinstance(item, Entry):
                self._learn_one(item, seen)
        for alias, key in self._aliases.items():
            stray = self._families.pop(alias, None) if alias != key else None
            if stray is not None:
                self._merge(self._families.setdefault(key, Family()), stray)
        if not self._declares_options:
            self._families = {key: family for key, family in self._families.items() if family.is_alike()}
        self._above = None

    def resolve(self, items: Iterable[Item]) -> Iterator[Item]:
        """Process the entries of the second pass, and yield the products with their groups."""
        for item in items:
            yield from self._resolve_one(item) if isinstance(item, Entry) else (item,)

    def _learn_one(self, entry: Entry, seen: set[tuple[str, str]]) -> None:
        key = self._key_of(entry)
        if key is None:
            return
        family = self._families.setdefault(key, Family())
        if entry.role is Role.PARENT:
            for alias in entry.aliases:
                self._aliases[alias] = key
            for sku, options in entry.children.items():
                self._listed[sku] = (key, options)
            family.names = family.names or tuple(name for name in entry.option_names if name)
            if entry.children:
                self._learn_listed(family, entry)
            elif family.rows:
                family.early, family.parent = True, entry
            return
        if entry.role is Role.IMAGES:
            family.rows += 1
            return
        sku = entry.fields.get("sku", "")
        if sku in self._listed:
            return
        family.rows += 1
        if entry.option_values:
            self._learn_options(family, entry)
        again = bool(entry.currency) and (key, sku) in seen and not entry.option_values  # in another currency
        if self._counts(entry) and not again:
            family.members += 1
            if entry.currency and sku:
                seen.add((key, sku))
            title = entry.fields.get("title")
            if title:
                family.title = title if family.title is None else common_start(family.title, title)

    def _learn_listed(self, family: Family, entry: Entry) -> None:
        family.members = len(entry.children)
        family.rows = len(entry.children)
        family.early, family.parent = True, entry
        for options in entry.children.values():
            self._learn_pairs(family, options.items())

    def _learn_options(self, family: Family, entry: Entry) -> None:
        names = entry.option_names or family.names
        names = tuple(names) + tuple(f"{OPTION} {n + 1}" for n in range(len(names), len(entry.option_values)))
        if entry.option_names:
            family.names = family.names or entry.option_names
        self._learn_pairs(family, zip(names, entry.option_values, strict=False))

    @staticmethod
    def _learn_pairs(family: Family, pairs: Iterable[tuple[str, str]]) -> None:
        values = family.values = family.values or {}
        for name, value in pairs:
            if value:
                values[name] = value if values.get(name, value) == value else None

    @staticmethod
    def _merge(family: Family, stray: Family) -> None:
        family.rows += stray.rows
        family.members += stray.members
        family.names = family.names or stray.names
        values = family.values = family.values or {}
        for name, value in (stray.values or {}).items():
            values[name] = value if values.get(name, value) == value else None
        family.early = family.early or stray.early

    def _key_of(self, entry: Entry) -> str | None:
        key = entry.group_key
        if key is None and entry.role is not Role.PARENT:
            listed = self._listed.get(entry.fields.get("sku", ""))
            if listed is not None:
                return listed[0]
            if self._carries and not entry.fields.get("title"):
                key = self._above
        if key is not None:
            self._above = key
            return self._aliases.get(key, key)
        self._above = None
        return None

    def _resolve_one(self, entry: Entry) -> Iterator[Item]:
        key = self._key_of(entry)
        family = self._families.get(key) if key is not None else None
        if family is None:
            yield entry if not entry.orphan else Rejected(entry.number, entry.place, entry.orphan)
            return
        if entry.role is Role.PARENT:
            if family.rows > 0:
                family.parent = entry
            if family.members:
                yield Rejected(entry.number, entry.place, str(PARENTS), failed=False)
            else:
                entry.role = Role.PRODUCT
                yield entry
            return
        family.rows -= 1
        yield from self._resolve_member(entry, family, str(key))
        if family.rows <= 0:
            family.parent = family.first = None
            family.taken = family.variants = None

    def _resolve_member(self, entry: Entry, family: Family, key: str) -> Iterator[Item]:
        if entry.role is Role.IMAGES:
            yield from self._add_images(entry, family)
            return
        parent = family.parent
        if parent is None:
            if entry.orphan:
                yield Rejected(entry.number, entry.place, entry.orphan)
                return
            family.parent = parent = replace(entry, fields=dict(entry.fields))
        self._repeat(entry, family)
        if not self._counts(entry):
            yield entry  # reported and skipped with the others in that currency
            return
        options = self._options_of(entry, family) if family.members > 1 else {}
        own_title = entry.fields.get("title")
        self._inherit(entry, parent, alone=family.members <= 1)
        if family.members > 1:
            entry.group = self._group_of(family, parent, key)
            if not options:
                options = self._fallback_options(entry, own_title, entry.group)
            entry.options = {name: options.get(name) or NONE for name in entry.group.varies_by}
            self._name(entry, own_title, parent)
            family.taken = family.taken or {}
            place = family.taken.setdefault(tuple(value.casefold() for value in entry.options.values()), entry.place)
            if place != entry.place:
                said = ", ".join(f"{name} {value}" for name, value in entry.options.items())
                reason = _("options: %(options)s: %(place)s has the same ones in its group")
                yield Rejected(entry.number, entry.place, reason % {"options": said, "place": place})
                return
        family.first = family.first or entry
        yield entry

    @staticmethod
    def _add_images(entry: Entry, family: Family) -> Iterator[Item]:
        first = family.first
        if first is None:
            yield Rejected(entry.number, entry.place, str(ORPHANED_IMAGES), failed=False)
            return
        entry.owner = first
        yield entry

    @staticmethod
    def _repeat(entry: Entry, family: Family) -> None:
        """Fill a repeated row of a variant, in another currency, with the values of the first one."""
        sku = entry.fields.get("sku")
        if not sku:
            return
        variants = family.variants = family.variants or {}
        if entry.option_values:
            variants.setdefault(sku, (entry.option_values, entry.fields.get("inventory")))
        elif sku in variants:
            entry.option_values, inventory = variants[sku]
            if inventory is not None:
                entry.fields.setdefault("inventory", inventory)

    def _options_of(self, entry: Entry, family: Family) -> dict[str, str]:
        listed = self._listed.get(entry.fields.get("sku", ""))
        if listed is not None:
            return listed[1]
        names = entry.option_names or family.names
        names = tuple(names) + tuple(f"{OPTION} {n + 1}" for n in range(len(names), len(entry.option_values)))
        return {name: value for name, value in zip(names, entry.option_values, strict=False) if value and name}

    def _inherit(self, entry: Entry, parent: Entry, *, alone: bool) -> None:
        for name in INHERITED:
            if entry.fields.get(name) is None and parent.fields.get(name) is not None and (name != "slug" or alone):
                entry.fields[name] = parent.fields[name]
        if parent.fields.get("is_active") is False:
            entry.fields["is_active"] = False
        entry.collection = entry.collection or parent.collection
        entry.currency = entry.currency or parent.currency
        if entry.surcharge is not None and "unit_price" in parent.fields:
            entry.fields["unit_price"] = parent.fields["unit_price"] + entry.surcharge
        if parent.role is Role.PARENT:
            entry.image_urls.update(parent.image_urls)
            entry.images.update(parent.images)
            parent.image_urls, parent.images = {}, {}  # the images of the group go to its first variant

    def _group_of(self, family: Family, parent: Entry, key: str) -> Group:
        title = parent.group_title or parent.fields.get("title") or ""
        if parent.role is not Role.PARENT and not parent.group_title and not self._declares_options:
            common = whole_words(family.title or "", title)
            title = common if len(common) >= SHORTEST_TITLE else title
        slug = (slugify(parent.fields.get("slug") or "") or slugify(title) or slugify(key) or "group")[:255]
        sharing = self._sharing.setdefault(slug, {})
        return Group(
            key=numbered_key(slug, sharing.setdefault(key, len(sharing) + 1)),
            title=title or key,
            description=parent.fields.get("description"),
            varies_by=self._varies_by(family),
        )

    def _varies_by(self, family: Family) -> tuple[str, ...]:
        values = family.values or {}
        names = [name for name in values if name and (self._declares_options or values[name] is None)]
        return tuple(names) or (OPTION,)

    def _fallback_options(self, entry: Entry, title: str | None, group: Group) -> dict[str, str]:
        """Distinguish a variant without options by the rest of its title, or else by its SKU."""
        rest = ""
        if title and title.casefold().startswith(group.title.casefold()):
            rest = title[len(group.title) :].strip(EDGE + ")")
        value = rest or str(entry.fields.get("sku") or entry.number)
        return {group.varies_by[0]: value[:100]}

    def _name(self, entry: Entry, title: str | None, parent: Entry) -> None:
        """Set the title of a variant from its group and options, unless the file has a title of its own for it."""
        assert entry.group is not None  # noqa: S101
        shown = JOIN.join(value for value in (entry.options or {}).values() if value != NONE)
        if not title or title == entry.group.title:
            entry.fields["title"] = f"{entry.group.title} - {shown}"
        start = parent.fields.get("slug") or entry.group.title
        slug = slugify(f"{start} {shown}") or slugify(entry.fields["title"]) or "product"
        self._slugs[slug] += 1
        entry.new_slug = (slug if self._slugs[slug] == 1 else f"{slug}-{self._slugs[slug]}")[:255]
        if entry.fields.get("slug") == parent.fields.get("slug"):
            entry.fields.pop("slug", None)  # the title of the group is not specific to a variant
