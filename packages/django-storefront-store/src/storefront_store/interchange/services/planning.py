"""Plans: the changes that an entry makes to the catalogue, the third stage of a row in an import."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from storefront_store.conf import app_settings as store_settings
from storefront_store.conf import get_model
from storefront_store.interchange.amounts import shown
from storefront_store.interchange.entries import Entry
from storefront_store.interchange.errors import BadRow
from storefront_store.interchange.presets import REQUIRED
from storefront_store.interchange.services.groups import Groups
from storefront_store.interchange.services.reviews import check_reviews
from storefront_store.interchange.services.summary import Outcome
from storefront_store.models import AbstractProduct
from storefront_store.services.transactions import using

FREE: Final = gettext_noop("products with the price 0, which can't be sold")
NAMELESS: Final = "product"  # slug for titles without Latin letters
EMPTY: Final = (None, "")
LONGEST_REASON: Final = 300
LONGEST_VALUE: Final = 40


@dataclass(slots=True)
class Plan:
    """The change that an entry makes to the catalogue.

    Attributes:
        entry: The entry.
        product: The product to create or change, with the new values.
        is_new: Whether the product is new.
        changes: The old values of changed fields by name.
    """

    entry: Entry
    product: AbstractProduct
    is_new: bool
    changes: dict[str, Any] = field(default_factory=dict)

    def describe(self) -> str:
        """Return a short description of the changes in one line."""
        shown = []
        for name, before in self.changes.items():
            after = self.entry.collection if name == "collection" else getattr(self.product, name)
            shown.append(f"{name}: {_shortened(before)} → {_shortened(after)}")
        return shortened("; ".join(shown))


def describe(error: ValidationError, given: Mapping[str, object] | None = None) -> str:
    """Return a validation error of a model as a short text of one line.

    Args:
        error: The error.
        given: The values in the file by field, to be quoted.
    """
    parts = []
    for name, messages in error.message_dict.items():
        value = (given or {}).get(name)
        if name == "unit_price" and value == 0:
            parts.append(
                _("unit_price: the price is 0; the lowest price is %(lowest)s") % {"lowest": store_settings.MIN_PRICE}
            )
            continue
        quoted = " " + _("It is %(value)s.") % {"value": shown(value)} if value not in (None, "") else ""
        parts.append(f"{name}: {' '.join(messages)}{quoted}")
    return shortened("; ".join(parts))


def shortened(reason: str) -> str:
    """Shorten a long message."""
    return reason if len(reason) <= LONGEST_REASON else reason[:LONGEST_REASON] + "…"


def plan_entries(entries: Sequence[Entry], groups: Groups, outcome: Outcome) -> Iterator[Plan]:
    """Return the plans of the entries; errors are added to ``outcome``."""
    known = _known_products(entries)
    keys = {product.collection_id for products in known.values() for product in products}
    collections = get_model("Collection")._base_manager.using(using()).filter(pk__in=keys)
    titles = dict(collections.values_list("pk", "title"))
    for entry in entries:
        products = known[entry.key]
        if len(products) > 1 and entry.only_without_sku:
            slug = entry.fields.get("slug") or slugify(entry.fields.get("title", "")) or NAMELESS
            products = [product for product in products if product.slug == slug] or products
        try:
            if len(products) > 1:
                raise BadRow(
                    _("there are %(number)d products with the %(field)s %(value)r")
                    % {"number": len(products), "field": entry.key[0], "value": entry.key[1]}
                )
            plan = _change(entry, products[0], titles) if products else _create(entry)
            groups.assign(plan.entry, plan.product, plan.changes)
            _check(plan)
        except BadRow as error:
            outcome.fail(entry.place, str(error.message), entry.number)
        except ValidationError as error:
            outcome.notes[FREE] += entry.fields.get("unit_price") == 0 and "unit_price" in error.message_dict
            outcome.fail(entry.place, describe(error, entry.fields), entry.number)
        else:
            yield plan


def _known_products(entries: Sequence[Entry]) -> dict[tuple[str, Any], list[Any]]:
    """Return and lock the existing products, matching the case, which some databases ignore."""
    known: dict[tuple[str, Any], list[Any]] = {entry.key: [] for entry in entries}
    for (name, only_without_sku), same in groupby(sorted(entries, key=_kind_of_key), key=_kind_of_key):
        values = [entry.key[1] for entry in same]
        rows = get_model("Product")._default_manager.using(using()).filter(**{f"{name}__in": values})
        if only_without_sku:
            rows = rows.filter(sku=None)
        for row in rows.order_by("pk").select_for_update():
            if (name, getattr(row, name)) in known:
                known[name, getattr(row, name)].append(row)
    return known


def _kind_of_key(entry: Entry) -> tuple[str, bool]:
    return entry.key[0], entry.only_without_sku


def _create(entry: Entry) -> Plan:
    given = {"sku": entry.row_id, "inventory": 0, **entry.fields}
    lacking = [name for name in REQUIRED if given.get(name) is None]
    if lacking:
        raise BadRow(
            "; ".join(_("%(field)s: missing, and a new product needs it") % {"field": name} for name in lacking)
        )
    if not given.get("slug"):
        slug = entry.new_slug or slugify(given["title"]) or slugify(given["sku"] or "") or NAMELESS
        given["slug"] = slug[:255]
    return Plan(entry, get_model("Product")(**given), is_new=True)


def _change(entry: Entry, product: Any, titles: Mapping[Any, str]) -> Plan:
    plan = Plan(entry, product, is_new=False)
    given = entry.fields if product.sku else {"sku": entry.row_id, **entry.fields}
    for name, value in given.items():
        before = getattr(product, name)
        if before != value and (before not in EMPTY or value not in EMPTY):  # tables do not tell "" from None
            plan.changes[name] = before
            setattr(product, name, value)
    if entry.collection and titles[product.collection_id] != entry.collection:
        plan.changes["collection"] = titles[product.collection_id]
    return plan


def _check(plan: Plan) -> None:
    """Validate an entry by the rules of the API and the admin."""
    plan.product.clean_fields(exclude={"collection", "group"})
    if plan.entry.collection:
        get_model("Collection")(title=plan.entry.collection).clean_fields(exclude={"featured_product"})
    check_reviews(plan.entry)


def _shortened(value: Any) -> str:
    text = _("nothing") if value in EMPTY else str(value)
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"
