"""Import of collections, products, promotions, reviews and images."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import models
from django.db.models import F
from django.utils.text import slugify

from course_database.context import Move
from course_database.copying import Row
from course_database.values import converted, day, moment
from storefront_store.conf import get_model
from storefront_store.images import sanitise
from storefront_store.models import ProductImage, Promotion, Review

MIN_PRICE: Final = Decimal("0.01")
SLUG_LENGTH: Final = 50


def copy_catalogue(move: Move) -> None:
    """Copy collections, products and promotions."""
    collection, product = get_model("Collection"), get_model("Product")
    collections = move.copier.copy(
        "collections",
        collection,
        move.source.rows("store_collection"),
        lambda row: collection(pk=row["id"], title=converted(collection, "title", row["title"])),
        same="title",
    )

    def make(row: Row) -> models.Model | None:
        if row["collection_id"] not in collections:
            move.report.lost["products without a collection"] += 1
            return None
        price = Decimal(str(row["unit_price"] or 0))
        stock = int(row["inventory"] or 0)
        if price < MIN_PRICE:
            move.report.changed["products without a price, which are inactive now"] += 1
        if stock < 0:
            move.report.changed["stocks below zero, which are 0 now"] += 1
        return product(
            pk=row["id"],
            title=converted(product, "title", row["title"]),
            slug=row.first("slug") or slugify(row["title"])[:SLUG_LENGTH] or "-",
            description=row.first("description"),
            unit_price=max(price, MIN_PRICE),
            inventory=max(stock, 0),
            is_active=price >= MIN_PRICE,
            last_update=moment(row.first("last_update", default=move.started)),
            collection_id=row["collection_id"],
        )

    move.products = move.copier.copy("products", product, move.source.rows("store_product"), make, same="title")
    for row in move.source.rows("store_collection"):
        if row.get("featured_product_id") in move.products:
            rows = collection._base_manager.using(move.using).filter(pk=row["id"])
            rows.update(featured_product_id=row["featured_product_id"])
    _copy_promotions(move)
    move.compare("stock", move.source.total("store_product", "inventory"), product, move.products, F("inventory"))


def copy_reviews(move: Move) -> None:
    """Copy reviews; their authors are names, as in the course, or accounts or customers, as in many projects."""
    users = {user.pk: user for user in get_user_model()._base_manager.using(move.using).all()}
    user_of = dict(get_model("Customer")._base_manager.using(move.using).values_list("pk", "user_id"))

    def make(row: Row) -> models.Model | None:
        if row["product_id"] not in move.products:
            move.report.lost["reviews of no product"] += 1
            return None
        author: Any = users.get(row.first("user_id", "author_id", default=user_of.get(row.first("customer_id"))))
        name = row.first("name") or (author and (author.get_full_name() or author.get_username()))
        if not name:
            move.report.changed["reviews without an author's name, who is called Anonymous now"] += 1
        rating = row.first("rating")
        return Review(
            pk=row["id"],
            product_id=row["product_id"],
            author=author,
            name=converted(Review, "name", name or "Anonymous"),
            description="\n\n".join(str(part) for part in (row.first("title"), row["description"]) if part),
            rating=rating if rating in range(1, 6) else None,
            date=day(row.first("date", "created_at", default=move.started)),
        )

    move.copier.copy("reviews", Review, move.source.rows("store_review"), make, same="product_id")


def copy_images(move: Move) -> None:
    """Store the images from the media folder like uploads: validated and without metadata."""
    move.report.found["images"] = move.source.count("store_productimage")
    for row in move.source.rows("store_productimage"):
        if ProductImage.objects.using(move.using).filter(pk=row["id"]).exists():
            move.report.present["images"] += 1
            continue
        path = None if move.media is None else move.media / str(row["image"])
        if path is None or not path.is_file() or row["product_id"] not in move.products:
            move.report.lost["images without a file" if move.media else "images: no media folder was given"] += 1
            continue
        try:
            with path.open("rb") as file:
                image = sanitise(File(file, name=path.name))
        except (ValidationError, OSError) as error:
            move.report.lost[f"images that are none: {type(error).__name__}"] += 1
            continue
        ProductImage(pk=row["id"], product_id=row["product_id"], image=image).save(using=move.using)
        move.report.moved["images"] += 1


def _copy_promotions(move: Move) -> None:
    """Copy promotions, whose number without a unit is treated as a percentage or as a fraction."""

    def make(row: Row) -> models.Model | None:
        discount = Decimal(str(row["discount"]))
        if 0 < discount < 1:
            discount *= 100
            move.report.changed["discounts below 1, taken for fractions"] += 1
        if not 0 < discount <= 100:
            move.report.lost["promotions of no percentage"] += 1
            return None
        return Promotion(
            pk=row["id"],
            description=converted(Promotion, "description", row["description"]),
            discount=discount.quantize(MIN_PRICE),
        )

    kept = move.copier.copy("promotions", Promotion, move.source.rows("store_promotion"), make, same="description")
    links: Any = Promotion.products.through
    present = set(links._base_manager.using(move.using).values_list("promotion_id", "product_id"))
    wanted = {
        (row["promotion_id"], row["product_id"]): None
        for row in move.source.rows("store_product_promotions")
        if row["promotion_id"] in kept and row["product_id"] in move.products
    }
    links._base_manager.using(move.using).bulk_create(
        [links(promotion_id=promotion, product_id=product) for promotion, product in wanted.keys() - present],
        batch_size=500,
    )
