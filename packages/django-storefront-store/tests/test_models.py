"""What the models keep by themselves, whoever writes them."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.models import Session

from storefront_store.api.serializers import fields
from storefront_store.models import CatalogueVersion, IdempotencyRecord, Product, ProductImage
from storefront_store.services import idempotency

pytestmark = pytest.mark.django_db


def saved_search_text(product: Product) -> str:
    return Product.objects.values_list("search_text", flat=True).get(pk=product.pk)


class TestSearchText:
    def test_follows_a_title_that_is_saved_alone(self, make_product: Any) -> None:
        product = make_product(title="Assam")

        product.title = "BANCHA"
        product.save(update_fields=["title"])

        assert "bancha" in saved_search_text(product)

    def test_is_left_alone_by_a_save_of_other_fields(self, make_product: Any) -> None:
        product = make_product(title="Assam")
        before = saved_search_text(product)

        product.title = "BANCHA"
        product.save(update_fields=["inventory"])

        assert saved_search_text(product) == before


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

        version = CatalogueVersion.objects.get()

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
