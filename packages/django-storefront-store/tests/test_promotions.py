"""When a promotion ends, and which ones the list shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from storefront_store.models import Promotion

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


class TestLastDay:
    """``ends_at`` without a time."""

    @pytest.mark.parametrize(
        ("zone", "end"),
        [
            ("UTC", datetime(2026, 7, 1, tzinfo=UTC)),
            ("Asia/Tokyo", datetime(2026, 6, 30, 15, tzinfo=UTC)),
            ("America/New_York", datetime(2026, 7, 1, 4, tzinfo=UTC)),
        ],
    )
    def test_last_day_ends_in_time_zone_of_project(
        self, zone: str, end: datetime, as_staff: Any, settings: Any
    ) -> None:
        settings.TIME_ZONE = zone
        body = {"description": "June", "discount": 5, "ends_at": "2026-06-30"}

        answer = as_staff.post("/store/promotions/", body)

        assert answer.status_code == 201
        promotion = Promotion.objects.get()
        assert promotion.ends_at == end
        assert Promotion.objects.in_force(at=end - timedelta(seconds=1)).exists()
        assert not Promotion.objects.in_force(at=end).exists()

    def test_last_day_with_daylight_saving_change(self, as_staff: Any, settings: Any) -> None:
        settings.TIME_ZONE = "Europe/Berlin"
        body = {"description": "Spring", "discount": 5, "ends_at": "2026-03-29"}

        as_staff.post("/store/promotions/", body)

        assert Promotion.objects.get().ends_at == datetime(2026, 3, 29, 22, tzinfo=UTC)

    def test_promotion_may_last_one_day(self, as_staff: Any) -> None:
        body = {"description": "Today", "discount": 5, "starts_at": "2026-06-30", "ends_at": "2026-06-30"}

        assert as_staff.post("/store/promotions/", body).status_code == 201

    @pytest.mark.parametrize("value", ["9999-12-31", "2026-02-30", "2026-13-01"])
    def test_invalid_date_is_400(self, value: str, as_staff: Any) -> None:
        answer = as_staff.post("/store/promotions/", {"description": "S", "discount": 5, "ends_at": value})

        assert (answer.status_code, list(answer.json())) == (400, ["ends_at"])
        assert not Promotion.objects.exists()


class TestFilters:
    @pytest.fixture(autouse=True)
    def _promotions(self, make_product: Any) -> Iterator[None]:
        self.mug, self.cup = make_product(), make_product()
        hour = timedelta(hours=1)
        for name, starts_at, ends_at, products in [
            ("always", None, None, [self.mug, self.cup]),
            ("running", NOW - hour, NOW + hour, [self.mug]),
            ("over", NOW - hour, NOW, [self.cup]),
            ("planned", NOW + hour, None, []),
        ]:
            promotion = Promotion.objects.create(description=name, discount=5, starts_at=starts_at, ends_at=ends_at)
            promotion.products.set(products)
        with time_machine.travel(NOW, tick=False):
            yield

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", {"always", "running", "over", "planned"}),
            ("?in_force=true", {"always", "running"}),
            ("?in_force=false", {"over", "planned"}),
            ("?product={mug}", {"always", "running"}),
            ("?product={cup}", {"always", "over"}),
            ("?product={cup}&in_force=true", {"always"}),
            ("?search=run", {"running"}),
        ],
    )
    def test_filters_return_expected_promotions(self, query: str, expected: set[str], as_staff: Any) -> None:
        query = query.format(mug=self.mug.pk, cup=self.cup.pk)

        rows = as_staff.get(f"/store/promotions/{query}").json()

        assert {row["description"] for row in rows} == expected

    def test_promotion_of_several_filtered_products_is_listed_once(self, as_staff: Any) -> None:
        rows = as_staff.get(f"/store/promotions/?product={self.mug.pk},{self.cup.pk}&in_force=true").json()

        assert sorted(row["description"] for row in rows) == ["always", "running"]

    @pytest.mark.parametrize(
        ("query", "field"), [("in_force=maybe", "in_force"), ("product=x", "product"), ("product=987654", "product")]
    )
    def test_invalid_filter_value_is_400(self, query: str, field: str, as_staff: Any) -> None:
        answer = as_staff.get(f"/store/promotions/?{query}")

        assert (answer.status_code, list(answer.json())) == (400, [field])
