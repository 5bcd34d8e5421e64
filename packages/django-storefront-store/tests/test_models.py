"""What the models keep by themselves, whoever writes them."""

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
    def test_follow_a_title_that_is_saved_alone(self, make_product: Any) -> None:
        product = make_product(title="Assam")

        product.title = "BANCHA"
        product.save(update_fields=["title"])

        assert (finds("bancha"), finds("assam")) == (["BANCHA"], [])

    def test_are_left_alone_by_a_save_of_other_fields(self, make_product: Any) -> None:
        product = make_product(title="Assam")

        product.title = "BANCHA"
        product.save(update_fields=["inventory"])

        assert (finds("bancha"), finds("assam")) == ([], ["Assam"])

    def test_an_old_instance_that_is_saved_brings_its_own_words_back(self, make_product: Any) -> None:
        old = make_product(title="Assam")
        newer = Product.objects.get(pk=old.pk)
        newer.title = "Bancha"
        newer.save()

        old.save()

        assert (finds("bancha"), finds("assam")) == ([], ["Assam"])

    def test_follow_the_title_of_the_group(self, make_product: Any) -> None:
        group = ProductGroup.objects.create(title="Tea", slug="tea", varies_by=["Weight"])
        make_product(title="Assam", group=group, options={"Weight": "50 g"})

        group.title = "Infusion"
        group.save()

        assert (finds("infusion"), finds("tea"), finds("50g"), finds("weight 50")) == (["Assam"], [], [], ["Assam"])

    def test_a_deleted_group_leaves_products_that_are_not_found_by_it(self, make_product: Any) -> None:
        group = ProductGroup.objects.create(title="Tea", slug="tea")
        product = make_product(title="Assam", group=group)

        ProductGroup.objects.filter(pk=group.pk).delete()

        product.refresh_from_db()
        assert (product.group, finds("tea"), finds("assam")) == (None, [], ["Assam"])

    def test_go_with_the_product(self, make_product: Any) -> None:
        make_product(title="Assam").delete()

        assert ProductWord.objects.count() == 0


class TestPictures:
    def test_a_row_without_a_file_can_be_deleted(
        self, make_product: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        picture = ProductImage.objects.create(product=make_product(), image="")

        with django_capture_on_commit_callbacks(execute=True) as callbacks:
            picture.delete()

        assert not callbacks
        assert not ProductImage.objects.exists()


class TestNames:
    def test_of_the_catalogue_version(self, make_product: Any) -> None:
        make_product()

        version = CatalogueVersion.objects.get(pk=CatalogueVersion.objects.ROW)

        assert str(version) == str(version.version) != "0"

    def test_of_an_idempotency_record_without_the_key(self, user: Any) -> None:
        idempotency.run(user, "my key", "f", lambda: None, lambda result: (200, b""))

        assert str(IdempotencyRecord.objects.get()).startswith(f"{user.pk}: ")
        assert "my key" not in str(IdempotencyRecord.objects.get())


class TestKeysOfText:
    """A host may replace a model by one whose key is a text."""

    @pytest.fixture(autouse=True)
    def _text_keys(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(fields, "get_model", lambda name: Session)

    def test_in_a_body_are_as_long_as_the_column(self) -> None:
        field = fields.key_field("Product")

        assert field.run_validation("abc") == "abc"
        with pytest.raises(fields.serializers.ValidationError, match="40 characters"):
            field.run_validation("a" * 41)
