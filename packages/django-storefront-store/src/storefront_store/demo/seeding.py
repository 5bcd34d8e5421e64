"""Seeding of the store with the demo catalogue, or with numbered copies of it up to any size.

Only missing rows are added. Existing rows are not changed, and seeding twice changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from importlib import resources
from itertools import chain, count, islice, zip_longest
from typing import Any, Final
from zlib import crc32

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from storefront_store import moments
from storefront_store.conf import app_settings, get_model
from storefront_store.demo.images import draw
from storefront_store.exceptions import StoreError
from storefront_store.models import (
    AbstractProduct,
    AbstractProductGroup,
    CatalogueVersion,
    ProductImage,
    Promotion,
    Review,
)
from storefront_store.pricing import to_cents
from storefront_store.services.batching import batches
from storefront_store.services.transactions import use_case

IMAGE_PATH: Final = "store/images/demo/{sku}.jpg"
IMAGES_AT_A_TIME: Final = 20
REVIEW_DAYS: Final = 730


@dataclass(slots=True)
class Seeded:
    """The numbers of rows added by a run.

    Attributes:
        collections: The number of new collections.
        products: The number of new products.
        reviews: The number of new reviews.
        images: The number of new product images.
        promotions: The number of new promotions.
    """

    collections: int = 0
    products: int = 0
    reviews: int = 0
    images: int = 0
    promotions: int = 0


def seed_catalogue(
    size: int | None = None, *, images: bool = True, advance: Callable[[int], object] = lambda done: None
) -> Seeded:
    """Add the demo catalogue to the store.

    Args:
        size: The number of products; by default that of the demo. Fewer are taken from all collections in turn, and
            more are numbered copies.
        images: Whether to draw images for the demo's own products. Copies have none.
        advance: Called with the number of products and images processed since the last call.

    Returns:
        The numbers of added rows.

    Raises:
        NoMedia: If images are requested and no media folder is configured.
    """
    demo = load_demo()
    own = _own_products(demo)
    size = len(own) if size is None else size
    if images:
        check_media()
    collections, seeded = _add_collections(demo["collections"])
    for batch in batches(islice(chain(own, _copies(own)), size)):
        added = _add_products(batch, collections, demo["groups"])
        seeded.products += len(added)
        seeded.reviews += sum(len(product["reviews"]) for product in added)
        advance(len(batch))
    own = own[:size]
    if images:
        for batch in batches(own, IMAGES_AT_A_TIME):
            seeded.images += _add_images(batch)
            advance(len(batch))
    seeded.promotions = _add_promotions(demo["promotions"])
    _feature_products(demo["collections"])
    return seeded


class NoMedia(StoreError):
    """No media folder is configured."""

    code = "no_media"
    message: Any = _("MEDIA_ROOT is not set: images would be written into the working folder.")


def check_media() -> None:
    """Check that a media folder is configured.

    Raises:
        NoMedia: If images would be written to the working directory.
    """
    storage = ProductImage._meta.get_field("image").storage
    if getattr(storage, "base_location", None) == "":
        raise NoMedia


def demo_size() -> int:
    """Return the number of products in the demo catalogue."""
    return sum(len(collection["products"]) for collection in load_demo()["collections"])


def load_demo() -> dict[str, Any]:
    """Return the demo catalogue: collections with products, and promotions."""
    text = resources.files("storefront_store.demo").joinpath("catalogue.json").read_text(encoding="utf-8")
    demo: dict[str, Any] = json.loads(text)
    return demo


def _own_products(demo: dict[str, Any]) -> list[dict[str, Any]]:
    """Yield one product of each collection in turn, so that a small store has products of all collections."""
    shelves = [
        [{**product, "collection": collection["title"]} for product in collection["products"]]
        for collection in demo["collections"]
    ]
    return [product for row in zip_longest(*shelves) for product in row if product is not None]


def _copies(own: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield numbered copies without end, with prices and stocks similar to the originals; none is a variant."""
    for number in count(2):  # pragma: no branch
        for index, product in enumerate(own):
            percent = 80 + (17 * number + 7 * index) % 41
            yield {
                **product,
                "sku": f"{product['sku']}-{number}",
                "title": f"{product['title']}, No. {number}",
                "slug": f"{product['slug']}-{number}",
                "unit_price": to_cents(Decimal(product["unit_price"]) * percent / 100),
                "inventory": (product["inventory"] + 13 * number + index) % 250,
                "reviews": [],
                "group": None,
                "options": {},
            }


@use_case
def _add_collections(demo: Sequence[dict[str, Any]]) -> tuple[dict[str, Any], Seeded]:
    CatalogueVersion.objects.lock()
    model = get_model("Collection")
    titles = [collection["title"] for collection in demo]
    known = set(model._base_manager.filter(title__in=titles).values_list("title", flat=True))
    new = [model(title=title) for title in titles if title not in known]
    model._default_manager.bulk_create(new)
    if new:
        CatalogueVersion.objects.bump()
    rows = model._base_manager.filter(title__in=titles).order_by("-pk").values_list("title", "pk")
    return dict(rows), Seeded(collections=len(new))


@use_case
def _add_products(
    batch: Sequence[dict[str, Any]], collections: dict[str, Any], demo_groups: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Insert the missing products of the batch and return them."""
    CatalogueVersion.objects.lock()
    model = get_model("Product")
    skus = [product["sku"] for product in batch]
    known = set(model._base_manager.filter(sku__in=skus).values_list("sku", flat=True))
    missing = [product for product in batch if product["sku"] not in known]
    if not missing:
        return []
    lowest = app_settings.MIN_PRICE
    groups = _ensure_groups(missing, demo_groups)
    rows = model._default_manager.bulk_create(
        model(
            sku=product["sku"],
            title=product["title"],
            slug=product["slug"],
            description=product["description"],
            unit_price=max(Decimal(product["unit_price"]), lowest),
            inventory=product["inventory"],
            collection_id=collections[product["collection"]],
            group=groups.get(product.get("group", "")),
            options=product.get("options", {}),
        )
        for product in missing
    )
    _add_reviews(rows, missing)
    CatalogueVersion.objects.bump()
    return missing


def _ensure_groups(
    products: Sequence[dict[str, Any]], demo_groups: Sequence[dict[str, Any]]
) -> dict[str, AbstractProductGroup]:
    """Return the groups of the products by slug; create missing ones."""
    wanted = {product["group"] for product in products if product.get("group")}
    model = get_model("ProductGroup")
    groups = {row.slug: row for row in model._base_manager.filter(slug__in=wanted).order_by("-pk")}
    new = [model(**group) for group in demo_groups if group["slug"] in wanted - groups.keys()]
    groups.update({row.slug: row for row in model._default_manager.bulk_create(new)})
    return groups


def _add_reviews(rows: Sequence[AbstractProduct], products: Sequence[dict[str, Any]]) -> None:
    """Add the reviews of new products, dated within the last two years."""
    today = moments.today()
    reviews, dates = [], []
    for row, product in zip(rows, products, strict=True):
        for number, review in enumerate(product["reviews"]):
            reviews.append(Review(product_id=row.pk, **review))
            dates.append(today - timedelta(days=crc32(f"{product['sku']} {number}".encode()) % REVIEW_DAYS))
    made = Review.objects.bulk_create(reviews)
    for review, day in zip(made, dates, strict=True):
        review.date = day  # an insert always sets the current date
    Review.objects.bulk_update(made, ["date"])


def _add_images(batch: Sequence[dict[str, Any]]) -> int:
    """Draw missing images first, then write their rows in a transaction."""
    bare = _without_image(batch)
    names = {product["sku"]: _store_image(product) for product in batch if product["sku"] in bare}
    return _add_image_rows(batch, names) if names else 0


def _without_image(batch: Sequence[dict[str, Any]]) -> dict[str, Any]:
    skus = [product["sku"] for product in batch]
    rows = get_model("Product")._base_manager.filter(sku__in=skus, images__isnull=True)
    return dict(rows.values_list("sku", "pk"))


def _store_image(product: dict[str, Any]) -> str:
    storage = ProductImage._meta.get_field("image").storage
    name = IMAGE_PATH.format(sku=product["sku"].lower())
    if storage.exists(name):
        return name
    hint = product["picture"]
    stored: str = storage.save(name, ContentFile(draw(hint["motif"], hint["colors"])))
    return stored


@use_case
def _add_image_rows(batch: Sequence[dict[str, Any]], names: dict[str, str]) -> int:
    CatalogueVersion.objects.lock()
    bare = _without_image(batch)
    rows = [
        ProductImage(product_id=bare[product["sku"]], image=names[product["sku"]], alt_text=product["title"])
        for product in batch
        if product["sku"] in bare and product["sku"] in names
    ]
    ProductImage.objects.bulk_create(rows)
    CatalogueVersion.objects.bump()
    return len(rows)


@use_case
def _add_promotions(demo: Sequence[dict[str, Any]]) -> int:
    CatalogueVersion.objects.lock()
    titles = [promotion["description"] for promotion in demo]
    known = set(Promotion.objects.filter(description__in=titles).values_list("description", flat=True))
    missing = [promotion for promotion in demo if promotion["description"] not in known]
    for promotion in missing:
        row = Promotion.objects.create(description=promotion["description"], discount=Decimal(promotion["discount"]))
        row.products.set(get_model("Product")._base_manager.filter(sku__in=promotion["products"]))
    return len(missing)


@use_case
def _feature_products(demo: Sequence[dict[str, Any]]) -> None:
    """Set the featured product of collections without one, if the product exists."""
    CatalogueVersion.objects.lock()
    titles = [collection["title"] for collection in demo]
    skus = [collection["featured_product"] for collection in demo]
    products = {row.sku: row for row in get_model("Product")._base_manager.filter(sku__in=skus)}
    wanted = {collection["title"]: products.get(collection["featured_product"]) for collection in demo}
    empty = get_model("Collection")._base_manager.filter(title__in=titles, featured_product=None)
    rows = [row for row in empty if wanted[row.title] is not None]
    for row in rows:
        row.featured_product = wanted[row.title]
    if rows:
        get_model("Collection")._default_manager.bulk_update(rows, ["featured_product"])
        CatalogueVersion.objects.bump()
