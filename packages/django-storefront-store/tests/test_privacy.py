"""Personal data: exported on request, erased with the account."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from storefront_store.models import Address, Customer, Order, OrderEvent, Product, Review
from storefront_store.services import privacy
from storefront_store.services.checkout import checkout
from storefront_store.signals import personal_data_erased, personal_data_requested

pytestmark = [pytest.mark.django_db, pytest.mark.database]

SECRETS = {
    "first name": "Xantippe",
    "last name": "Quisquilia",
    "username": "xq-1899",
    "email": "xq@secret.example",
    "street": "Verborgenweg",
    "phone": "0190-555-7777",
}


@pytest.fixture
def person(make_user: Any, make_product: Any, make_cart: Any, log_in: Any) -> Any:
    """A user with personal data in every table that can hold some."""
    user = make_user(
        username=SECRETS["username"],
        first_name=SECRETS["first name"],
        last_name=SECRETS["last name"],
        email=SECRETS["email"],
    )
    client, product = log_in(user), make_product()
    client.patch("/store/customers/me/", {"phone": SECRETS["phone"], "birth_date": "1815-12-10"})
    address = {"street": f"{SECRETS['street']} 7", "city": "Here", "zip": "1", "country": "AT"}
    kept = client.post("/store/customers/me/addresses/", address).json()
    body = {"cart_id": str(make_cart((product, 1)).pk), "address_id": kept["id"]}
    placed = client.post("/store/orders/", body, headers={"Idempotency-Key": "one"})
    assert placed.status_code == 201, placed.json()
    frozen = Order.objects.get().shipping_address
    Order.objects.update(billing_address=frozen, note=f"For {SECRETS['first name']}", email=SECRETS["email"])
    review = {"name": f"{SECRETS['first name']} {SECRETS['last name']}", "description": "Fine", "rating": 5}
    assert client.post(f"/store/products/{product.pk}/reviews/", review).status_code == 201
    return user


def texts() -> list[tuple[str, str]]:
    """Every text of every table of the store, with the name of its column."""
    found = []
    for model in apps.get_app_config("storefront_store").get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField | models.JSONField | models.BinaryField):
                values = model._base_manager.values_list(field.name, flat=True)
                found += [(f"{model._meta.label}.{field.name}", _text(value)) for value in values]
    return found


def _text(value: Any) -> str:
    return bytes(value).decode(errors="replace") if isinstance(value, bytes | memoryview) else str(value)


class TestErasure:
    def test_deleting_account_erases_personal_data(self, person: Any) -> None:
        before = [secret for secret in SECRETS.values() if any(secret in text for _, text in texts())]

        person.delete()

        assert set(before) >= {SECRETS["username"], SECRETS["street"], SECRETS["phone"], SECRETS["first name"]}
        assert [(column, text) for column, text in texts() for secret in SECRETS.values() if secret in text] == []

    def test_order_and_review_are_kept_anonymously(self, person: Any) -> None:
        number = person.pk

        person.delete()

        order = Order.objects.get()
        assert (order.customer.user, order.customer.birth_date, order.items.count()) == (None, None, 1)
        assert Review.objects.values_list("name", "author", "rating").get() == ("Deleted user", None, 5)
        assert OrderEvent.objects.values_list("actor_id", "actor_name").get() == (str(number), "")

    def test_data_of_other_users_is_kept(self, person: Any, make_user: Any, make_product: Any, make_cart: Any) -> None:
        checkout(user=make_user(username="other"), cart_id=make_cart((make_product(), 1)).pk)
        number = Customer.objects.get(user=person).pk

        person.delete()

        other = OrderEvent.objects.exclude(customer_number=str(number)).get()
        assert other.actor_name == "other"

    def test_erase_customer_clears_orders_and_addresses(self, person: Any) -> None:
        customer = Customer.objects.get(user=person)

        privacy.erase_customer(customer)

        values = ("email", "note", "shipping_address", "billing_address")
        assert Order.objects.values_list(*values).get() == ("", "", None, None)
        assert not Address.objects.exists()

    def test_personal_data_erased_is_sent_inside_transaction(self, person: Any, listen: Any) -> None:
        told = []

        def receive(users: Any, using: str, **kwargs: Any) -> None:
            told.append((users, using, connection.in_atomic_block))

        listen(personal_data_erased, receive)
        number = person.pk

        person.delete()

        assert told == [([number], "default", True)]


class TestExport:
    def test_export_contains_all_data_of_user(self, person: Any) -> None:
        data = json.loads(json.dumps(privacy.personal_data(person), cls=DjangoJSONEncoder))

        assert data["customer"]["phone"] == SECRETS["phone"]
        assert data["addresses"][0]["street"] == f"{SECRETS['street']} 7"
        assert data["orders"][0]["items"][0]["quantity"] == 1
        assert data["orders"][0]["shipping_address"]["city"] == "Here"
        assert data["orders"][0]["placed_at"]
        assert data["reviews"][0]["rating"] == 5
        assert data["history"][0]["event"] == "placed"

    def test_export_of_user_without_data_is_empty(self, make_user: Any) -> None:
        user = make_user()
        Customer.objects.all().delete()

        assert privacy.personal_data(user) == {
            "customer": None,
            "addresses": [],
            "orders": [],
            "reviews": [],
            "history": [],
        }

    def test_receivers_can_add_data(self, user: Any, listen: Any) -> None:
        def receive(data: dict[str, Any], **kwargs: Any) -> None:
            data["shop_points"] = 7

        listen(personal_data_requested, receive)

        assert privacy.personal_data(user)["shop_points"] == 7


class TestQueryCounts:
    """Statements that the store adds to the creation and deletion of users."""

    def test_creating_user_adds_one_query(self, make_user: Any) -> None:
        with CaptureQueriesContext(connection) as context:
            make_user()

        assert len(context) == 2  # the user and the customer

    def test_saving_existing_user_adds_no_query(self, user: Any) -> None:
        with CaptureQueriesContext(connection) as context:
            user.save()

        assert len(context) == 1

    def delete(self, users: Any) -> int:
        with CaptureQueriesContext(connection) as context:
            users.delete()
        return len(context)

    def test_deleting_user_stays_within_query_budget(self, user: Any, settings: Any) -> None:
        bare = 5  # what Django needs for a user of its own: groups, permissions, log of the admin and the row
        payments = 1 if settings.WITH_PAYMENTS else 0

        assert self.delete(user) <= bare + 11 + payments

    def test_query_count_does_not_grow_with_number_of_deleted_users(
        self, make_user: Any, make_cart: Any, make_product: Any
    ) -> None:
        model = type(make_user())
        first = model.objects.all()
        for _ in range(1):
            checkout(user=make_user(), cart_id=make_cart((make_product(), 1)).pk)
        few = self.delete(first)
        for _ in range(20):
            checkout(user=make_user(), cart_id=make_cart((make_product(), 1)).pk)
            make_user()

        assert self.delete(model.objects.all()) <= few + 1
        assert Customer.objects.filter(user=None).count() == Order.objects.count() == 21
        assert Product.objects.count() == 21
