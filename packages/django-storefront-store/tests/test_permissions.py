"""Who gets which answer: each route and method for each role, and what permissions and settings change of that."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.http import HttpResponse
from django.urls import path
from storefront_store_testapp.role_table import METHODS, ROLES, ROWS
from storefront_store_testapp.roles import Roles
from storefront_store_testapp.routes import routes

from storefront_store.models import Order

pytestmark = pytest.mark.django_db

WITH_KEY = [route for route, patterns in routes().items() if "pk>" in patterns[0]]
# Permission for these depends on the object, so it must exist to be forbidden.
DEPENDS_ON_OBJECT = {
    *(("product-reviews-detail", method, "U") for method in ("PUT", "PATCH", "DELETE")),
    ("order-cancel", "POST", "S"),
    *(("order-ship", "POST", role) for role in "OS"),
}


@pytest.fixture
def roles(make_user: Any, make_product: Any, make_cart: Any) -> Roles:
    return Roles(make_user, make_product, make_cart)


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
def test_status_per_role(route: str, method: str, roles: Roles) -> None:
    answers = roles.ask_each(route, method)

    assert {role: answer.status_code for role, answer in answers.items()} == ROWS[route, method]
    for answer in answers.values():
        if answer.status_code in (401, 403, 404, 405):
            assert answer.json().keys() == {"detail", "code"}
        assert ("WWW-Authenticate" in answer) == (answer.status_code == 401)


@pytest.mark.parametrize("route", routes())
def test_head_has_status_of_get(route: str, roles: Roles) -> None:
    answers = roles.ask_each(route, "HEAD")

    assert {role: answer.status_code for role, answer in answers.items()} == ROWS[route, "GET"]
    assert {answer.content for answer in answers.values()} == {b""}


@pytest.mark.parametrize("route", routes())
def test_options_is_allowed_where_any_method_is(route: str, roles: Roles) -> None:
    for role, answer in roles.ask_each(route, "OPTIONS").items():
        if any(ROWS[route, method][role] < 300 for method in METHODS if method != "OPTIONS"):
            assert answer.status_code == 200, role


@pytest.mark.parametrize(("route", "method"), [row for row in ROWS if row[0] in WITH_KEY and row[1] != "OPTIONS"])
def test_forbidden_requests_do_not_reveal_whether_object_exists(route: str, method: str, roles: Roles) -> None:
    answers = roles.ask_each(route, method, missing=True)

    for role, answer in answers.items():
        if (route, method, role) not in DEPENDS_ON_OBJECT:
            expected = ROWS[route, method][role]
            assert answer.status_code == (expected if expected in (401, 403, 405) else 404), role
            assert answer.json().keys() == {"detail", "code"}


@pytest.mark.parametrize("role", ["O", "U"])
def test_cancel_order_permission_allows_cancelling_any_order(role: str, roles: Roles) -> None:
    roles.users[role].user_permissions.add(Permission.objects.get(codename="cancel_order"))
    Order.objects.filter(pk=roles.order.pk).update(payment_status="F")

    answer = roles.ask(role, "order-cancel", "POST")

    assert answer.status_code == 200
    assert answer.json()["status"] == "cancelled"


@pytest.mark.parametrize("role", ["O", "U", "S"])
def test_view_history_permission_allows_reading_any_history(role: str, roles: Roles) -> None:
    roles.users[role].user_permissions.add(Permission.objects.get(codename="view_history"))

    answer = roles.ask(role, "customer-history", "GET")

    assert answer.status_code == 200
    assert [event["event"] for event in answer.json()["results"]] == ["placed"]


def test_order_list_shows_own_orders_or_all_to_staff(roles: Roles) -> None:
    assert {role: len(roles.ask(role, "order-list", "GET").json()) for role in "OUSX"} == {
        "O": 1,
        "U": 0,
        "S": 1,
        "X": 1,
    }


def test_inactive_products_and_nested_resources_are_visible_to_staff_only(roles: Roles) -> None:
    roles.product.is_active = False
    roles.product.save()
    below = [
        "product-detail",
        "product-images-list",
        "product-images-detail",
        "product-reviews-list",
        "product-reviews-detail",
    ]

    found = {route: [roles.ask(role, route, "GET").status_code for role in ROLES] for route in below}

    assert found == {route: [404, 404, 404, 200, 200] for route in below}
    assert roles.ask("O", "product-reviews-list", "POST").status_code == 404


def test_reviews_can_require_login(roles: Roles, settings: Any) -> None:
    settings.STOREFRONT_STORE = {"REVIEWS_REQUIRE_LOGIN": True, "THROTTLE_RATES": {}}

    statuses = [roles.ask(role, "product-reviews-list", "POST").status_code for role in ROLES]

    assert statuses == [401, 201, 201, 201, 201]


def test_permission_classes_can_be_configured(roles: Roles, settings: Any) -> None:
    chosen = ["storefront_store.api.permissions.FullDjangoModelPermissions"]
    settings.STOREFRONT_STORE = {"PERMISSIONS": {"customer": chosen}}
    roles.users["U"].user_permissions.add(Permission.objects.get(codename="view_customer"))

    assert [roles.ask(role, "customer-list", "GET").status_code for role in ROLES] == [401, 403, 200, 403, 200]
    assert [roles.ask(role, "customer-list", "HEAD").status_code for role in ROLES] == [401, 403, 200, 403, 200]
    assert roles.ask("U", "customer-detail", "PATCH").status_code == 403
