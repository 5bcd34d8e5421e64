from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from storefront_store.exceptions import InvalidInput, NotFound
from storefront_store.models import Cart, CartItem, Promotion
from storefront_store.services import carts

pytestmark = pytest.mark.django_db

UNKNOWN_ID = str(uuid.UUID(int=1))
BAD_IDS = ["abc", "1", "0", "-1", "%00", "é", "0" * 5000, "00000000-0000-0000-0000-00000000000g", "..", "1;drop"]
BAD_PRODUCTS = [0, -1, 10**30, 2**63, "1;drop", "abc", "\x00", True, None, [], {}, "", 1.5, "9" * 5000]
BAD_QUANTITIES = [0, -1, 1.5, True, None, "NaN", 10**30, 2**31, [], {}, "", "abc", "1e3", "\x00"]


class TestCart:
    def test_new_cart_is_empty(self, api: Any) -> None:
        answer = api.post("/store/carts/", {})

        assert answer.status_code == 201
        assert answer.json() == {"id": answer.json()["id"], "items": [], "total_price": 0}
        assert uuid.UUID(answer.json()["id"]).version == 4
        assert "no-store" in answer["Cache-Control"]

    def test_client_cannot_choose_id(self, api: Any) -> None:
        wish = str(uuid.uuid4())

        answer = api.post("/store/carts/", {"id": wish})

        assert answer.status_code == 201
        assert answer.json()["id"] != wish
        assert not Cart.objects.filter(pk=wish).exists()

    def test_carts_cannot_be_listed(self, api: Any, as_staff: Any, make_cart: Any) -> None:
        make_cart()

        for client in (api, as_staff):
            answer = client.get("/store/carts/")
            assert answer.status_code == 405
            assert answer.json()["code"] == "method_not_allowed"

    def test_cart_shows_items_and_totals_at_effective_price(self, api: Any, make_product: Any, make_cart: Any) -> None:
        pen, ink = make_product(unit_price="2.50"), make_product(unit_price="9.99")
        Promotion.objects.create(description="Sale", discount="10").products.add(ink)
        cart = make_cart((pen, 4), (ink, 3))

        answer = api.get(f"/store/carts/{cart.pk}/")

        assert answer.status_code == 200
        first, second = answer.json()["items"]
        assert first == {
            "id": first["id"],
            "product": {
                "id": pen.pk,
                "title": pen.title,
                "unit_price": 2.5,
                "effective_price": 2.5,
                "image": None,
            },
            "quantity": 4,
            "total_price": 10.0,
        }
        assert (second["product"]["unit_price"], second["product"]["effective_price"]) == (9.99, 8.99)
        assert second["total_price"] == 26.97  # 3 x 8.99
        assert answer.json()["total_price"] == 36.97

    def test_deleting_cart_deletes_its_items(self, api: Any, make_product: Any, make_cart: Any) -> None:
        cart = make_cart((make_product(), 1))

        answer = api.delete(f"/store/carts/{cart.pk}/")

        assert answer.status_code == 204
        assert api.get(f"/store/carts/{cart.pk}/").status_code == 404
        assert not CartItem.objects.exists()

    @pytest.mark.parametrize("method", ["get", "delete"])
    @pytest.mark.parametrize("bad", [*BAD_IDS, UNKNOWN_ID])
    def test_malformed_or_unknown_id_is_404(self, api: Any, method: str, bad: str) -> None:
        answer = getattr(api, method)(f"/store/carts/{bad}/")

        assert answer.status_code == 404

    @pytest.mark.parametrize("method", ["put", "patch"])
    def test_updating_cart_is_405(self, api: Any, make_cart: Any, method: str) -> None:
        assert getattr(api, method)(f"/store/carts/{make_cart().pk}/", {}).status_code == 405


class TestAddItem:
    def test_response_holds_item(self, api: Any, make_product: Any, make_cart: Any) -> None:
        product, cart = make_product(), make_cart()

        answer = api.post(f"/store/carts/{cart.pk}/items/", {"product_id": product.pk, "quantity": 2})

        line = CartItem.objects.get()
        assert answer.status_code == 201
        assert answer.json() == {"id": line.pk, "product_id": product.pk, "quantity": 2}

    def test_quantities_of_same_product_are_summed(self, api: Any, make_product: Any, make_cart: Any) -> None:
        product, cart = make_product(), make_cart()
        body = {"product_id": product.pk, "quantity": 10}

        first = api.post(f"/store/carts/{cart.pk}/items/", body)
        second = api.post(f"/store/carts/{cart.pk}/items/", body)

        assert second.json() == {**first.json(), "quantity": 20}
        assert CartItem.objects.get().quantity == 20

    def test_quantity_may_exceed_stock(self, api: Any, make_product: Any, make_cart: Any) -> None:
        product = make_product(inventory=1)

        answer = api.post(f"/store/carts/{make_cart().pk}/items/", {"product_id": product.pk, "quantity": 5})

        assert answer.status_code == 201

    @pytest.mark.parametrize("bad", BAD_PRODUCTS)
    def test_invalid_product_is_400(self, api: Any, make_cart: Any, make_product: Any, bad: Any) -> None:
        make_product()

        answer = api.post(f"/store/carts/{make_cart().pk}/items/", {"product_id": bad, "quantity": 1})

        assert answer.status_code == 400
        assert not CartItem.objects.exists()

    def test_unknown_product_is_400(self, api: Any, make_cart: Any) -> None:
        answer = api.post(f"/store/carts/{make_cart().pk}/items/", {"product_id": 1, "quantity": 1})

        assert answer.status_code == 400
        assert answer.json() == {"product_id": ["No product with the given ID was found."]}

    def test_inactive_product_is_400(self, api: Any, make_cart: Any, make_product: Any) -> None:
        product = make_product(is_active=False)

        answer = api.post(f"/store/carts/{make_cart().pk}/items/", {"product_id": product.pk, "quantity": 1})

        assert answer.status_code == 400
        assert "product_id" in answer.json()

    @pytest.mark.parametrize("bad", BAD_QUANTITIES)
    def test_invalid_quantity_is_400(self, api: Any, make_cart: Any, make_product: Any, bad: Any) -> None:
        product = make_product()

        answer = api.post(f"/store/carts/{make_cart().pk}/items/", {"product_id": product.pk, "quantity": bad})

        assert answer.status_code == 400
        assert not CartItem.objects.exists()

    def test_summed_quantity_is_limited(self, api: Any, make_cart: Any, make_product: Any) -> None:
        product = make_product()
        cart = make_cart((product, 32_767))

        answer = api.post(f"/store/carts/{cart.pk}/items/", {"product_id": product.pk, "quantity": 1})

        assert answer.status_code == 400
        assert list(answer.json()) == ["quantity"]
        assert CartItem.objects.get().quantity == 32_767

    def test_number_of_items_is_limited(self, api: Any, make_cart: Any, make_product: Any, settings: Any) -> None:
        settings.STOREFRONT_STORE = {"MAX_CART_LINES": 1, "THROTTLE_RATES": {}}
        cart = make_cart((make_product(), 1))

        answer = api.post(f"/store/carts/{cart.pk}/items/", {"product_id": make_product().pk, "quantity": 1})

        assert answer.status_code == 400
        assert list(answer.json()) == ["product_id"]

    @pytest.mark.parametrize("bad", [*BAD_IDS, UNKNOWN_ID])
    def test_unknown_cart_is_404(self, api: Any, make_product: Any, bad: str) -> None:
        answer = api.post(f"/store/carts/{bad}/items/", {"product_id": make_product().pk, "quantity": 1})

        assert answer.status_code == 404
        assert not CartItem.objects.exists()

    @pytest.mark.database
    def test_product_is_unique_per_cart_in_database(self, make_product: Any, make_cart: Any) -> None:
        product = make_product()
        cart = make_cart((product, 1))

        with pytest.raises(IntegrityError), transaction.atomic():
            CartItem.objects.create(cart=cart, product=product, quantity=1)


def test_largest_possible_total_is_shown(client: Any, make_product: Any) -> None:
    product = make_product(unit_price=Decimal("9999999999.99"), inventory=40_000)
    cart = client.post("/store/carts/").json()["id"]

    added = client.post(f"/store/carts/{cart}/items/", {"product_id": product.pk, "quantity": 32_767})

    assert added.status_code == 201
    assert client.get(f"/store/carts/{cart}/").json()["total_price"] == pytest.approx(9999999999.99 * 32_767)


class TestItem:
    def test_list_and_retrieve_items(self, api: Any, make_product: Any, make_cart: Any) -> None:
        product = make_product(unit_price="3.00")
        cart = make_cart((product, 2))
        line = cart.items.get()
        expected = {
            "id": line.pk,
            "product": {
                "id": product.pk,
                "title": product.title,
                "unit_price": 3.0,
                "effective_price": 3.0,
                "image": None,
            },
            "quantity": 2,
            "total_price": 6.0,
        }

        assert api.get(f"/store/carts/{cart.pk}/items/").json() == [expected]
        assert api.get(f"/store/carts/{cart.pk}/items/{line.pk}/").json() == expected

    def test_quantity_can_be_updated(self, api: Any, make_product: Any, make_cart: Any) -> None:
        cart = make_cart((make_product(), 2))
        line = cart.items.get()

        answer = api.patch(f"/store/carts/{cart.pk}/items/{line.pk}/", {"quantity": 7})

        assert answer.status_code == 200
        assert answer.json() == {"id": line.pk, "quantity": 7}
        assert cart.items.get().quantity == 7

    def test_product_and_cart_of_item_are_read_only(self, api: Any, make_product: Any, make_cart: Any) -> None:
        product, other = make_product(), make_product()
        cart, foreign = make_cart((product, 2)), make_cart()
        line = cart.items.get()

        answer = api.patch(
            f"/store/carts/{cart.pk}/items/{line.pk}/",
            {"quantity": 3, "product_id": other.pk, "cart_id": str(foreign.pk)},
        )

        line.refresh_from_db()
        assert answer.status_code == 200
        assert (line.product_id, line.cart_id, line.quantity) == (product.pk, cart.pk, 3)

    @pytest.mark.parametrize("bad", [*BAD_QUANTITIES, 32_768])
    def test_invalid_quantity_changes_nothing(self, api: Any, make_product: Any, make_cart: Any, bad: Any) -> None:
        cart = make_cart((make_product(), 2))

        answer = api.patch(f"/store/carts/{cart.pk}/items/{cart.items.get().pk}/", {"quantity": bad})

        assert answer.status_code == 400
        assert cart.items.get().quantity == 2

    def test_item_can_be_deleted(self, api: Any, make_product: Any, make_cart: Any) -> None:
        cart = make_cart((make_product(), 2))
        url = f"/store/carts/{cart.pk}/items/{cart.items.get().pk}/"

        assert api.delete(url).status_code == 204
        assert api.delete(url).status_code == 404
        assert api.get(url).status_code == 404

    def test_put_of_item_is_405(self, api: Any, make_product: Any, make_cart: Any) -> None:
        cart = make_cart((make_product(), 2))

        assert api.put(f"/store/carts/{cart.pk}/items/{cart.items.get().pk}/", {"quantity": 1}).status_code == 405

    @pytest.mark.parametrize("method", ["get", "patch", "delete"])
    def test_item_of_another_cart_is_404(self, api: Any, make_product: Any, make_cart: Any, method: str) -> None:
        cart, other = make_cart((make_product(), 2)), make_cart()
        line = cart.items.get()

        answer = getattr(api, method)(
            f"/store/carts/{other.pk}/items/{line.pk}/", {"quantity": 9} if method == "patch" else None
        )

        assert answer.status_code == 404
        assert cart.items.get().quantity == 2

    @pytest.mark.parametrize("bad", BAD_IDS)
    @pytest.mark.parametrize("method", ["get", "patch", "delete"])
    def test_malformed_item_id_is_404(self, api: Any, make_cart: Any, method: str, bad: str) -> None:
        body = {"quantity": 1} if method == "patch" else None

        assert getattr(api, method)(f"/store/carts/{make_cart().pk}/items/{bad}/", body).status_code == 404

    @pytest.mark.parametrize("bad", [*BAD_IDS, UNKNOWN_ID])
    def test_items_of_unknown_cart_are_404(self, api: Any, bad: str) -> None:
        assert api.get(f"/store/carts/{bad}/items/").status_code == 404


class TestUseCases:
    def test_every_change_updates_updated_at(self, make_product: Any, make_cart: Any) -> None:
        product, cart = make_product(), make_cart()
        long_ago = timezone.now() - timedelta(days=100)

        def touched(action: Any) -> bool:
            Cart.objects.update(updated_at=long_ago)
            action()
            cart.refresh_from_db()
            return cart.updated_at > long_ago

        assert touched(lambda: carts.add_item(cart.pk, product.pk, 1))
        assert touched(lambda: carts.change_item(cart.pk, cart.items.get().pk, 2))
        assert touched(lambda: carts.remove_item(cart.pk, cart.items.get().pk))

    def test_unknown_cart_or_product_raises(self, make_cart: Any) -> None:
        with pytest.raises(NotFound):
            carts.add_item(uuid.uuid4(), 1, 1)
        with pytest.raises(InvalidInput) as caught:
            carts.add_item(make_cart().pk, 1, 1)
        assert caught.value.field == "product_id"

    def test_concurrently_deleted_product_is_invalid_input(
        self, make_product: Any, make_cart: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def raise_integrity_error(*args: Any) -> None:
            raise IntegrityError

        monkeypatch.setattr(carts, "_add_item", raise_integrity_error)

        with pytest.raises(InvalidInput) as caught:
            carts.add_item(make_cart().pk, make_product().pk, 1)
        assert caught.value.field == "product_id"

    @pytest.mark.database
    def test_purge_keeps_recently_used_carts(self, make_product: Any, make_cart: Any) -> None:
        old, young = make_cart((make_product(), 1)), make_cart((make_product(), 1))
        limit = timezone.now() - timedelta(days=90)
        Cart.objects.filter(pk=old.pk).update(updated_at=limit - timedelta(seconds=1))

        assert carts.purge_carts(limit, dry_run=True) == 1
        assert carts.purge_carts(limit) == 1
        assert list(Cart.objects.all()) == [young]
        assert carts.purge_carts(limit) == 0

    def test_purge_checks_age_again_under_lock(self, make_cart: Any) -> None:
        cart = make_cart()

        purged = carts._purge_batch([cart.pk], timezone.now() - timedelta(days=90))

        assert purged == 0
        assert Cart.objects.filter(pk=cart.pk).exists()

    def test_totals_are_decimal(self, api: Any, make_product: Any, make_cart: Any) -> None:
        cart = make_cart((make_product(unit_price=Decimal("0.10")), 3))

        assert api.get(f"/store/carts/{cart.pk}/").content.count(b'"total_price":0.3') == 2
