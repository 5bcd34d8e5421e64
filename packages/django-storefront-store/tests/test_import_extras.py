from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.base import ContentFile
from storefront_store_testapp.imports import INK, PEN, counts, load

from storefront_store.models import Product, ProductImage, Review

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("low_prices")]


@pytest.mark.database
class TestReviewsAndImages:
    def test_reviews_are_imported(self, write: Any) -> None:
        reviews = [
            {"reviewerName": "Ann", "comment": "Good", "rating": 5, "date": "2024-05-06T07:08:09.123Z"},
            {"name": "Bob", "text": "Bad", "date": "2023-01-02"},
            {"name": "Bob", "text": "Bad"},
            {"name": "Cy", "body": "So so", "stars": "3"},
        ]

        summary = load(write([PEN | {"reviews": reviews}]))

        assert summary.notes["new reviews"] == 4
        today = Review.objects.get(name="Cy").date
        assert list(Review.objects.order_by("pk").values_list("name", "description", "rating", "date")) == [
            ("Ann", "Good", 5, date(2024, 5, 6)),
            ("Bob", "Bad", None, date(2023, 1, 2)),
            ("Bob", "Bad", None, today),
            ("Cy", "So so", 3, today),
        ]

    def test_second_equal_review_is_added(self, write: Any) -> None:
        review = {"name": "Ann", "text": "Good", "rating": 5}
        load(write([PEN | {"reviews": [review]}]))

        load(write([PEN | {"reviews": [review, review]}]))

        assert Review.objects.count() == 2

    def test_new_reviews_are_added(self, write: Any) -> None:
        one, two = {"name": "Ann", "text": "Good", "rating": 5}, {"name": "Bob", "text": "Bad", "rating": 1}
        load(write([PEN | {"reviews": [one]}]))

        assert counts(load(write([PEN | {"reviews": [one, two]}]))) == (0, 1, 0, 0, 0)
        assert Review.objects.count() == 2

    @pytest.mark.parametrize(
        ("review", "reason"),
        [
            ({"name": "Ann", "text": "Good", "rating": 6}, "review 1: rating: "),
            ({"name": "Ann", "text": "Good", "rating": "many"}, "review 1: rating: 'many' is not a number"),
            ({"name": "Ann", "text": "Good", "rating": 4.5}, "review 1: rating: 4.5 is not a whole number"),
            ({"name": "Ann"}, "review 1: description: "),
            ({"name": "\u200b", "text": "Good"}, "review 1: name: "),
            ({"name": "Ann", "text": "Good", "date": "someday"}, "review 1: date: 'someday' is not a date"),
            ("Good", "review 1 is not an object"),
        ],
    )
    def test_invalid_review_fails_row(self, write: Any, review: Any, reason: str) -> None:
        summary = load(write([PEN | {"reviews": [review]}]))

        assert counts(summary) == (0, 0, 0, 0, 1)
        assert summary.failures[0][1].startswith(reason)
        assert not Product.objects.exists()

    @pytest.mark.parametrize("reviews", [12, 4.5, None, []])
    def test_number_of_reviews_is_ignored(self, write: Any, reviews: Any) -> None:
        assert load(write([PEN | {"reviews": reviews}])).created == 1

    @pytest.mark.parametrize("name", ["reviews", "images"])
    def test_reviews_or_images_of_wrong_type_fail_row(self, write: Any, name: str) -> None:
        assert load(write([PEN | {name: {"a": 1}}])).failures == [("row 1", f"{name}: not a list")]

    def test_remote_images_are_counted_and_not_fetched(self, write: Any, monkeypatch: Any) -> None:
        monkeypatch.setattr("socket.socket.connect", lambda *args: pytest.fail("a connection was made"))

        summary = load(write([PEN | {"images": ["https://example.com/1.webp", "//cdn.example.com/2.webp"]}]))

        assert summary.notes["images elsewhere, not fetched"] == 2
        assert not ProductImage.objects.exists()

    def test_stored_images_are_attached_once(self, write: Any) -> None:
        ProductImage._meta.get_field("image").storage.save("store/images/pen.jpg", ContentFile(b"picture"))
        path = write(
            [PEN | {"images": [{"image": "store/images/pen.jpg", "alt_text": "A pen"}, "store/images/pen.jpg"]}]
        )

        assert counts(load(path)) == (1, 0, 0, 0, 0)
        assert counts(load(path)) == (0, 0, 1, 0, 0)
        assert list(ProductImage.objects.values_list("image", "alt_text")) == [("store/images/pen.jpg", "A pen")]

    @pytest.mark.parametrize("path", ["store/images/gone.jpg", "../../etc/passwd", "/etc/passwd", "a\nb" * 999, "."])
    def test_images_missing_from_media_are_noted(self, write: Any, path: str) -> None:
        summary = load(write([PEN | {"images": [{"image": path}]}]))

        assert summary.created == 1
        assert summary.notes["images that are not in the media folder"] == 1
        assert not ProductImage.objects.exists()

    def test_image_belongs_to_one_product(self, write: Any, django_capture_on_commit_callbacks: Any) -> None:
        storage = ProductImage._meta.get_field("image").storage
        storage.save("store/images/shared.jpg", ContentFile(b"picture"))
        path = write([PEN | {"images": ["store/images/shared.jpg"] * 2}, INK | {"images": ["store/images/shared.jpg"]}])

        summary, again = load(path), load(path)

        assert ProductImage.objects.get().product.sku == "P1"
        assert summary.notes["images that another product has already"] == 1
        assert counts(again) == (0, 0, 2, 0, 0)
        with django_capture_on_commit_callbacks(execute=True):
            Product.objects.get(sku="I1").delete()
        assert storage.exists("store/images/shared.jpg")

    @pytest.mark.parametrize("path", ["store/images", "./store/images/a.jpg", "store/../store/images/a.jpg"])
    def test_directories_and_unnormalised_paths_are_not_images(self, write: Any, path: str) -> None:
        ProductImage._meta.get_field("image").storage.save("store/images/a.jpg", ContentFile(b"picture"))

        summary = load(write([PEN | {"images": [path]}]))

        assert summary.notes["images that are not in the media folder"] == 1
        assert not ProductImage.objects.exists()

    @pytest.mark.parametrize("image", [7, None, {"src": "a.jpg"}, {"image": None}, ""])
    def test_images_of_unknown_type_are_skipped(self, write: Any, image: Any) -> None:
        assert counts(load(write([PEN | {"images": [image]}]))) == (1, 0, 0, 0, 0)
        assert not ProductImage.objects.exists()
