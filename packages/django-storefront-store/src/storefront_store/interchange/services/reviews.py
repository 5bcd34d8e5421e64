"""Import of the reviews of products. They are added, never changed or removed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from storefront_store.interchange import values
from storefront_store.interchange.entries import Entry
from storefront_store.interchange.errors import BadRow
from storefront_store.models import AbstractProduct, Review
from storefront_store.services.transactions import using

REVIEW_CONVERTERS: Final[dict[str, Callable[[Any], Any]]] = {
    "name": values.text,
    "description": values.text,
    "rating": values.integer,
    "date": values.day,
    "is_hidden": values.boolean,
}
REVIEW_COLUMNS: Final[dict[str, Any]] = {
    "name": ("name", "reviewerName", "author", "user"),
    "description": ("description", "comment", "text", "body"),
    "rating": ("rating", "stars"),
    "date": ("date", "created_at", "createdAt"),
    "is_hidden": ("is_hidden",),
}
Pairs = Sequence[tuple[AbstractProduct, Entry]]


def read_reviews(reviews: Sequence[object]) -> list[dict[str, object]]:
    """Return the reviews of a file as dictionaries of model fields.

    Raises:
        BadRow: If one of them is not an object, or a value is invalid for its field.
    """
    return [_review(number, review) for number, review in enumerate(reviews, 1)]


def _review(number: int, review: Any) -> dict[str, Any]:
    if not isinstance(review, dict):
        raise BadRow(_("review %(number)d is not an object") % {"number": number})
    found = {
        name: next((review[column] for column in columns if review.get(column) is not None), None)
        for name, columns in REVIEW_COLUMNS.items()
    }
    try:
        return {
            name: values.convert(name, value, REVIEW_CONVERTERS) for name, value in found.items() if value is not None
        }
    except BadRow as error:
        raise BadRow(_("review %(number)d: %(reason)s") % {"number": number, "reason": error.message}) from error


def check_reviews(entry: Entry) -> None:
    """Validate the reviews of an entry by the rules of the API.

    Raises:
        BadRow: If one of them breaks a rule.
    """
    for number, review in enumerate(entry.reviews, 1):
        try:
            Review(**review).clean_fields(exclude={"product", "author", "date"})
        except ValidationError as error:
            reasons = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items())
            raise BadRow(_("review %(number)d: %(reason)s") % {"number": number, "reason": reasons[:200]}) from error


def add_reviews(pairs: Pairs, *, dry_run: bool) -> Counter[int]:
    """Add the reviews that a product does not have yet, compared by name, text and rating.

    Returns:
        The number of new ones by the ``id()`` of the product.
    """
    pairs = [(product, entry) for product, entry in pairs if entry.reviews]
    saved = [product.pk for product, _entry in pairs if product.pk]
    rows = Review.objects.using(using()).filter(product__in=saved)
    known: Counter[tuple[Any, ...]] = Counter(rows.values_list("product", "name", "description", "rating"))
    added: Counter[int] = Counter()
    new = []
    for product, entry in pairs:
        for review in entry.reviews:
            opinion = (product.pk, review.get("name"), review.get("description"), review.get("rating"))
            if known[opinion]:
                known[opinion] -= 1
            else:
                added[id(product)] += 1
                new.append((product, review))
    if not dry_run:
        _insert(new)
    return added


def _insert(new: Sequence[tuple[AbstractProduct, dict[str, Any]]]) -> None:
    manager = Review.objects.using(using())
    rows = manager.bulk_create(Review(product_id=product.pk, **review) for product, review in new)
    dated = []
    for row, (_product, review) in zip(rows, new, strict=True):
        if review.get("date", row.date) != row.date:  # an insert always sets the current date
            row.date = review["date"]
            dated.append(row)
    manager.bulk_update(dated, ["date"])
