"""Import of tags and likes of products."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.contrib.auth import get_user_model

from course_database.context import Move
from course_database.copying import Row
from generic_likes.services.liking import bulk_like
from generic_tags.exceptions import TagsError
from generic_tags.services.tagging import bulk_add_tags
from storefront_store.conf import get_model

PRODUCT = "store.product"


def copy_tags(move: Move) -> None:
    """Copy the tags of products, with a constant number of queries for each tag."""
    labels = {row["id"]: row["label"] for row in move.source.rows("tags_tag")}
    products: dict[str, list[Any]] = defaultdict(list)
    for row in _of_products(move, "tags_taggeditem", "tags"):
        products[labels.get(row["tag_id"], "")].append(row["object_id"])
    for label, keys in products.items():
        tagged = _by_key(move, get_model("Product"), keys)
        try:
            added = bulk_add_tags(tagged, label)
        except TagsError:
            move.report.lost["tags with a label that can't be read"] += len(keys)
            continue
        move.report.moved["tags"] += added
        move.report.present["tags"] += len(keys) - added


def copy_likes(move: Move) -> None:
    """Copy the likes of products, with a constant number of queries for each user."""
    liked: dict[Any, list[Any]] = defaultdict(list)
    for row in _of_products(move, "likes_likeditem", "likes"):
        liked[row["user_id"]].append(row["object_id"])
    users = get_user_model()._base_manager.using(move.using).in_bulk(list(liked))
    for key, keys in liked.items():
        if key not in users:
            move.report.lost["likes of no user"] += len(keys)
            continue
        added = bulk_like(users[key], _by_key(move, get_model("Product"), keys))
        move.report.moved["likes"] += added
        move.report.present["likes"] += len(keys) - added


def _of_products(move: Move, table: str, kind: str) -> Iterator[Row]:
    """Yield the links to imported products."""
    content_types = move.source.content_types()
    move.report.found[kind] += 0
    for row in move.source.rows(table):
        move.report.found[kind] += 1
        model = content_types.get(row["content_type_id"])
        if model == PRODUCT and row["object_id"] in move.products:
            yield row
        else:
            move.report.lost[f"{kind} of something that is no product here"] += 1


def _by_key(move: Move, model: Any, keys: list[Any]) -> list[Any]:
    return list(model._base_manager.using(move.using).in_bulk(keys).values())
