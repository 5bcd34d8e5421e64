"""Presets for frameworks: Spree and Oscar."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storefront_store.interchange.entries import Role
from storefront_store.interchange.presets.base import Context, Found, Preset, marks
from storefront_store.interchange.values import label


def _spree_rows(found: Found, context: Context) -> Iterator[Found]:
    """Yield a product or variant: a row with a name is the master of the following ones with the same slug."""
    slug = found.get("slug")
    found["group"] = label(slug) if slug is not None else None
    if found.get("title") not in (None, ""):
        found["role"] = Role.PARENT
        if str(found.get("unit_price")) in ("0", "0.0", "0.00"):
            found["unit_price"] = None
    else:
        found["slug"] = None  # derived from the title, because the slug is shared with the parent
        found["orphan"] = _("no valid row above has a name for the slug %(slug)r") % {"slug": slug}
    yield found


SPREE: Final = Preset(
    name="spree",
    label=gettext_lazy("Spree product export"),
    columns={
        "title": ("name",),
        "slug": ("slug",),
        "sku": ("sku",),
        "description": ("description",),
        "unit_price": ("price",),
        "currency": ("currency",),
        "inventory": ("inventory_count",),
        "collection": ("category1",),
        "images": ("image1_src",),
    },
    many={
        "status": ("status",),
        "option_names": (r"option\d+_name",),
        "option_values": (r"option\d+_value",),
    },
    marks=marks("slug sku name price currency option1_value category1"),
    rows=_spree_rows,
    grouped=True,
    path="->",
)
OSCAR: Final = Preset(
    name="oscar",
    label=gettext_lazy("Oscar's sandbox"),
    columns={
        "collection": ("2",),
        "id": ("3",),
        "title": ("4",),
        "description": ("5",),
        "sku": ("7",),
        "unit_price": ("8",),
        "inventory": ("9",),
    },
    marks=marks("1 2 3 4 5 6 7 8 9"),
    exact=True,
    path=">",
)
