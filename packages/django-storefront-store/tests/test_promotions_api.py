"""Promotions over HTTP, and the price that they lead to."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from storefront_store.models import Product, Promotion
from storefront_store.pricing import validate_moment

pytestmark = pytest.mark.django_db


class TestPromotions:
    def test_staff_can_manage_promotions(self, as_staff: Any, mug: Product) -> None:
        made = as_staff.post("/store/promotions/", {"description": "Sale", "discount": 25, "products": [mug.pk]})

        assert made.status_code == 201
        where = f"/store/promotions/{made.json()['id']}/"
        assert made.json() == {
            "id": made.json()["id"],
            "description": "Sale",
            "discount": 25.0,
            "starts_at": None,
            "ends_at": None,
            "products": [mug.pk],
        }
        assert as_staff.get(where).json() == made.json()
        assert as_staff.get("/store/promotions/").json() == [made.json()]
        assert as_staff.patch(where, {"products": []}).json()["products"] == []
        assert as_staff.delete(where).status_code == 204

    @pytest.mark.parametrize(
        ("discounts", "price", "taxed"),
        [
            ([], 9.99, 10.99),
            (["10"], 8.99, 9.89),
            (["10", "33.33", "20"], 6.66, 7.33),
            (["100"], 0.0, 0.0),
            (["0.01"], 9.99, 10.99),
        ],
    )
    def test_best_discount_applies(
        self, discounts: list[str], price: float, taxed: float, api: Any, mug: Product
    ) -> None:
        for discount in discounts:
            Promotion.objects.create(description="Sale", discount=Decimal(discount)).products.add(mug)

        for shown in (api.get(f"/store/products/{mug.pk}/").json(), api.get("/store/products/").json()["results"][0]):
            assert (shown["unit_price"], shown["effective_price"], shown["price_with_tax"]) == (9.99, price, taxed)

    @pytest.mark.parametrize(
        ("starts", "ends", "counts"),
        [
            (None, None, True),
            (0, None, True),
            (1, None, False),
            (None, 0, False),
            (None, 1, True),
            (-2, -1, False),
            (-1, 1, True),
        ],
    )
    @time_machine.travel("2026-06-01T12:00:00Z", tick=False)
    def test_promotion_applies_only_within_its_period(
        self, starts: int | None, ends: int | None, counts: bool, api: Any, mug: Product
    ) -> None:
        moments = [None if hours is None else timezone.now() + timedelta(hours=hours) for hours in (starts, ends)]
        Promotion.objects.create(description="S", discount=50, starts_at=moments[0], ends_at=moments[1]).products.add(
            mug
        )

        assert (api.get(f"/store/products/{mug.pk}/").json()["effective_price"] == 5.0) == counts

    @pytest.mark.parametrize(
        ("zone", "field", "value"),
        [("America/New_York", "ends_at", "9999-12-31T23:59:59"), ("Asia/Tokyo", "starts_at", "0001-01-01T00:00:00")],
    )
    def test_datetime_out_of_range_in_project_time_zone_is_400(
        self, zone: str, field: str, value: str, as_staff: Any
    ) -> None:
        with timezone.override(zone):
            answer = as_staff.post("/store/promotions/", {"description": "S", "discount": 5, field: value})

        assert (answer.status_code, answer.json().keys()) == (400, {field})
        with pytest.raises(ValidationError, match="out of range"):
            validate_moment(datetime.max.replace(tzinfo=ZoneInfo("America/New_York")))

    def test_products_are_ordered_by_primary_key(self, as_staff: Any, make_product: Any) -> None:
        first, second, third = (make_product().pk for _ in range(3))
        body = {"description": "S", "discount": 5, "products": [third, first, third, second]}

        assert as_staff.post("/store/promotions/", body).json()["products"] == [first, second, third]

    def test_unknown_product_is_named_in_error(self, as_staff: Any, mug: Product) -> None:
        body = {"description": "S", "discount": 5, "products": [mug.pk, 987654321]}

        answer = as_staff.post("/store/promotions/", body)

        assert answer.status_code == 400
        assert "987654321" in answer.json()["products"][0]
        assert not Promotion.objects.exists()

    def test_partial_update_with_end_before_start_is_400(self, as_staff: Any) -> None:
        promotion = Promotion.objects.create(description="S", discount=5, starts_at=timezone.now())

        answer = as_staff.patch(f"/store/promotions/{promotion.pk}/", {"ends_at": "2020-01-01T00:00:00Z"})

        assert (answer.status_code, answer.json()) == (400, {"ends_at": ["A promotion must end after it starts."]})
