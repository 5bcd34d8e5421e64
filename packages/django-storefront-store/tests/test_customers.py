from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from storefront_store_testapp.shop import post_order

from storefront_store.models import Customer, Order, OrderEvent, OrderItem
from storefront_store.services import customers

pytestmark = pytest.mark.django_db

BAD_PHONES = ["x" * 256, "\x00", [], {}, True]
BAD_DATES = ["tomorrow", "2026-13-45", "0000-00-00", 1, True, [], {}, "\x00"]


class TestCustomerCreation:
    def test_new_user_gets_customer(self, make_user: Any) -> None:
        user = make_user(first_name="Ada", last_name="Lovelace")

        customer = Customer.objects.get()
        assert customer.user == user
        assert (customer.membership, customer.phone, customer.birth_date) == ("B", "", None)
        assert str(customer) == "Ada Lovelace"

    @pytest.mark.parametrize(("excluded", "made"), [(None, 1), ("user", 0), ("somebody else", 1)])
    def test_customer_for_user_setting_excludes_users(
        self, settings: Any, make_user: Any, excluded: str | None, made: int
    ) -> None:
        if excluded is not None:
            settings.STOREFRONT_STORE = {"CUSTOMER_FOR_USER": lambda user: user.username != excluded}

        make_user(username="user")

        assert Customer.objects.count() == made

    def test_saving_user_again_creates_no_second_customer(self, user: Any) -> None:
        user.save()

        assert Customer.objects.count() == 1

    def test_loaddata_creates_no_customers(self, tmp_path: Any) -> None:
        fixture = tmp_path / "users.json"
        fixture.write_text('[{"model": "auth.user", "pk": 1, "fields": {"username": "ada", "password": "!"}}]')

        call_command("loaddata", str(fixture), verbosity=0)

        assert get_user_model().objects.count() == 1
        assert not Customer.objects.exists()

    def test_str_of_customer_without_names_is_username(self, make_user: Any) -> None:
        assert str(make_user(username="ada").customer) == "ada"

    @pytest.mark.database
    def test_missing_customers_are_created_in_batches(self, make_user: Any) -> None:
        for _ in range(3):
            make_user()
        Customer.objects.all().delete()

        assert customers.create_missing_customers(dry_run=True) == 3
        assert customers.create_missing_customers(batch_size=2) == 3
        assert customers.create_missing_customers() == 0
        assert Customer.objects.count() == 3


class TestMe:
    def test_retrieve_own_customer(self, as_user: Any, user: Any) -> None:
        answer = as_user.get("/store/customers/me/")

        assert answer.status_code == 200
        assert answer.json() == {
            "id": user.customer.pk,
            "user_id": user.pk,
            "first_name": "",
            "last_name": "",
            "phone": "",
            "birth_date": None,
            "membership": "B",
        }
        assert "no-store" in answer["Cache-Control"]

    @pytest.mark.parametrize("method", ["put", "patch"])
    def test_update_own_customer(self, as_user: Any, user: Any, method: str) -> None:
        answer = getattr(as_user, method)("/store/customers/me/", {"phone": "123", "birth_date": "1815-12-10"})

        assert answer.status_code == 200
        assert (answer.json()["phone"], answer.json()["birth_date"]) == ("123", "1815-12-10")
        assert answer.json() == as_user.get("/store/customers/me/").json()

    @pytest.mark.parametrize("method", ["put", "patch"])
    def test_membership_and_user_are_read_only(self, as_user: Any, user: Any, make_user: Any, method: str) -> None:
        other = make_user()

        answer = getattr(as_user, method)("/store/customers/me/", {"membership": "G", "user_id": other.pk, "id": 0})

        user.customer.refresh_from_db()
        assert answer.status_code == 200
        assert (user.customer.membership, user.customer.user_id) == ("B", user.pk)

    @pytest.mark.parametrize("method", ["get", "patch"])
    def test_customer_is_created_for_existing_user_on_first_request(self, as_user: Any, user: Any, method: str) -> None:
        Customer.objects.all().delete()

        answer = getattr(as_user, method)("/store/customers/me/")

        assert (answer.status_code, answer.json()["user_id"]) == (200, user.pk)
        assert Customer.objects.get().user == user

    def test_invalid_first_update_creates_no_customer(self, as_user: Any, user: Any) -> None:
        Customer.objects.all().delete()

        answer = as_user.patch("/store/customers/me/", {"birth_date": "tomorrow"})

        assert answer.status_code == 400
        assert not Customer.objects.exists()

    @pytest.mark.parametrize(
        ("field", "bad"), [("phone", bad) for bad in BAD_PHONES] + [("birth_date", bad) for bad in BAD_DATES]
    )
    def test_bad_values_change_nothing(self, as_user: Any, user: Any, field: str, bad: Any) -> None:
        answer = as_user.patch("/store/customers/me/", {field: bad})

        user.customer.refresh_from_db()
        assert answer.status_code == 400
        assert list(answer.json()) == [field]
        assert (user.customer.phone, user.customer.birth_date) == ("", None)


class TestStaff:
    def test_staff_lists_all_customers(self, as_staff: Any, user: Any, staff: Any) -> None:
        answer = as_staff.get("/store/customers/")

        assert {row["user_id"] for row in answer.json()} == {user.pk, staff.pk}

    def test_list_is_paginated_with_link_header(self, as_staff: Any, make_user: Any) -> None:
        for _ in range(3):
            make_user()

        first = as_staff.get("/store/customers/?page_size=2")
        second = as_staff.get("/store/customers/?page_size=2&page=2")

        assert (len(first.json()), len(second.json())) == (2, 2)
        assert first["Link"] == '<http://testserver/store/customers/?page=2&page_size=2>; rel="next"'
        assert second["Link"] == '<http://testserver/store/customers/?page_size=2>; rel="prev"'

    def test_staff_creates_customer_for_user(self, as_staff: Any, user: Any) -> None:
        user.customer.delete()

        answer = as_staff.post("/store/customers/", {"user_id": user.pk, "membership": "S", "phone": "1"})

        assert answer.status_code == 201
        assert Customer.objects.get(user=user).membership == "S"

    @pytest.mark.parametrize("bad", [0, -1, 10**30, "abc", None, True, [], {}, "\x00"])
    def test_invalid_user_is_400(self, as_staff: Any, bad: Any) -> None:
        answer = as_staff.post("/store/customers/", {"user_id": bad})

        assert answer.status_code == 400
        assert list(answer.json()) == ["user_id"]

    def test_second_customer_of_user_is_400(self, as_staff: Any, user: Any) -> None:
        answer = as_staff.post("/store/customers/", {"user_id": user.pk})

        assert answer.status_code == 400
        assert Customer.objects.filter(user=user).count() == 1

    def test_staff_updates_membership_and_not_user(self, as_staff: Any, user: Any, make_user: Any) -> None:
        other = make_user()

        answer = as_staff.patch(f"/store/customers/{user.customer.pk}/", {"membership": "G", "user_id": other.pk})

        user.customer.refresh_from_db()
        assert answer.status_code == 200
        assert (user.customer.membership, user.customer.user_id) == ("G", user.pk)

    @pytest.mark.parametrize("bad", ["X", "", None, 1, [], {}, True])
    def test_invalid_membership_is_400(self, as_staff: Any, user: Any, bad: Any) -> None:
        answer = as_staff.patch(f"/store/customers/{user.customer.pk}/", {"membership": bad})

        assert answer.status_code == 400
        assert list(answer.json()) == ["membership"]

    def test_staff_deletes_customer_without_orders(self, as_staff: Any, user: Any) -> None:
        answer = as_staff.delete(f"/store/customers/{user.customer.pk}/")

        assert answer.status_code == 204
        assert get_user_model().objects.filter(pk=user.pk).exists()


class TestDeletedUsers:
    def test_orders_and_events_are_kept(self, as_user: Any, user: Any, make_product: Any, make_cart: Any) -> None:
        post_order(as_user, make_cart((make_product(), 1)))

        user.delete()

        order = Order.objects.get()
        assert order.customer.user is None
        assert str(order.customer) == f"#{order.customer.pk}"
        assert OrderItem.objects.count() == 1
        assert OrderEvent.objects.get().actor_name == ""  # erased with the account

    def test_customer_without_orders_is_deleted(self, user: Any, make_user: Any) -> None:
        other = make_user()

        get_user_model().objects.filter(pk=user.pk).delete()

        assert list(Customer.objects.all()) == [other.customer]
