"""Values that models maintain on save and delete."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.models import Session

from storefront_store.api.serializers import fields
from storefront_store.models import (
    CatalogueVersion,
    IdempotencyRecord,
    Product,
    ProductGroup,
    ProductImage,
    ProductWord,
)
from storefront_store.services import idempotency

pytestmark = pytest.mark.django_db


def finds(text: str) -> list[str]:
    return [product.title for product in Product.objects.search(text).by_relevance()]


class TestSearchWords:
    def test_search_words_are_updated_when_only_title_is_saved(self, make_product: Any) -> None:
        product = make_product(title="Assam")

        product.title = "BANCHA"
        product.save(update_fields=["title"])

        assert (finds("bancha"), finds("assam")) == (["BANCHA"], [])

    def test_search_words_are_unchanged_when_other_fields_are_saved(self, make_product: Any) -> None:
        product = make_product(title="Assam")

        product.title = "BANCHA"
        product.save(update_fields=["inventory"])

        assert (finds("bancha"), finds("assam")) == ([], ["Assam"])

    def test_saving_stale_instance_restores_its_search_words(self, make_product: Any) -> None:
        old = make_product(title="Assam")
        newer = Product.objects.get(pk=old.pk)
        newer.title = "Bancha"
        newer.save()

        old.save()

        assert (finds("bancha"), finds("assam")) == ([], ["Assam"])

    def test_search_words_follow_group_title(self, make_product: Any) -> None:
        group = ProductGroup.objects.create(title="Tea", slug="tea", varies_by=["Weight"])
        make_product(title="Assam", group=group, options={"Weight": "50 g"})

        group.title = "Infusion"
        group.save()

        assert (finds("infusion"), finds("tea"), finds("50g"), finds("weight 50")) == (["Assam"], [], [], ["Assam"])

    def test_products_are_not_found_by_deleted_group(self, make_product: Any) -> None:
        group = ProductGroup.objects.create(title="Tea", slug="tea")
        product = make_product(title="Assam", group=group)

        ProductGroup.objects.filter(pk=group.pk).delete()

        product.refresh_from_db()
        assert (product.group, finds("tea"), finds("assam")) == (None, [], ["Assam"])

    def test_search_words_are_deleted_with_product(self, make_product: Any) -> None:
        make_product(title="Assam").delete()

        assert ProductWord.objects.count() == 0


class TestImages:
    def test_image_without_file_can_be_deleted(
        self, make_product: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        picture = ProductImage.objects.create(product=make_product(), image="")

        with django_capture_on_commit_callbacks(execute=True) as callbacks:
            picture.delete()

        assert not callbacks
        assert not ProductImage.objects.exists()


class TestStr:
    def test_str_of_catalogue_version(self, make_product: Any) -> None:
        make_product()

        version = CatalogueVersion.objects.get(pk=CatalogueVersion.objects.ROW)

        assert str(version) == str(version.version) != "0"

    def test_str_of_idempotency_record_hides_key(self, user: Any) -> None:
        idempotency.run(user, "my key", "f", lambda: None, lambda result: (200, b""))

        assert str(IdempotencyRecord.objects.get()).startswith(f"{user.pk}: ")
        assert "my key" not in str(IdempotencyRecord.objects.get())


class TestTextPrimaryKeys:
    """A project may swap a model for one with a text primary key."""

    @pytest.fixture(autouse=True)
    def _text_keys(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(fields, "get_model", lambda name: Session)

    def test_key_longer_than_column_is_rejected(self) -> None:
        field = fields.key_field("Product")

        assert field.run_validation("abc") == "abc"
        with pytest.raises(fields.serializers.ValidationError, match="40 characters"):
            field.run_validation("a" * 41)
