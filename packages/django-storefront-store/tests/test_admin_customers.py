"""The pages of customers and carts in the admin."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group
from storefront_store_testapp.shop import messages_of, place_order

from storefront_store.admin.customers import user_search_fields
from storefront_store.models import Address, Cart, Customer, Order, Product

pytestmark = [pytest.mark.django_db, pytest.mark.database]

ORDERS = "/admin/storefront_store/order/"
CARTS = "/admin/storefront_store/cart/"
CUSTOMERS = "/admin/storefront_store/customer/"


@pytest.fixture
def product(make_product: Any) -> Product:
    return make_product(title="Chair", inventory=10, unit_price=Decimal("1234.50"))


@pytest.fixture
def order(user: Any, product: Product) -> Order:
    return place_order(user, (product, 3))


class TestCarts:
    def test_carts_can_be_viewed(self, admin_client: Any, product: Product, make_cart: Any) -> None:
        cart = make_cart((product, 4))

        answer = admin_client.get(CARTS)
        assert [(row.pk, row.lines_count) for row in answer.context["cl"].result_list] == [(cart.pk, 1)]
        page = admin_client.get(f"{CARTS}{cart.pk}/change/").content.decode()
        assert ">Chair</a>" in page
        assert "1,234.50" in page

    def test_carts_are_read_only(self, admin_client: Any, product: Product, make_cart: Any) -> None:
        cart = make_cart((product, 4))

        assert admin_client.get(f"{CARTS}add/").status_code == 403
        assert admin_client.post(f"{CARTS}{cart.pk}/change/", {"_save": "1"}).status_code == 403
        assert admin_client.post(f"{CARTS}{cart.pk}/delete/", {"post": "yes"}).status_code == 403
        admin_client.post(CARTS, {"action": "delete_selected", "_selected_action": [cart.pk], "post": "yes"})
        assert Cart.objects.get().items.get().quantity == 4


class TestCustomers:
    def test_order_counts_link_to_orders(self, admin_client: Any, order: Order) -> None:
        page = admin_client.get(CUSTOMERS).content.decode()

        assert f'<a href="{ORDERS}?customer__id={order.customer_id}">1 Order</a>' in page
        assert "0 Orders" in page

    def test_searches_names_and_email_of_user(self, admin_client: Any, make_user: Any) -> None:
        ann = make_user(username="x1", first_name="Ann", last_name="Miller", email="mail@example.org")
        make_user(username="x2", first_name="Ben", last_name="Hammill")

        for text in ("ann", "MILL", "ann miller", "x1", "mail@"):
            found = admin_client.get(CUSTOMERS, {"q": text}).context["cl"].result_list
            assert [customer.user for customer in found] == [ann], text

    def test_search_fields_depend_on_user_model(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(Group, "USERNAME_FIELD", "name", raising=False)
        monkeypatch.setattr(Group, "get_email_field_name", lambda: "email", raising=False)
        monkeypatch.setattr("storefront_store.admin.customers.get_user_model", lambda: Group)

        assert user_search_fields("user__") == ["user__name__istartswith"]

    def test_membership_is_list_editable(self, admin_client: Any, user: Any) -> None:
        customer = Customer.objects.get(user=user)
        data = {
            "form-TOTAL_FORMS": 1,
            "form-INITIAL_FORMS": 1,
            "form-0-id": customer.pk,
            "form-0-membership": "G",
            "_save": "Save",
        }

        admin_client.post(f"{CUSTOMERS}?q={user.username}", data)

        customer.refresh_from_db()
        assert customer.membership == "G"

    def test_addresses_are_edited_inline(self, admin_client: Any, user: Any) -> None:
        customer = Customer.objects.get(user=user)
        data = {
            "phone": "1",
            "membership": "S",
            "addresses-TOTAL_FORMS": 1,
            "addresses-INITIAL_FORMS": 0,
            "addresses-0-street": "Elm St 1",
            "addresses-0-city": "Springfield",
        }

        answer = admin_client.post(f"{CUSTOMERS}{customer.pk}/change/", data)

        assert answer.status_code == 302
        assert Address.objects.get().customer == customer
        customer.refresh_from_db()
        assert (customer.phone, customer.membership, customer.user) == ("1", "S", user)

    def test_user_of_customer_cannot_be_changed(self, admin_client: Any, user: Any, make_user: Any) -> None:
        customer = Customer.objects.get(user=user)

        answer = admin_client.get(f"{CUSTOMERS}{customer.pk}/change/")

        assert "user" not in answer.context["adminform"].form.fields
        assert "user" in admin_client.get(f"{CUSTOMERS}add/").context["adminform"].form.fields

    def test_customer_without_user_is_shown(self, admin_client: Any, user: Any, order: Order) -> None:
        user.delete()

        assert admin_client.get(CUSTOMERS).status_code == 200
        assert admin_client.get(f"{CUSTOMERS}{order.customer_id}/change/").status_code == 200
        assert admin_client.get(f"{ORDERS}{order.pk}/change/").status_code == 200

    def test_customer_with_orders_is_not_deleted(self, admin_client: Any, order: Order, monkeypatch: Any) -> None:
        path = f"{CUSTOMERS}{order.customer_id}/delete/"
        assert admin_client.post(path, {"post": "yes"}).context["protected"]
        monkeypatch.setattr(
            "storefront_store.admin.CustomerAdmin.get_deleted_objects", lambda *args: ([], {}, set(), [])
        )

        answer = admin_client.post(path, {"post": "yes"}, follow=True)

        assert messages_of(answer) == [("error", "Customer cannot be deleted because it has orders.")]
        assert Customer.objects.filter(pk=order.customer_id).exists()

    def test_customer_without_orders_is_deleted(self, admin_client: Any, user: Any) -> None:
        customer = Customer.objects.get(user=user)

        admin_client.post(f"{CUSTOMERS}{customer.pk}/delete/", {"post": "yes"})

        assert not Customer.objects.filter(pk=customer.pk).exists()
