"""Import of groups of variants, which are identified by their slugs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from storefront_store.conf import get_model
from storefront_store.interchange.entries import ORDINAL, Entry, Group, numbered_key
from storefront_store.interchange.errors import BadRow
from storefront_store.models import AbstractProductGroup
from storefront_store.options import fit_options, normalise, options_digest, validate_options
from storefront_store.services.transactions import using
from storefront_store.types import Key


class Groups:
    """The groups of a batch of entries.

    Args:
        wanted: The groups as described in the file; the first description of each is used.
    """

    def __init__(self, wanted: Iterable[Group]) -> None:
        self._wanted: dict[str, Group] = {}
        for group in wanted:
            self._wanted.setdefault(group.key, group)
        self._rows: dict[str, Any] = {}
        self._problems: dict[str, str] = {}
        self._changed: dict[str, list[str]] = {}
        self._taken: dict[tuple[Any, str], Any] = {}
        self._load()

    def new_keys(self) -> list[str]:
        """Return the keys of the groups that do not exist yet."""
        return [key for key, row in self._rows.items() if row.pk is None]

    def changed_keys(self) -> list[str]:
        """Return the keys of existing groups with a different description."""
        return list(self._changed)

    def problem(self, key: str) -> str:
        """Return the error of a group; an empty string if it is valid."""
        return self._problems.get(key, "")

    def save(self, keys: Iterable[str]) -> None:
        """Create missing groups and update the others, in the given order."""
        model = get_model("ProductGroup")
        manager = model._default_manager.using(using())
        chosen = list(dict.fromkeys(keys))
        manager.bulk_create([self._rows[key] for key in chosen if self._rows[key].pk is None])
        for key in chosen:
            if key in self._changed:
                self._rows[key].save(using=using(), update_fields=self._changed[key])

    def assign(self, entry: Entry, product: Any, changes: dict[str, Any]) -> None:
        """Assign a product to its group and set its options.

        Args:
            entry: The entry of the file.
            product: The product to create or change.
            changes: Collects the changed fields with their old values.

        Raises:
            BadRow: If the group is invalid, or another product of it has the same options.
            ValidationError: If the names of the options are not those of the group.
        """
        if entry.group is None and entry.options is None:
            return
        before = product.group_id, product.options
        options: Any = product.options if entry.options is None else entry.options
        validate_options(options)
        if entry.group is not None:
            key = entry.group.key
            if key in self._problems:
                raise BadRow(self._problems[key])
            product.group = self._rows[key]
        if product.group is not None:
            options = self._fit(options, product.group)
        product.options = options
        product.options_digest = options_digest(options)
        self._claim(product)
        if product.group is not None and (before[0] is None or before[0] != product.group.pk):
            changes["group"] = before[0]
        if before[1] != options:
            changes["options"] = before[1]

    @staticmethod
    def _fit(options: dict[str, str], group: AbstractProductGroup) -> dict[str, str]:
        try:
            return fit_options(options, group.varies_by)
        except ValidationError as error:
            raise ValidationError({"options": error}) from error

    def _claim(self, product: Any) -> None:
        if product.group is None or product.group.pk is None:
            return
        owner = self._taken.setdefault((product.group.pk, product.options_digest), product.pk)
        if owner != product.pk:
            raise BadRow(_("options: another product of this group has the same options"))

    def _load(self) -> None:
        model = get_model("ProductGroup")
        by_slug: dict[str, list[Any]] = defaultdict(list)
        slugs = {slug for slug, _index in map(_split, self._wanted)}
        for row in model._base_manager.using(using()).filter(slug__in=slugs).order_by("pk"):
            by_slug[row.slug].append(row)
        for key, group in self._wanted.items():
            slug, index = _split(key)
            rows = by_slug[slug]
            self._rows[key] = rows[index] if index < len(rows) else model(slug=slug)
            self._describe(key, group, self._rows[key])
        keys = [row.pk for row in self._rows.values() if row.pk is not None]
        products = get_model("Product")._base_manager.using(using()).filter(group__in=keys)
        for group_key, digest, product_key in products.values_list("group", "options_digest", "pk"):
            self._taken[group_key, digest] = product_key

    def _describe(self, key: str, group: Group, row: Any) -> None:
        """Set the values of the file on a group, and validate it by the rules of the API."""
        given = {"title": group.title, "description": group.description, "varies_by": list(group.varies_by)}
        if row.pk is not None:
            if given["varies_by"] and not _same_names(given["varies_by"], row.varies_by):
                self._problems[key] = _("options: the group %(group)r varies by %(names)s, and not by %(others)s") % {
                    "group": row.title,
                    "names": ", ".join(row.varies_by) or _("nothing"),
                    "others": ", ".join(group.varies_by),
                }
                return
            del given["varies_by"]
        changed = [name for name, value in given.items() if value not in (None, "", []) and getattr(row, name) != value]
        for name in changed:
            setattr(row, name, given[name])
        row.title = row.title or _split(key)[0]
        try:
            row.clean_fields()
        except ValidationError as error:
            said = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items())
            self._problems[key] = f"group: {said}"
            return
        if row.pk is not None and changed:
            self._changed[key] = changed


def numbered_keys(rows: Iterable[AbstractProductGroup]) -> Iterator[tuple[Key, str]]:
    """Yield the primary key of each group and its key in files.

    Args:
        rows: Groups in the order of their primary keys.
    """
    seen: dict[str, int] = defaultdict(int)
    for row in rows:
        seen[row.slug] += 1
        yield row.pk, numbered_key(row.slug, seen[row.slug])


def groups_of(entries: Sequence[Entry]) -> Groups:
    """Return the groups of a batch of entries."""
    return Groups(entry.group for entry in entries if entry.group is not None)


def _split(key: str) -> tuple[str, int]:
    """Return the slug of a key, and the index of the group among those with that slug."""
    slug, mark, number = key.partition(ORDINAL)
    return slug, int(number) - 1 if mark and number.isdigit() and 0 < int(number) < 10**6 else 0


def _same_names(one: Sequence[str], other: Sequence[str]) -> bool:
    return {normalise(name) for name in one} == {normalise(name) for name in other}
