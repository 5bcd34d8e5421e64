"""Status codes by role: a row for each route and method that the resolver knows, a column for each role.

A anonymous, O owner, U another customer, S staff without special permissions, X superuser.
"""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.urls import path
from rest_framework.test import APIClient
from storefront_store_testapp import pictures
from storefront_store_testapp.routes import routes

from storefront_store.models import Address, Order, ProductGroup, ProductImage, Promotion, Review
from storefront_store.services.checkout import checkout

pytestmark = pytest.mark.django_db

ROLES = "AOUSX"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

TABLE = """
route                   method   A    O    U    S    X
api-root                GET      200  200  200  200  200
api-root                POST     405  405  405  405  405
api-root                PUT      405  405  405  405  405
api-root                PATCH    405  405  405  405  405
api-root                DELETE   405  405  405  405  405
api-root                OPTIONS  200  200  200  200  200
product-list            GET      200  200  200  200  200
product-list            POST     401  403  403  201  201
product-list            PUT      401  403  403  405  405
product-list            PATCH    401  403  403  405  405
product-list            DELETE   401  403  403  405  405
product-list            OPTIONS  200  200  200  200  200
product-detail          GET      200  200  200  200  200
product-detail          POST     401  403  403  405  405
product-detail          PUT      401  403  403  200  200
product-detail          PATCH    401  403  403  200  200
product-detail          DELETE   401  403  403  204  204
product-detail          OPTIONS  200  200  200  200  200
product-images-list     GET      200  200  200  200  200
product-images-list     POST     401  403  403  201  201
product-images-list     PUT      401  403  403  405  405
product-images-list     PATCH    401  403  403  405  405
product-images-list     DELETE   401  403  403  405  405
product-images-list     OPTIONS  200  200  200  200  200
product-images-detail   GET      200  200  200  200  200
product-images-detail   POST     401  403  403  405  405
product-images-detail   PUT      401  403  403  200  200
product-images-detail   PATCH    401  403  403  200  200
product-images-detail   DELETE   401  403  403  204  204
product-images-detail   OPTIONS  200  200  200  200  200
product-reviews-list    GET      200  200  200  200  200
product-reviews-list    POST     201  201  201  201  201
product-reviews-list    PUT      401  405  405  405  405
product-reviews-list    PATCH    401  405  405  405  405
product-reviews-list    DELETE   401  405  405  405  405
product-reviews-list    OPTIONS  200  200  200  200  200
product-reviews-detail  GET      200  200  200  200  200
product-reviews-detail  POST     405  405  405  405  405
product-reviews-detail  PUT      401  200  403  200  200
product-reviews-detail  PATCH    401  200  403  200  200
product-reviews-detail  DELETE   401  204  403  204  204
product-reviews-detail  OPTIONS  200  200  200  200  200
product-facets          GET      200  200  200  200  200
product-facets          POST     401  403  403  405  405
product-facets          PUT      401  403  403  405  405
product-facets          PATCH    401  403  403  405  405
product-facets          DELETE   401  403  403  405  405
product-facets          OPTIONS  200  200  200  200  200
product-group-list      GET      200  200  200  200  200
product-group-list      POST     401  403  403  201  201
product-group-list      PUT      401  403  403  405  405
product-group-list      PATCH    401  403  403  405  405
product-group-list      DELETE   401  403  403  405  405
product-group-list      OPTIONS  200  200  200  200  200
product-group-detail    GET      200  200  200  200  200
product-group-detail    POST     401  403  403  405  405
product-group-detail    PUT      401  403  403  200  200
product-group-detail    PATCH    401  403  403  200  200
product-group-detail    DELETE   401  403  403  204  204
product-group-detail    OPTIONS  200  200  200  200  200
collection-list         GET      200  200  200  200  200
collection-list         POST     401  403  403  201  201
collection-list         PUT      401  403  403  405  405
collection-list         PATCH    401  403  403  405  405
collection-list         DELETE   401  403  403  405  405
collection-list         OPTIONS  200  200  200  200  200
collection-detail       GET      200  200  200  200  200
collection-detail       POST     401  403  403  405  405
collection-detail       PUT      401  403  403  200  200
collection-detail       PATCH    401  403  403  200  200
collection-detail       DELETE   401  403  403  204  204
collection-detail       OPTIONS  200  200  200  200  200
promotion-list          GET      401  403  403  200  200
promotion-list          POST     401  403  403  201  201
promotion-list          PUT      401  403  403  405  405
promotion-list          PATCH    401  403  403  405  405
promotion-list          DELETE   401  403  403  405  405
promotion-list          OPTIONS  401  403  403  200  200
promotion-detail        GET      401  403  403  200  200
promotion-detail        POST     401  403  403  405  405
promotion-detail        PUT      401  403  403  200  200
promotion-detail        PATCH    401  403  403  200  200
promotion-detail        DELETE   401  403  403  204  204
promotion-detail        OPTIONS  401  403  403  200  200
cart-list               GET      405  405  405  405  405
cart-list               POST     201  201  201  201  201
cart-list               PUT      405  405  405  405  405
cart-list               PATCH    405  405  405  405  405
cart-list               DELETE   405  405  405  405  405
cart-list               OPTIONS  200  200  200  200  200
cart-detail             GET      200  200  200  200  200
cart-detail             POST     405  405  405  405  405
cart-detail             PUT      405  405  405  405  405
cart-detail             PATCH    405  405  405  405  405
cart-detail             DELETE   204  204  204  204  204
cart-detail             OPTIONS  200  200  200  200  200
cart-quote              GET      405  405  405  405  405
cart-quote              POST     200  200  200  200  200
cart-quote              PUT      405  405  405  405  405
cart-quote              PATCH    405  405  405  405  405
cart-quote              DELETE   405  405  405  405  405
cart-quote              OPTIONS  200  200  200  200  200
cart-mine               GET      401  200  200  200  200
cart-mine               POST     401  200  200  200  200
cart-mine               PUT      401  405  405  405  405
cart-mine               PATCH    401  405  405  405  405
cart-mine               DELETE   401  405  405  405  405
cart-mine               OPTIONS  401  200  200  200  200
cart-items-list         GET      200  200  200  200  200
cart-items-list         POST     201  201  201  201  201
cart-items-list         PUT      405  405  405  405  405
cart-items-list         PATCH    405  405  405  405  405
cart-items-list         DELETE   405  405  405  405  405
cart-items-list         OPTIONS  200  200  200  200  200
cart-items-detail       GET      200  200  200  200  200
cart-items-detail       POST     405  405  405  405  405
cart-items-detail       PUT      405  405  405  405  405
cart-items-detail       PATCH    200  200  200  200  200
cart-items-detail       DELETE   204  204  204  204  204
cart-items-detail       OPTIONS  200  200  200  200  200
order-list              GET      401  200  200  200  200
order-list              POST     401  201  201  201  201
order-list              PUT      401  405  405  405  405
order-list              PATCH    401  403  403  405  405
order-list              DELETE   401  403  403  405  405
order-list              OPTIONS  401  200  200  200  200
order-detail            GET      401  200  404  200  200
order-detail            POST     401  405  405  405  405
order-detail            PUT      401  405  405  405  405
order-detail            PATCH    401  403  403  200  200
order-detail            DELETE   401  403  403  204  204
order-detail            OPTIONS  401  200  200  200  200
order-cancel            GET      401  405  405  405  405
order-cancel            POST     401  200  404  403  200
order-cancel            PUT      401  405  405  405  405
order-cancel            PATCH    401  405  405  405  405
order-cancel            DELETE   401  405  405  405  405
order-cancel            OPTIONS  401  200  200  200  200
order-ship              GET      401  405  405  405  405
order-ship              POST     401  403  404  403  409
order-ship              PUT      401  405  405  405  405
order-ship              PATCH    401  405  405  405  405
order-ship              DELETE   401  405  405  405  405
order-ship              OPTIONS  401  200  200  200  200
customer-list           GET      401  403  403  200  200
customer-list           POST     401  403  403  201  201
customer-list           PUT      401  403  403  405  405
customer-list           PATCH    401  403  403  405  405
customer-list           DELETE   401  403  403  405  405
customer-list           OPTIONS  401  403  403  200  200
customer-detail         GET      401  403  403  200  200
customer-detail         POST     401  403  403  405  405
customer-detail         PUT      401  403  403  200  200
customer-detail         PATCH    401  403  403  200  200
customer-detail         DELETE   401  403  403  409  409
customer-detail         OPTIONS  401  403  403  200  200
customer-me             GET      401  200  200  200  200
customer-me             POST     401  405  405  405  405
customer-me             PUT      401  200  200  200  200
customer-me             PATCH    401  200  200  200  200
customer-me             DELETE   401  405  405  405  405
customer-me             OPTIONS  401  200  200  200  200
customer-history        GET      401  403  403  403  200
customer-history        POST     401  403  403  403  405
customer-history        PUT      401  403  403  403  405
customer-history        PATCH    401  403  403  403  405
customer-history        DELETE   401  403  403  403  405
customer-history        OPTIONS  401  403  403  403  200
customer-addresses-list GET      401  200  404  200  200
customer-addresses-list POST     401  201  404  201  201
customer-addresses-list PUT      401  405  405  405  405
customer-addresses-list PATCH    401  405  405  405  405
customer-addresses-list DELETE   401  405  405  405  405
customer-addresses-list OPTIONS  401  200  200  200  200
customer-addresses-detail GET      401  200  404  200  200
customer-addresses-detail POST     401  405  405  405  405
customer-addresses-detail PUT      401  200  404  200  200
customer-addresses-detail PATCH    401  200  404  200  200
customer-addresses-detail DELETE   401  204  404  204  204
customer-addresses-detail OPTIONS  401  200  200  200  200
address-list            GET      401  200  200  200  200
address-list            POST     401  201  201  201  201
address-list            PUT      401  405  405  405  405
address-list            PATCH    401  405  405  405  405
address-list            DELETE   401  405  405  405  405
address-list            OPTIONS  401  200  200  200  200
address-detail          GET      401  200  404  404  404
address-detail          POST     401  405  405  405  405
address-detail          PUT      401  200  404  404  404
address-detail          PATCH    401  200  404  404  404
address-detail          DELETE   401  204  404  404  404
address-detail          OPTIONS  401  200  200  200  200
"""
ROWS = {
    (row[0], row[1]): dict(zip(ROLES, map(int, row[2:]), strict=True))
    for row in map(str.split, TABLE.strip().splitlines()[1:])
}
# Permission for these depends on the object, so it must exist to be forbidden.
DEPENDS_ON_OBJECT = {
    *(("product-reviews-detail", method, "U") for method in ("PUT", "PATCH", "DELETE")),
    ("order-cancel", "POST", "S"),
    *(("order-ship", "POST", role) for role in "OS"),
}


WITH_KEY = [route for route, patterns in routes().items() if "pk>" in patterns[0]]


class World:
    """One object of each kind, of the owner where it can have one; an order keeps one product from deletion."""

    def __init__(self, make_user: Any, make_product: Any, make_cart: Any) -> None:
        self.users = {
            "A": None,
            "O": make_user(),
            "U": make_user(),
            "S": make_user(is_staff=True),
            "X": make_user(is_staff=True, is_superuser=True),
        }
        owner = self.users["O"]
        ordered, self.product = make_product(), make_product()
        self.order = checkout(user=owner, cart_id=make_cart((ordered, 1)).pk)
        self.cart = make_cart((self.product, 1))
        self.empty_collection = make_product().collection
        self.empty_collection.products.all().delete()
        self.group = ProductGroup.objects.create(title="Mug", slug="mug")
        self.promotion = Promotion.objects.create(description="Sale", discount=10)
        self.review = Review.objects.create(product=self.product, author=owner, name="Ann", description="Good")
        self.image = ProductImage.objects.create(
            product=self.product, image=SimpleUploadedFile("a.png", pictures.encode("PNG"))
        )
        self.address = Address.objects.create(customer=owner.customer, street="Main Road 1", city="Town")
        self.new_user = make_user()
        self.new_user.customer.delete()

    def url_of(self, route: str, *, missing: bool = False) -> str:
        product, cart = f"products/{self.product.pk}/", f"carts/{self.cart.pk}/"
        keys = {
            "api-root": "",
            "product-detail": product,
            "product-images-list": f"{product}images/",
            "product-images-detail": f"{product}images/{self.image.pk}/",
            "product-reviews-list": f"{product}reviews/",
            "product-reviews-detail": f"{product}reviews/{self.review.pk}/",
            "product-facets": "products/facets/",
            "product-group-list": "groups/",
            "product-group-detail": f"groups/{self.group.pk}/",
            "collection-detail": f"collections/{self.empty_collection.pk}/",
            "promotion-detail": f"promotions/{self.promotion.pk}/",
            "cart-detail": cart,
            "cart-quote": f"{cart}quote/",
            "cart-mine": "carts/mine/",
            "customer-addresses-list": f"customers/{self.order.customer_id}/addresses/",
            "customer-addresses-detail": f"customers/{self.order.customer_id}/addresses/{self.address.pk}/",
            "cart-items-list": f"{cart}items/",
            "cart-items-detail": f"{cart}items/{self.cart.items.get().pk}/",
            "order-detail": f"orders/{self.order.pk}/",
            "order-cancel": f"orders/{self.order.pk}/cancel/",
            "order-ship": f"orders/{self.order.pk}/ship/",
            "customer-detail": f"customers/{self.order.customer_id}/",
            "customer-me": "customers/me/",
            "customer-history": f"customers/{self.order.customer_id}/history/",
            "address-list": "customers/me/addresses/",
            "address-detail": f"customers/me/addresses/{self.address.pk}/",
        }
        where = keys.get(route, f"{route.removesuffix('-list')}s/")
        return f"/store/{self.with_missing_key(where) if missing else where}"

    @staticmethod
    def with_missing_key(where: str) -> str:
        """Return the URL with a key that does not exist in place of the last one."""
        parts = where.split("/")
        last = max(place for place, part in enumerate(parts) if not part.isalpha() and part)
        parts[last] = str(uuid.uuid4()) if parts[last - 1] == "carts" else "987654321"
        return "/".join(parts)

    def body_for(self, route: str, method: str) -> dict[str, Any]:
        product = {
            "title": "Mug",
            "slug": "mug",
            "unit_price": 9.5,
            "inventory": 3,
            "collection": self.empty_collection.pk,
        }
        bodies: dict[str, dict[str, Any]] = {
            "product-list": product,
            "product-detail": product,
            "product-reviews-list": {"name": "Bob", "description": "Fine"},
            "product-reviews-detail": {"name": "Bob", "description": "Fine"},
            "product-group-list": {"title": "Mugs", "slug": "mugs"},
            "product-group-detail": {"title": "Mugs", "slug": "mugs"},
            "collection-list": {"title": "Mugs"},
            "collection-detail": {"title": "Mugs"},
            "promotion-list": {"description": "Sale", "discount": 5, "products": []},
            "promotion-detail": {"description": "Sale", "discount": 5, "products": []},
            "cart-mine": {"cart_id": str(self.cart.pk)},
            "customer-addresses-list": {"street": "Side Road 2", "city": "Town"},
            "customer-addresses-detail": {"street": "Side Road 2", "city": "Town"},
            "cart-items-list": {"product_id": self.product.pk, "quantity": 1},
            "cart-items-detail": {"quantity": 2},
            "order-list": {"cart_id": str(self.cart.pk)},
            "order-detail": {"payment_status": "C"},
            "customer-list": {"user_id": self.new_user.pk},
            "customer-detail": {"phone": "1"},
            "customer-me": {"phone": "1"},
            "address-list": {"street": "Side Road 2", "city": "Town"},
            "address-detail": {"street": "Side Road 2", "city": "Town"},
        }
        return bodies.get(route, {})

    def ask(self, role: str, route: str, method: str, *, missing: bool = False) -> Any:
        client = APIClient(raise_request_exception=False)
        client.force_authenticate(self.users[role])
        address = self.url_of(route, missing=missing)
        if route.startswith("product-images") and method in ("POST", "PUT", "PATCH"):
            upload = SimpleUploadedFile("a.jpg", pictures.encode("JPEG"))
            return getattr(client, method.lower())(address, {"image": upload}, format="multipart")
        return (
            client.generic(method, address)
            if method in ("GET", "HEAD", "OPTIONS", "DELETE")
            else getattr(client, method.lower())(address, self.body_for(route, method))
        )

    def ask_each(self, route: str, method: str, *, missing: bool = False) -> dict[str, Any]:
        """Send the request as each role, each time in a transaction that is rolled back."""
        answers = {}
        for role in ROLES:
            with transaction.atomic():
                answers[role] = self.ask(role, route, method, missing=missing)
                transaction.set_rollback(True)
        return answers


@pytest.fixture
def world(make_user: Any, make_product: Any, make_cart: Any) -> World:
    return World(make_user, make_product, make_cart)


def missing_rows(rows: Any, urlconf: Any = "storefront_store.urls") -> set[tuple[str, str]]:
    """The routes and methods of a resolver that the table does not mention."""
    return {(route, method) for route in routes(urlconf) for method in METHODS} - set(rows)


def test_every_route_and_method_is_in_table() -> None:
    assert missing_rows(ROWS) == set()
    assert {route for route, _ in ROWS} == set(routes())


def test_missing_row_is_detected() -> None:
    for row in ROWS:
        assert missing_rows(ROWS.keys() - {row}) == {row}


def test_new_route_is_detected() -> None:
    class Urls:
        urlpatterns = [path("wishes/", lambda request: HttpResponse(), name="wish-list")]

    assert missing_rows(ROWS, Urls) == {("wish-list", method) for method in METHODS}


@pytest.mark.parametrize(("route", "method"), ROWS)
def test_status_per_role(route: str, method: str, world: World) -> None:
    answers = world.ask_each(route, method)

    assert {role: answer.status_code for role, answer in answers.items()} == ROWS[route, method]
    for answer in answers.values():
        if answer.status_code in (401, 403, 404, 405):
            assert answer.json().keys() == {"detail", "code"}
        assert ("WWW-Authenticate" in answer) == (answer.status_code == 401)


@pytest.mark.parametrize("route", routes())
def test_head_has_status_of_get(route: str, world: World) -> None:
    answers = world.ask_each(route, "HEAD")

    assert {role: answer.status_code for role, answer in answers.items()} == ROWS[route, "GET"]
    assert {answer.content for answer in answers.values()} == {b""}


@pytest.mark.parametrize("route", routes())
def test_options_is_allowed_where_any_method_is(route: str) -> None:
    for role in ROLES:
        allowed = any(ROWS[route, method][role] < 300 for method in METHODS[:-1])
        if allowed:
            assert ROWS[route, "OPTIONS"][role] == 200


@pytest.mark.parametrize(("route", "method"), [row for row in ROWS if row[0] in WITH_KEY and row[1] != "OPTIONS"])
def test_forbidden_requests_do_not_reveal_whether_object_exists(route: str, method: str, world: World) -> None:
    answers = world.ask_each(route, method, missing=True)

    for role, answer in answers.items():
        if (route, method, role) not in DEPENDS_ON_OBJECT:
            expected = ROWS[route, method][role]
            assert answer.status_code == (expected if expected in (401, 403, 405) else 404), role
            assert answer.json().keys() == {"detail", "code"}


@pytest.mark.parametrize("role", ["O", "U"])
def test_cancel_order_permission_allows_cancelling_any_order(role: str, world: World) -> None:
    world.users[role].user_permissions.add(Permission.objects.get(codename="cancel_order"))
    Order.objects.filter(pk=world.order.pk).update(payment_status="F")

    answer = world.ask(role, "order-cancel", "POST")

    assert answer.status_code == 200
    assert answer.json()["status"] == "cancelled"


@pytest.mark.parametrize("role", ["O", "U", "S"])
def test_view_history_permission_allows_reading_any_history(role: str, world: World) -> None:
    world.users[role].user_permissions.add(Permission.objects.get(codename="view_history"))

    answer = world.ask(role, "customer-history", "GET")

    assert answer.status_code == 200
    assert [event["event"] for event in answer.json()["results"]] == ["placed"]


def test_order_list_shows_own_orders_or_all_to_staff(world: World) -> None:
    assert {role: len(world.ask(role, "order-list", "GET").json()) for role in "OUSX"} == {
        "O": 1,
        "U": 0,
        "S": 1,
        "X": 1,
    }


def test_inactive_products_and_nested_resources_are_visible_to_staff_only(world: World) -> None:
    world.product.is_active = False
    world.product.save()
    below = [
        "product-detail",
        "product-images-list",
        "product-images-detail",
        "product-reviews-list",
        "product-reviews-detail",
    ]

    found = {route: [world.ask(role, route, "GET").status_code for role in ROLES] for route in below}

    assert found == {route: [404, 404, 404, 200, 200] for route in below}
    assert world.ask("O", "product-reviews-list", "POST").status_code == 404


def test_reviews_can_require_login(world: World, settings: Any) -> None:
    settings.STOREFRONT_STORE = {"REVIEWS_REQUIRE_LOGIN": True, "THROTTLE_RATES": {}}

    statuses = [world.ask(role, "product-reviews-list", "POST").status_code for role in ROLES]

    assert statuses == [401, 201, 201, 201, 201]


def test_permission_classes_can_be_configured(world: World, settings: Any) -> None:
    chosen = ["storefront_store.api.permissions.FullDjangoModelPermissions"]
    settings.STOREFRONT_STORE = {"PERMISSIONS": {"customer": chosen}}
    world.users["U"].user_permissions.add(Permission.objects.get(codename="view_customer"))

    assert [world.ask(role, "customer-list", "GET").status_code for role in ROLES] == [401, 403, 200, 403, 200]
    assert [world.ask(role, "customer-list", "HEAD").status_code for role in ROLES] == [401, 403, 200, 403, 200]
    assert world.ask("U", "customer-detail", "PATCH").status_code == 403
