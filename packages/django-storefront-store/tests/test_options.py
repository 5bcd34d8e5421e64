"""The rules for the options of variants."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from storefront_store.models import Collection, Product, ProductGroup
from storefront_store.options import fit_options, options_digest, validate_options, validate_varies_by


class TestDigest:
    def test_digest_ignores_order_and_spelling(self) -> None:
        one = options_digest({"Colour": "Crème", "Size": "M"})

        assert one == options_digest({"size": " m ", "COLOUR": "creme"})

    def test_digest_distinguishes_names_and_values(self) -> None:
        assert options_digest({"a": "b", "c": "d"}) != options_digest({"a": "d", "c": "b"})
        assert options_digest({"a": "bc"}) != options_digest({"ab": "c"})
        assert options_digest({}) != options_digest({"a": "b"})


class TestRules:
    @pytest.mark.parametrize(
        "value",
        ["Colour", {"Colour": 1}, 7, None, ["Colour", "colour"], [""], [" "], ["a" * 61], [1], ["a\x00"], "a" * 11],
    )
    def test_invalid_varies_by_is_rejected(self, value: Any) -> None:
        with pytest.raises(ValidationError):
            validate_varies_by(list(value) if value == "a" * 11 else value)

    @pytest.mark.parametrize(
        "value",
        [
            [],
            None,
            "Red",
            {"Colour": 1},
            {"Colour": None},
            {"Colour": ""},
            {"Colour": "\u200b"},
            {"Colour": "r" * 101},
            {"Colour": "\ud800"},
            {"Colour": "Red", "COLOUR": "Blue"},
        ],
    )
    def test_invalid_options_are_rejected(self, value: Any) -> None:
        with pytest.raises(ValidationError):
            validate_options(value)

    def test_options_adopt_names_and_order_of_group(self) -> None:
        fitted = fit_options({"size": " M ", "COLOUR": "Red"}, ["Colour", "Size"])

        assert list(fitted.items()) == [("Colour", "Red"), ("Size", "M")]

    @pytest.mark.parametrize("options", [{}, {"Colour": "Red"}, {"Colour": "Red", "Size": "M", "Fit": "slim"}])
    def test_option_names_must_match_group(self, options: dict[str, str]) -> None:
        with pytest.raises(ValidationError, match="Colour, Size"):
            fit_options(options, ["Colour", "Size"])


@pytest.mark.database
@pytest.mark.django_db
class TestConstraint:
    @pytest.fixture
    def group(self) -> ProductGroup:
        return ProductGroup.objects.create(title="Shirt", slug="shirt", varies_by=["Colour"])

    def test_options_are_unique_within_group(self, group: ProductGroup, make_product: Any) -> None:
        make_product(group=group, options={"Colour": "Red"})

        with pytest.raises(IntegrityError), transaction.atomic():
            make_product(group=group, options={"Colour": "RED"})

        make_product(group=group, options={"Colour": "Blue"})
        assert group.products.count() == 2

    def test_products_without_group_may_share_options(self, make_product: Any) -> None:
        make_product(options={"Colour": "Red"})
        make_product(options={"Colour": "Red"})

        assert Product.objects.count() == 2

    def test_bulk_create_enforces_unique_options(self, group: ProductGroup) -> None:
        collection = Collection.objects.create(title="Shirts")
        rows = [
            Product(
                title=f"Shirt {value}",
                slug="s",
                unit_price=5,
                inventory=1,
                collection=collection,
                group=group,
                options={"Colour": value},
            )
            for value in ("Red", "red")
        ]

        with pytest.raises(IntegrityError), transaction.atomic():
            Product.objects.bulk_create(rows)

    def test_full_clean_reports_duplicate_options(self, group: ProductGroup, make_product: Any) -> None:
        make_product(group=group, options={"Colour": "Red"})
        second = make_product(options={})
        second.group, second.options = group, {"colour": "red"}

        with pytest.raises(ValidationError, match="Another product of this group has the same options"):
            second.full_clean()

        second.options = {"colour": "Blue"}
        second.full_clean()
        assert second.options == {"Colour": "Blue"}

    def test_full_clean_rejects_option_names_not_in_group(self, group: ProductGroup, make_product: Any) -> None:
        product = make_product(options={"Size": "M"})
        product.group = group

        with pytest.raises(ValidationError) as raised:
            product.full_clean()

        assert list(raised.value.message_dict) == ["options"]
