"""Staff edits a product while customers buy it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError
from storefront_store_testapp.answers import code_of
from storefront_store_testapp.threads import together

from storefront_store.models import AbstractOrder, Collection, Order, OrderItem, Product
from storefront_store.services import catalogue, orders
from storefront_store.services.checkout import checkout

CHECKOUTS = int(os.environ.get("EDITED_CHECKOUTS", "40"))
EDITORS = 4


@pytest.fixture
def mug(make_product: Any) -> Product:
    return make_product(title="Mug", inventory=10)


@pytest.fixture
def url(mug: Product) -> str:
    return f"/store/products/{mug.pk}/"


def put_back(client: Any, url: str, **changes: Any) -> Any:
    """Read the product and send it back, as clients that show a form do."""
    body = client.get(url).json()
    return client.put(url, {**body, **changes})


@pytest.fixture
def sell(make_user: Any, make_cart: Any) -> Any:
    def sell(product: Product, quantity: int) -> AbstractOrder:
        return checkout(user=make_user(), cart_id=make_cart((product, quantity)).pk)

    return sell


@pytest.fixture
def run_before_change(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Let a rival act between the reading of the product and its change."""

    def set_up(rival: Callable[[], Any]) -> None:
        change = catalogue.change_product

        def late(*args: Any, **kwargs: Any) -> None:
            rival()
            change(*args, **kwargs)

        monkeypatch.setattr(catalogue, "change_product", late)

    return set_up


@pytest.mark.django_db
class TestStock:
    @pytest.mark.parametrize("wanted", [0, 4, 10, 11, 500])
    def test_stock_can_be_set_to_any_number_without_sales(
        self, as_staff: Any, mug: Product, url: str, wanted: int
    ) -> None:
        answer = as_staff.patch(url, {"inventory": wanted})

        assert (answer.status_code, answer.json()["inventory"]) == (200, wanted)
        assert Product.objects.get().inventory == wanted

    @pytest.mark.parametrize("method", ["put", "patch"])
    def test_stock_read_before_sale_is_rejected(
        self, as_staff: Any, mug: Product, url: str, sell: Any, method: str
    ) -> None:
        body = as_staff.get(url).json()
        sell(mug, 3)

        answer = getattr(as_staff, method)(url, {**body, "title": "Cup"})

        assert code_of(answer) == (409, "stale_inventory")
        assert Product.objects.values_list("title", "inventory").get() == ("Mug", 7)

    def test_stock_read_before_cancellation_is_rejected(
        self, as_staff: Any, mug: Product, url: str, sell: Any, staff: Any
    ) -> None:
        order = sell(mug, 3)
        body = as_staff.get(url).json()
        staff.is_superuser = True
        orders.cancel_order(order.pk, user=staff)

        answer = as_staff.put(url, body)

        assert code_of(answer) == (409, "stale_inventory")
        assert Product.objects.get().inventory == 10

    def test_stock_can_be_raised_after_sale(self, as_staff: Any, mug: Product, url: str, sell: Any) -> None:
        sell(mug, 3)

        assert as_staff.patch(url, {"inventory": 50}).status_code == 200
        assert Product.objects.get().inventory == 50

    @pytest.mark.parametrize("insisting", ["*", "etag"])
    def test_stock_is_set_with_if_match(self, as_staff: Any, mug: Product, url: str, sell: Any, insisting: str) -> None:
        sell(mug, 3)
        etag = as_staff.get(url).headers["ETag"] if insisting == "etag" else insisting

        answer = as_staff.patch(url, {"inventory": 9}, headers={"If-Match": etag})

        assert (answer.status_code, answer.json()["inventory"]) == (200, 9)

    def test_stock_is_set_without_inventory_tracking(
        self, as_staff: Any, mug: Product, url: str, sell: Any, settings: Any
    ) -> None:
        settings.STOREFRONT_STORE = {"TRACK_INVENTORY": False}
        sell(mug, 3)

        assert as_staff.patch(url, {"inventory": 11}).status_code == 200

    def test_edit_keeps_concurrent_change_of_stock(
        self, as_staff: Any, mug: Product, url: str, run_before_change: Any
    ) -> None:
        run_before_change(lambda: Product.objects.update(inventory=1))

        answer = as_staff.patch(url, {"title": "Red mug"})

        assert answer.json()["inventory"] == 1
        assert Product.objects.values_list("title", "inventory").get() == ("Red mug", 1)

    def test_edit_of_concurrently_deleted_product_is_404(
        self, as_staff: Any, mug: Product, url: str, run_before_change: Any
    ) -> None:
        run_before_change(Product.objects.all().delete)

        assert as_staff.patch(url, {"title": "Red mug"}).status_code == 404
        assert not Product.objects.exists()


@pytest.mark.django_db
class TestVersions:
    """``ETag`` and ``If-Match``: an edit of what has changed since it was read is refused."""

    def test_etag_is_stable_until_next_change(self, as_staff: Any, mug: Product, url: str) -> None:
        first, same = as_staff.get(url), as_staff.get(url)
        changed = as_staff.patch(url, {"title": "Cup"}, headers={"If-Match": first.headers["ETag"]})
        after = as_staff.get(url)

        assert first.headers["ETag"] == same.headers["ETag"]
        assert changed.status_code == 200
        assert changed.headers["ETag"] == after.headers["ETag"] != first.headers["ETag"]

    @pytest.mark.parametrize("method", ["put", "patch", "delete"])
    @pytest.mark.parametrize("tag", ['"other"', 'W/"other"', "nonsense", '"a", "b"'])
    def test_wrong_etag_is_412(self, as_staff: Any, mug: Product, url: str, method: str, tag: str) -> None:
        body = {**as_staff.get(url).json(), "title": "Cup"}

        answer = getattr(as_staff, method)(url, body, headers={"If-Match": tag})

        assert code_of(answer) == (412, "precondition_failed")
        assert Product.objects.get().title == "Mug"

    def test_stale_etag_of_collection_is_412(self, as_staff: Any) -> None:
        collection = Collection.objects.create(title="Mugs")
        url = f"/store/collections/{collection.pk}/"
        etag = as_staff.get(url).headers["ETag"]

        first = as_staff.patch(url, {"title": "Cups"}, headers={"If-Match": etag})
        second = as_staff.patch(url, {"title": "Pots"}, headers={"If-Match": etag})
        third = as_staff.delete(url, headers={"If-Match": etag})

        assert (first.status_code, second.status_code, third.status_code) == (200, 412, 412)
        assert Collection.objects.get().title == "Cups"

    def test_sale_changes_etag(self, as_staff: Any, mug: Product, url: str, sell: Any) -> None:
        etag = as_staff.get(url).headers["ETag"]
        sell(mug, 1)

        assert as_staff.patch(url, {"title": "Cup"}, headers={"If-Match": etag}).status_code == 412


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("vouched", [False, True], ids=["as it was read", "with If-Match"])
def test_concurrent_edits_do_not_undo_sales(
    vouched: bool, make_user: Any, log_in: Any, make_product: Any, make_cart: Any
) -> None:
    product = make_product(inventory=CHECKOUTS + 100)
    url = f"/store/products/{product.pk}/"
    selling: list[int] = list(range(EDITORS))

    def buy(number: int) -> list[int]:
        user = make_user()
        made = [checkout(user=user, cart_id=make_cart((product, 1)).pk) for _ in range(CHECKOUTS // EDITORS)]
        selling.remove(number)
        return [201] * len(made)

    def edit(client: Any) -> list[int]:
        statuses = []
        while selling:
            read = client.get(url)
            headers = {"If-Match": read.headers["ETag"]} if vouched else {}
            statuses.append(client.put(url, read.json(), headers=headers).status_code)
        return statuses

    editors = [partial(edit, log_in(make_user(is_staff=True))) for _ in range(EDITORS)]
    answers = together([*(partial(buy, number) for number in range(EDITORS)), *editors])

    seen = Counter(status for statuses in answers for status in statuses)
    sold = CHECKOUTS // EDITORS * EDITORS
    assert set(seen) <= {200, 201, 409, 412, 503}
    assert seen[201] == Order.objects.count() == OrderItem.objects.count() == sold
    assert Product.objects.get().inventory == CHECKOUTS + 100 - sold


@pytest.mark.django_db
class TestDeletions:
    """Errors about products that can't be deleted are accurate."""

    def test_ordered_product_cannot_be_deleted(self, as_staff: Any, mug: Product, url: str, sell: Any) -> None:
        sell(mug, 1)

        answer = as_staff.delete(url)

        assert answer.status_code == 405
        assert answer.json()["error"] == "Product cannot be deleted because it is associated with an order item."

    def test_integrity_error_during_deletion_is_405(
        self, as_staff: Any, mug: Product, url: str, monkeypatch: Any
    ) -> None:
        def delete(self: Any, *args: Any, **kwargs: Any) -> Any:
            raise IntegrityError("a rival has added a review")

        monkeypatch.setattr(Product, "delete", delete)

        answer = as_staff.delete(url)

        assert answer.status_code == 405
        assert "order item" not in answer.json()["error"]

    def test_deleting_missing_product_raises_not_found(self, as_staff: Any, mug: Product) -> None:
        stale = Product.objects.get()
        Product.objects.all().delete()

        with pytest.raises(Exception, match="Not found"):
            catalogue.delete_product(stale)


def test_put_of_read_values_keeps_price(db: Any, as_staff: Any, mug: Product, url: str) -> None:
    put_back(as_staff, url, title="Cup")

    assert Product.objects.values_list("title", "unit_price").get() == ("Cup", Decimal("10.00"))
