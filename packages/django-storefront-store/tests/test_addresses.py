"""Addresses: of oneself, of a customer for staff, as defaults, and on orders."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from storefront_store_testapp.tables import each

from storefront_store.addresses import country_choices
from storefront_store.baskets import PostalAddress
from storefront_store.models import Address, Customer, Order

pytestmark = pytest.mark.django_db

OWN = "/store/customers/me/addresses/"


class TestAddresses:
    BODY = {"street": "1 High Street", "city": "Ely", "zip": "CB7 4AA", "country": "UK"}

    def test_user_creates_reads_updates_and_deletes_own_address(self, as_user: Any) -> None:
        made = as_user.post("/store/customers/me/addresses/", self.BODY)
        url = f"/store/customers/me/addresses/{made.json()['id']}/"

        assert made.status_code == 201
        assert as_user.get("/store/customers/me/addresses/").json() == [
            {
                "id": made.json()["id"],
                "name": "",
                "company": "",
                "street": "1 High Street",
                "street2": "",
                "zip": "CB7 4AA",
                "city": "Ely",
                "region": "",
                "country": "GB",
                "phone": "",
                "is_default_shipping": False,
                "is_default_billing": False,
            }
        ]
        assert as_user.patch(url, {"city": "March"}).json()["city"] == "March"
        assert as_user.put(url, self.BODY).json()["city"] == "Ely"
        assert as_user.delete(url).status_code == 204
        assert as_user.get(url).status_code == 404

    @pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
    def test_address_of_another_user_is_404(self, as_user: Any, make_user: Any, method: str) -> None:
        address = Address.objects.create(customer=make_user().customer, street="1 High Street", city="Ely")

        answer = getattr(as_user, method)(f"/store/customers/me/addresses/{address.pk}/", self.BODY)

        assert answer.status_code == 404
        assert Address.objects.filter(pk=address.pk).exists()

    def test_customer_is_created_for_user_without_one(self, as_user: Any) -> None:
        Customer.objects.all().delete()

        assert as_user.get("/store/customers/me/addresses/").json() == []
        assert as_user.post("/store/customers/me/addresses/", self.BODY).status_code == 201

    @pytest.mark.parametrize("bad", ["", " ", "\u200b", "x" * 256, "\x00", None, [], {}, True])
    @pytest.mark.parametrize("field", ["street", "city"])
    def test_bad_values_are_400(self, as_user: Any, field: str, bad: Any) -> None:
        answer = as_user.post("/store/customers/me/addresses/", {**self.BODY, field: bad})

        assert answer.status_code == 400
        assert list(answer.json()) == [field]
        assert not Address.objects.exists()

    @each("bad", ["Atlantis", "XX", "ZZZ", "x" * 101, "\x00", None, [], {}, 1.5, "de\n"[::-1] + "x"])
    def test_invalid_country_is_400(self, as_user: Any, bad: Any) -> None:
        answer = as_user.post("/store/customers/me/addresses/", {**self.BODY, "country": bad})

        assert (answer.status_code, list(answer.json())) == (400, ["country"])

    @pytest.mark.parametrize(
        ("given", "code"), [("de", "DE"), ("Germany", "DE"), (" united kingdom ", "GB"), ("USA", "US"), ("", "")]
    )
    def test_country_accepts_code_or_english_name(self, as_user: Any, given: str, code: str) -> None:
        assert as_user.post("/store/customers/me/addresses/", {**self.BODY, "country": given}).json()["country"] == code

    @each("bad", ["a\nb", "a\r", "\x1b[0m", "see http://evil.example", "WWW.evil.example", "\u2028"])
    @pytest.mark.parametrize("field", ["name", "company", "street", "street2", "zip", "city", "region", "phone"])
    def test_values_with_newlines_or_links_are_400(self, as_user: Any, field: str, bad: str) -> None:
        answer = as_user.post("/store/customers/me/addresses/", {**self.BODY, field: f"x{bad}x"})

        assert (answer.status_code, list(answer.json())) == (400, [field])

    def test_str_of_address(self, user: Any) -> None:
        address = Address(customer=user.customer, street="1 High Street", city="Ely", zip="CB7 4AA")

        assert str(address) == "1 High Street, CB7 4AA Ely"

    def test_postal_address_is_split_for_label(self) -> None:
        address = PostalAddress("Ann Lee", "ACME", "1 High Street", "Flat 2", "CB7 4AA", "Ely", "", "GB", "+44 1")

        assert address.lines() == ["Ann Lee", "ACME", "1 High Street", "Flat 2", "CB7 4AA Ely", "United Kingdom"]

    def test_country_choices_are_codes_and_names(self) -> None:
        assert ("DE", "Germany") in country_choices()


class TestDefaults:
    BODY = {"street": "1 High Street", "city": "Ely"}

    def test_new_default_replaces_previous_of_same_kind(self, as_user: Any) -> None:
        first = as_user.post(OWN, {**self.BODY, "is_default_shipping": True, "is_default_billing": True}).json()
        second = as_user.post(OWN, {**self.BODY, "is_default_shipping": True}).json()

        shown = {row["id"]: (row["is_default_shipping"], row["is_default_billing"]) for row in as_user.get(OWN).json()}
        assert shown == {first["id"]: (False, True), second["id"]: (True, False)}

    def test_default_can_be_unset(self, as_user: Any) -> None:
        made = as_user.post(OWN, {**self.BODY, "is_default_shipping": True}).json()

        answer = as_user.patch(f"{OWN}{made['id']}/", {"is_default_shipping": False})

        assert answer.json()["is_default_shipping"] is False

    def test_partial_update_keeps_default(self, as_user: Any) -> None:
        made = as_user.post(OWN, {**self.BODY, "is_default_billing": True}).json()

        assert as_user.patch(f"{OWN}{made['id']}/", {"city": "March"}).json()["is_default_billing"] is True

    @pytest.mark.database
    @pytest.mark.parametrize("name", ["shipping_default_of", "billing_default_of"])
    def test_database_rejects_second_default_and_default_of_another_customer(
        self, name: str, user: Any, make_user: Any
    ) -> None:
        own, other = user.customer, make_user().customer
        Address.objects.create(customer=own, street="1", city="Ely", **{name: own})

        for owner in (own, other):
            with pytest.raises(IntegrityError), transaction.atomic():
                Address.objects.create(customer=owner, street="2", city="Ely", **{name: own})

    def test_order_copies_default_addresses(self, as_user: Any, user: Any, make_product: Any, make_cart: Any) -> None:
        as_user.post(OWN, {**self.BODY, "is_default_shipping": True})
        as_user.post(OWN, {"street": "2 Low Street", "city": "March", "is_default_billing": True})

        order = as_user.post("/store/orders/", {"cart_id": str(make_cart((make_product(), 1)).pk)}).json()
        Address.objects.all().delete()

        kept = as_user.get(f"/store/orders/{order['id']}/").json()
        assert (kept["shipping_address"]["city"], kept["billing_address"]["city"]) == ("Ely", "March")

    def test_addresses_in_body_override_defaults(
        self, as_user: Any, user: Any, make_product: Any, make_cart: Any
    ) -> None:
        as_user.post(OWN, {**self.BODY, "is_default_shipping": True})
        other = as_user.post(OWN, {"street": "2 Low Street", "city": "March"}).json()
        body = {
            "cart_id": str(make_cart((make_product(), 1)).pk),
            "address_id": other["id"],
            "billing_address": {"street": "3 Mid Street", "city": "Wisbech"},
        }

        order = as_user.post("/store/orders/", body).json()

        assert (order["shipping_address"]["city"], order["billing_address"]["city"]) == ("March", "Wisbech")

    @pytest.mark.parametrize("name", ["address_id", "billing_address_id"])
    @each("bad", [0, -1, 10**30, "x", True, [], {}])
    def test_invalid_address_id_is_400(
        self, as_user: Any, name: str, bad: Any, make_product: Any, make_cart: Any
    ) -> None:
        answer = as_user.post("/store/orders/", {"cart_id": str(make_cart((make_product(), 1)).pk), name: bad})

        assert answer.status_code == 400
        assert not Order.objects.exists()


class TestCustomerAddresses:
    BODY = {"street": "1 High Street", "city": "Ely"}

    def test_owner_and_staff_manage_addresses(self, user: Any, as_user: Any, as_staff: Any) -> None:
        url = f"/store/customers/{user.customer.pk}/addresses/"

        made = as_staff.post(url, {**self.BODY, "is_default_shipping": True})

        assert made.status_code == 201
        assert [row["id"] for row in as_user.get(url).json()] == [made.json()["id"]]
        assert as_user.patch(f"{url}{made.json()['id']}/", {"city": "March"}).status_code == 200
        assert as_staff.delete(f"{url}{made.json()['id']}/").status_code == 204

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_customer_of_another_user_is_404(self, as_user: Any, make_user: Any, method: str) -> None:
        other = make_user().customer

        assert getattr(as_user, method)(f"/store/customers/{other.pk}/addresses/", {}).status_code == 404
        assert not Address.objects.exists()

    def test_address_of_another_customer_is_404(self, as_staff: Any, user: Any, make_user: Any) -> None:
        address = Address.objects.create(customer=make_user().customer, street="1", city="Ely")

        assert as_staff.get(f"/store/customers/{user.customer.pk}/addresses/{address.pk}/").status_code == 404

    @each("bad", ["0", "x", "99999999999999999999999", "%00"])
    def test_unknown_customer_is_404(self, as_staff: Any, api: Any, bad: str) -> None:
        assert as_staff.get(f"/store/customers/{bad}/addresses/").status_code == 404
        assert api.get(f"/store/customers/{bad}/addresses/").status_code in {401, 404}


class TestLists:
    def test_staff_search_customers_and_see_their_email(self, as_staff: Any, make_user: Any) -> None:
        ann = make_user(first_name="Ann", email="ann@example.org").customer
        make_user(first_name="Bob")

        rows = as_staff.get("/store/customers/?search=ann").json()

        assert [(row["id"], row["email"]) for row in rows] == [(ann.pk, "ann@example.org")]

    @pytest.mark.parametrize("search", ["%00", "x" * 3000, "+".join(["a"] * 2000)])
    def test_search_with_null_or_too_many_characters_is_400(self, as_staff: Any, search: str) -> None:
        assert as_staff.get(f"/store/customers/?search={search}").status_code == 400

    def test_customers_are_sorted_by_name_by_default(self, as_staff: Any, make_user: Any) -> None:
        Customer.objects.all().delete()
        people = [make_user(first_name=name).customer.pk for name in ("Cy", "Ann", "Bob")]

        assert [row["first_name"] for row in as_staff.get("/store/customers/").json()] == ["Ann", "Bob", "Cy"]
        assert [row["id"] for row in as_staff.get("/store/customers/?ordering=-id").json()] == people[::-1]
