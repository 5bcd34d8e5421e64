"""ETags and Cache-Control: what need not be sent twice, and what must not be stored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from storefront_store.api import pagination
from storefront_store.api.views import ProductViewSet
from storefront_store.models import CatalogueVersion, Collection, Product, ProductImage, Promotion
from storefront_store.services import catalogue
from storefront_store.services.stock import take

pytestmark = pytest.mark.django_db


class TestConditional:
    @pytest.fixture(autouse=True)
    def _noon(self) -> Iterator[None]:
        with time_machine.travel("2026-06-01T12:00:00Z", tick=False):
            yield

    @pytest.fixture(params=["/store/products/", "/store/collections/", "/store/products/?pagination=cursor"])
    def address(self, request: Any, mug: Product) -> str:
        return request.param

    def test_unchanged_list_is_304(self, address: str, api: Any) -> None:
        first = api.get(address)
        again = api.get(address, HTTP_IF_NONE_MATCH=first["ETag"])

        assert first["ETag"].startswith('W/"')
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        for answer in (first, again):
            assert answer["Cache-Control"] == "no-cache"
            assert {"Accept", "Authorization", "Cookie", "Accept-Language"} <= set(answer["Vary"].split(", "))

    @pytest.mark.parametrize(
        "change", ["edit", "create", "delete", "price", "collection", "promotion", "image", "bulk"]
    )
    def test_changed_list_is_200(
        self, change: str, address: str, api: Any, as_staff: Any, mug: Product, mugs: Collection
    ) -> None:
        promotion = Promotion.objects.create(description="Sale", discount=10)
        spare = Product.objects.create(title="Z", slug="z", unit_price=5, inventory=1, collection=mugs)
        tag = api.get(address)["ETag"]

        changes = {
            "edit": lambda: as_staff.patch(f"/store/products/{mug.pk}/", {"title": "Red mug"}),
            "create": lambda: Product.objects.create(title="N", slug="n", unit_price=5, inventory=1, collection=mugs),
            "delete": lambda: as_staff.delete(f"/store/products/{spare.pk}/"),
            "price": lambda: as_staff.patch(f"/store/products/{mug.pk}/", {"unit_price": 5}),
            "collection": lambda: as_staff.patch(f"/store/collections/{mugs.pk}/", {"title": "Cups"}),
            "promotion": lambda: promotion.products.add(mug),
            "image": lambda: ProductImage.objects.create(product=mug, image="a.png"),
            "bulk": lambda: catalogue.set_active(Product.objects.filter(pk=mug.pk), active=False),
        }
        changes[change]()

        assert api.get(address, HTTP_IF_NONE_MATCH=tag).status_code == 200

    def test_stock_change_invalidates_list_after_freshness_period(self, api: Any, mug: Product) -> None:
        with time_machine.travel("2026-06-01T12:00:00Z", tick=False) as clock:
            tag = api.get("/store/products/")["ETag"]
            take({mug.pk: 1})

            statuses = [api.get("/store/products/", HTTP_IF_NONE_MATCH=tag).status_code]
            clock.shift(5)
            statuses.append(api.get("/store/products/", HTTP_IF_NONE_MATCH=tag).status_code)

        assert statuses == [304, 200]

    def test_freshness_period_is_a_setting(self, api: Any, mug: Product, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"LIST_FRESHNESS_SECONDS": 1000}
        with time_machine.travel("2026-06-01T12:00:00Z", tick=False) as clock:
            tag = api.get("/store/products/")["ETag"]
            clock.shift(60)

            assert api.get("/store/products/", HTTP_IF_NONE_MATCH=tag).status_code == 304

    @pytest.mark.parametrize("other", ["?page_size=5", "?search=mug", "?ordering=title", "?page=1"])
    def test_etag_depends_on_query_string(self, other: str, api: Any, mug: Product) -> None:
        assert api.get("/store/products/")["ETag"] != api.get(f"/store/products/{other}")["ETag"]

    def test_another_origin_has_another_tag(self, api: Any, mug: Product) -> None:
        assert api.get("/store/products/")["ETag"] != api.get("/store/products/", secure=True)["ETag"]

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({"If-None-Match": '"another", {tag}'}, 304),
            ({"If-None-Match": '"another"'}, 200),
            ({"If-None-Match": "{tag}", "If-Match": '"another"'}, 200),
            ({"If-None-Match": "{tag}", "If-Unmodified-Since": "Thu, 01 Jan 2026 00:00:00 GMT"}, 200),
        ],
    )
    def test_other_conditions_of_a_list(self, headers: dict[str, str], status: int, api: Any, mug: Product) -> None:
        tag = api.get("/store/products/")["ETag"]
        given = {name: value.replace("{tag}", tag) for name, value in headers.items()}

        assert api.get("/store/products/", headers=given).status_code == status

    def test_vary_header_of_project_is_kept(self, api: Any, mug: Product, monkeypatch: Any) -> None:
        own = {"Allow": "GET", "Vary": "X-Shop, Accept"}
        monkeypatch.setattr(ProductViewSet, "default_response_headers", property(lambda self: dict(own)))
        first = api.get("/store/products/")

        for answer in (
            first,
            api.get("/store/products/", HTTP_IF_NONE_MATCH=first["ETag"]),
            api.get(f"/store/products/{mug.pk}/"),
        ):
            names = answer["Vary"].split(", ")
            assert {"X-Shop", "Accept", "Authorization", "Cookie", "Accept-Language"} <= set(names)
            assert len(names) == len(set(names))

    def test_etag_depends_on_language(self, api: Any, mug: Product) -> None:
        assert api.get("/store/products/")["ETag"] != api.get("/store/products/", HTTP_ACCEPT_LANGUAGE="de")["ETag"]

    def test_etag_is_not_newer_than_rows(self, api: Any, mug: Product, monkeypatch: Any) -> None:
        """Somebody edits after the rows were read: the answer must not vouch for what it does not show."""
        before = api.get("/store/products/")["ETag"]
        counted = pagination.CataloguePagination.get_count

        def edit_then_count(self: Any, queryset: Any) -> int:
            CatalogueVersion.objects.bump()
            return counted(self, queryset)

        monkeypatch.setattr(pagination.CataloguePagination, "get_count", edit_then_count)

        assert api.get("/store/products/")["ETag"] == before

    def test_product_is_304_until_changed(self, api: Any, mug: Product) -> None:
        where = f"/store/products/{mug.pk}/"
        first = api.get(where)

        same = api.get(where, HTTP_IF_NONE_MATCH=first["ETag"])
        take({mug.pk: 1})
        changed = api.get(where, HTTP_IF_NONE_MATCH=first["ETag"])

        assert not first["ETag"].startswith("W/")
        assert (same.status_code, same.content) == (304, b"")
        assert (changed.status_code, changed.json()["inventory"]) == (200, 2)
        assert changed["ETag"] != first["ETag"]

    def test_if_match_with_another_etag_is_412(self, api: Any, mug: Product) -> None:
        answer = api.get(f"/store/products/{mug.pk}/", HTTP_IF_MATCH='"another"')

        assert (answer.status_code, answer["Content-Type"]) == (412, "application/json")
        assert answer.json() == {"detail": "The resource has changed; fetch it again.", "code": "precondition_failed"}

    @pytest.mark.parametrize(("question", "status"), [("", 200), ("?page=99", 404), ("?unit_price__gt=abc", 400)])
    def test_if_none_match_asterisk_keeps_status(self, question: str, status: int, api: Any, mug: Product) -> None:
        assert api.get(f"/store/products/{question}", HTTP_IF_NONE_MATCH="*").status_code == status

    @pytest.mark.parametrize("where", ["/store/products/", "/store/collections/", "/store/products/{}/"])
    def test_authenticated_users_get_no_etag_except_staff_on_product(
        self, where: str, as_user: Any, as_staff: Any, api: Any, mug: Product
    ) -> None:
        where = where.format(mug.pk)
        tag = api.get(where)["ETag"]

        for client in (as_user, as_staff):
            answer = client.get(where, HTTP_IF_NONE_MATCH=tag if client is as_user else "")
            assert answer.status_code == 200
            assert ("ETag" in answer) == (client is as_staff and str(mug.pk) in where)
            assert "private" in answer["Cache-Control"]

    @pytest.mark.parametrize(
        "where", ["customers/me/", "customers/me/addresses/", "orders/", "customers/", "promotions/"]
    )
    def test_personal_data_has_no_store(self, where: str, as_staff: Any) -> None:
        assert "no-store" in as_staff.get(f"/store/{where}")["Cache-Control"]

    def test_carts_have_no_store(self, api: Any) -> None:
        cart = api.post("/store/carts/")

        assert "no-store" in cart["Cache-Control"]
        assert "no-store" in api.get(f"/store/carts/{cart.json()['id']}/")["Cache-Control"]
