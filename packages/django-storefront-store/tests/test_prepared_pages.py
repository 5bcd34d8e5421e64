"""Responses by prepared statements equal those by querysets."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.permissions import BasePermission
from rest_framework.test import APIRequestFactory, force_authenticate

from storefront_store.api import pages, pagination
from storefront_store.api.form_filters import FormFilter
from storefront_store.api.search import StableOrdering
from storefront_store.api.views import OrderViewSet, ProductViewSet, base
from storefront_store.api.views.catalogue import shows_all_to_staff
from storefront_store.models import (
    Cart,
    CartItem,
    Collection,
    Order,
    OrderAdjustment,
    OrderItem,
    Product,
    ProductGroup,
    ProductImage,
    Promotion,
    Review,
)
from storefront_store.querysets import ProductQuerySet

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LISTS = [
    "products/?",
    "products/?page_size=3",
    "products/?page_size=3&page=2",
    "products/?page_size=3&page=4",
    "products/?page=99",
    "products/?ordering=-unit_price&page_size=5",
    "products/?ordering=last_update,-title",
    "products/?ordering=nonsense",
    "products/?ordering=--title",
    "products/?pagination=cursor&page_size=4",
    "products/?pagination=cursor&page_size=4&ordering=-unit_price",
    "products/?unknown=1",
    "collections/?",
    "collections/?ordering=-products_count",
    "groups/?",
    "groups/?pagination=cursor&page_size=1&ordering=-title",
    "products/{first}/reviews/?",
    "products/{first}/reviews/?page_size=2&page=2&ordering=-rating",
    "products/{last}/reviews/?",
    "products/{hidden}/reviews/?",
    "products/0/reviews/?",
    "products/x/reviews/?",
    "orders/?",
    "orders/?page_size=2&page=2",
    "orders/?page_size=2&page=9",
    "orders/?ordering=total",
    "orders/?ordering=-total,id&page_size=3",
    "orders/?status=cancelled",
    "orders/?payment_status=x",
]
DETAILS = [
    "products/{first}/",
    "products/{last}/",
    "products/{hidden}/",
    "products/0/",
    "products/x/",
    "groups/{group}/",
    "orders/{own_order}/",
    "orders/{other_order}/",
    "orders/{own_order}/?key=x",
    "orders/0/",
    "orders/x/",
    "orders/99999999999999999999/",
    "carts/{cart}/",
    "carts/{own_cart}/",
    "carts/{other_cart}/",
    "carts/00000000-0000-0000-0000-000000000000/",
    "carts/x/",
]


@pytest.fixture(autouse=True)
def sample_data(user: Any, make_user: Any) -> dict[str, Any]:
    """A few rows of everything that is listed, with equal values in the columns of the orders."""
    dice = random.Random(3)
    collections = [Collection.objects.create(title=title) for title in ("b", "a", "Ä")]
    group = ProductGroup.objects.create(title="Mug", slug="mug", varies_by=["Number"])
    ProductGroup.objects.create(title="Lid", slug="lid", varies_by=[])
    products = [
        Product.objects.create(
            title=dice.choice(["Mug", "mug", "Tasse für Tee"]),
            slug=f"product-{number}",
            unit_price=Decimal(dice.randrange(100, 300)) / 100,
            inventory=number,
            is_active=number % 4 != 2,
            collection=dice.choice(collections),
            group=group if number % 2 else None,
            options={"Number": str(number)} if number % 2 else {},
        )
        for number in range(14)
    ]
    for number in range(9):
        Review.objects.create(
            product=products[number % 2 * 2],
            name="Ann",
            description=str(number),
            rating=number % 5 + 1,
            is_hidden=number == 6,
            author=user if number % 3 else None,
        )
        ProductImage.objects.create(product=products[number], image=f"{number}.png")
    Promotion.objects.create(description="Sale", discount=Decimal("12.50")).products.set(products[:5])
    keys = {
        "first": products[0].pk,
        "hidden": products[2].pk,
        "last": products[13].pk,
        "group": group.pk,
        "other": products[4].pk,
        **sales(user, make_user(), products),
    }
    Product.objects.update(last_update=timezone.now() - timedelta(days=1))
    return keys


def sales(user: Any, other: Any, products: list[Product]) -> dict[str, Any]:
    """Create orders and carts of two customers, and an anonymous cart, with the same products; return their keys."""
    keys: dict[str, Any] = {}
    for name, buyer in (("own", user), ("other", other)):
        for number in range(4):
            order = Order.objects.create(
                customer=buyer.customer,
                total=number % 3,
                cancelled_at=timezone.now() if number == 1 else None,
                shipping_address={"city": "Bonn"} if number else None,
            )
            for product in products[number : 2 * number]:
                OrderItem.objects.create(
                    order=order, product=product, title=product.title, quantity=number, unit_price=Decimal("1.20")
                )
            OrderAdjustment.objects.create(order=order, kind="fee", label="Fee", amount=Decimal("0.50"))
        keys[f"{name}_order"] = order.pk
        keys[f"{name}_cart"] = Cart.objects.create(customer=buyer.customer).pk
    keys["cart"] = Cart.objects.create().pk
    for name in ("cart", "own_cart", "other_cart"):
        for quantity, product in enumerate(products[:3], 1):
            CartItem.objects.create(cart_id=keys[name], product=product, quantity=quantity)
    return keys


@pytest.fixture
def both_responses(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Returns the responses to a request by prepared statements and by querysets, at the same moment."""
    now = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    monkeypatch.setattr("storefront_store.api.conditional.time.time", now.timestamp)

    def ask(client: Any, address: str) -> Iterator[Any]:
        yield client.get(address)
        with monkeypatch.context() as patch:
            patch.setattr(base, "is_current", lambda *args: False)
            yield client.get(address)

    return ask


def seen(response: Any) -> tuple[Any, ...]:
    """Return what a client sees of a response. Not found is not found, whatever the reason."""
    content = response.content if response.status_code == 200 else b""
    return response.status_code, content, response.get("ETag"), response.get("Link"), response.get("Cache-Control")


@pytest.mark.parametrize("who", ["api", "as_user", "as_staff"])
@pytest.mark.parametrize("place", [*LISTS, *DETAILS])
def test_prepared_and_built_responses_are_equal(
    place: str, who: str, sample_data: Any, both_responses: Any, request: Any
) -> None:
    client = request.getfixturevalue(who)

    prepared, built = both_responses(client, "/store/" + place.format(**sample_data))

    assert seen(prepared) == seen(built)


def test_cursor_pagination_visits_all_rows_in_both_directions(both_responses: Any, as_staff: Any) -> None:
    address = "/store/products/?pagination=cursor&page_size=4&ordering=title,-unit_price"
    titles, places = [], []
    while address:
        prepared, built = both_responses(as_staff, address)
        assert seen(prepared) == seen(built)
        titles += [row["id"] for row in prepared.json()["results"]]
        places.append(address)
        where = urlsplit(prepared.json()["next"] or "")
        address = f"{where.path}?{where.query}" if where.query else ""
    back = urlsplit(both_responses(as_staff, places[-1]).__next__().json()["previous"])
    prepared, built = both_responses(as_staff, f"{back.path}?{back.query}")

    assert len(titles) == len(set(titles)) == 14
    assert seen(prepared) == seen(built)
    assert [row["id"] for row in prepared.json()["results"]] == titles[8:12]


def test_prepared_and_built_deep_pages_are_equal(both_responses: Any, as_staff: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(pages, "FAR", 4)

    for page in (1, 2, 3):
        prepared, built = both_responses(as_staff, f"/store/products/?page_size=4&page={page}")
        assert seen(prepared) == seen(built)


def test_query_shape_is_compiled_once(api: Any, sample_data: Any, monkeypatch: Any) -> None:
    api.get(f"/store/products/{sample_data['first']}/")
    api.get("/store/products/?page_size=2")
    built = []
    monkeypatch.setattr(ProductQuerySet, "visible_to", lambda self, user: built.append(1) or self)
    monkeypatch.setattr("storefront_store.api.views.catalogue.shows_all_to_staff", lambda model: True)

    other = api.get(f"/store/products/{sample_data['other']}/")
    second = api.get("/store/products/?page_size=3&page=2")

    assert (other.status_code, second.status_code) == (200, 200)
    assert other.json()["id"] == sample_data["other"]
    assert built == []


def test_unknown_ordering_fields_are_not_cached(api: Any) -> None:
    plan = base.plan_for(ProductViewSet(action="list").get_serializer_class())
    assert plan is not None
    api.get("/store/products/")
    before = len(plan.statements)

    for number in range(5):
        api.get(f"/store/products/?ordering={'-' * number}x{number},title,title")

    assert len(plan.statements) == before


class TestProjectOverrides:
    """What a project overrides is never skipped."""

    def ask(self, view: Any, question: str = "", user: Any = None, **kwargs: Any) -> Any:
        request = APIRequestFactory().get(f"/store/products/{question}")
        force_authenticate(request, user)
        response = view.as_view({"get": "retrieve" if kwargs else "list"})(request, **kwargs)
        return response.render()

    def test_custom_queryset_is_used(self) -> None:
        class Cheap(ProductViewSet):
            limit = 200

            def get_queryset(self) -> Any:
                return super().get_queryset().filter(unit_price__lt=Decimal(self.limit) / 100)

        found = []
        for Cheap.limit in (200, 100, 1000):
            found.append(self.ask(Cheap).data["count"])

        assert found[0] > found[1] == 0
        assert found[2] == 11

    def test_custom_filter_backend_is_used(self) -> None:
        class First(FormFilter):
            def filter_queryset(self, request: Any, queryset: Any, view: Any) -> Any:
                return queryset.filter(pk=view.only)

        class Only(ProductViewSet):
            filter_backends = [First, StableOrdering]
            only = 0

        keys = Product.objects.active().values_list("pk", flat=True)[:2]
        for Only.only in keys:
            assert [row["id"] for row in self.ask(Only).data["results"]] == [Only.only]

    def test_custom_pagination_is_used(self) -> None:
        class Even(pagination.CataloguePagination):
            def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> Any:
                return super().paginate_queryset(queryset.filter(inventory__gt=10), request, view)

        class View(ProductViewSet):
            pagination_class = Even

        assert {row["inventory"] for row in self.ask(View).data["results"]} == {11, 12, 13}

    def test_object_permissions_are_checked(self, sample_data: Any) -> None:
        class NotTheFirst(BasePermission):
            def has_object_permission(self, request: Any, view: Any, obj: Any) -> bool:
                return obj.pk != sample_data["first"]

        class View(ProductViewSet):
            permission_classes = [NotTheFirst]

        assert self.ask(View, pk=str(sample_data["first"])).status_code in (401, 403)
        assert self.ask(View, pk=str(sample_data["last"])).status_code == 200

    def test_custom_visibility_of_manager_is_detected(self) -> None:
        class Rows(ProductQuerySet):  # type: ignore[override]
            def visible_to(self, user: Any) -> Any:
                return self.filter(pk=user.pk)

        class Visible(Product._default_manager.__class__):  # type: ignore[misc,name-defined]
            def visible_to(self, user: Any) -> Any:
                return self.filter(pk=user.pk)

        class Tenants(Product._default_manager.__class__):  # type: ignore[misc,name-defined]
            def get_queryset(self) -> Any:
                return super().get_queryset().filter(pk=1)

        def is_known(manager: Any) -> bool:
            manager.model = Product
            return shows_all_to_staff.__wrapped__(SimpleNamespace(_default_manager=manager))

        assert is_known(ProductQuerySet.as_manager())
        assert [is_known(manager) for manager in (Rows.as_manager(), Visible(), Tenants())] == [False] * 3

    def test_custom_order_queryset_is_used(self, user: Any, sample_data: Any) -> None:
        class Dear(OrderViewSet):
            def get_queryset(self) -> Any:
                return super().get_queryset().filter(total=2)

        (shown,) = self.ask(Dear, user=user).data

        assert shown["total"] == 2
        assert self.ask(Dear, user=user, pk=str(sample_data["own_order"])).status_code == 404

    def test_etag_for_staff_is_valid_for_if_match(self, as_staff: Any, sample_data: Any) -> None:
        with CaptureQueriesContext(connection) as queries:
            tag = as_staff.get(f"/store/products/{sample_data['first']}/")["ETag"]

        assert len(queries) > 1  # one for the row with all columns
        assert (
            as_staff.patch(f"/store/products/{sample_data['first']}/", {"title": "New"}, HTTP_IF_MATCH=tag).status_code
            == 200
        )
