"""Deleting an account over HTTP removes its personal data from all apps."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core import mail
from django.db import connection, models
from django.test import Client
from rest_framework.test import APIClient

from store_custom.models import OutboxMessage
from store_custom.services import demo, outbox
from storefront_auth.models import User
from storefront_store.models import Order
from storefront_store.payments.models import Payment
from storefront_store.shipping.models import ShippingMethod

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

PASSWORD = "a-rather-long-password"
SECRETS = {
    "first name": "Xantippe",
    "last name": "Quisquilia",
    "username": "xq-1899",
    "email": "xq@hidden.example",
    "street": "Verborgenweg",
    "city": "Niemandsort",
    "phone": "0190-555-7777",
}
ADDRESS = {
    "name": "Xantippe Quisquilia",
    "street": "Verborgenweg 7",
    "city": "Niemandsort",
    "zip": "1010",
    "country": "AT",
}


@pytest.fixture(autouse=True)
def _with_activation(settings: Any) -> None:
    settings.DJOSER = {**settings.DJOSER, "SEND_ACTIVATION_EMAIL": True}
    settings.STOREFRONT_AUTH = {**settings.STOREFRONT_AUTH, "MAIL_SENDER": "storefront_auth.accounts.mail.send_now"}


def texts() -> Iterator[tuple[str, str]]:
    """Yield the values of all columns that hold text, bytes or JSON, with the name of the column."""
    tables = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    for table, model in tables.items():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, models.CharField | models.TextField | models.JSONField | models.BinaryField):
                for value in model._base_manager.values_list(field.attname, flat=True):
                    yield f"{table}.{field.column}", str(bytes(value) if isinstance(value, memoryview) else value)
    with connection.cursor() as cursor:  # to include tables without a model
        assert set(connection.introspection.table_names(cursor)) <= {*tables, "django_migrations"}


def files() -> Iterator[tuple[str, str]]:
    """Yield the stored files."""
    root = Path(django_settings.MEDIA_ROOT)
    for path in root.rglob("*") if root.exists() else ():
        if path.is_file():
            yield str(path), path.read_bytes().decode("latin-1")


def traces() -> list[tuple[str, str]]:
    """Return the places that still contain personal data, with the data."""
    return [
        (place, kind)
        for place, value in [*texts(), *files()]
        for kind, secret in SECRETS.items()
        if secret.lower() in value.lower()
    ]


def register(client: APIClient) -> None:
    account = {"username": SECRETS["username"], "email": SECRETS["email"], "password": PASSWORD}
    names = {"first_name": SECRETS["first name"], "last_name": SECRETS["last name"]}
    assert client.post("/auth/users/", {**account, **names}).status_code == 201
    link = re.search(r"activate/([^/\s]+)/([^/\s]+)", str(mail.outbox[0].body))
    assert link is not None
    assert client.post("/auth/users/activation/", {"uid": link[1], "token": link[2]}).status_code == 204
    tokens = client.post("/auth/jwt/create/", {"username": SECRETS["username"], "password": PASSWORD}).json()
    client.credentials(HTTP_AUTHORIZATION=f"JWT {tokens['access']}")


def buy(client: APIClient, product: Any, key: str) -> Any:
    cart = client.post("/store/carts/", {}).json()["id"]
    client.post(f"/store/carts/{cart}/items/", {"product_id": product.pk, "quantity": 1})
    kept = client.post("/store/customers/me/addresses/", ADDRESS)
    assert kept.status_code == 201, kept.json()
    body = {
        "cart_id": cart,
        "address_id": kept.json()["id"],
        "billing_address": ADDRESS,
        "shipping_method": str(ShippingMethod.objects.values_list("pk", flat=True)[0]),
        "vouchers": ["WELCOME10"],
    }
    placed = client.post("/store/orders/", body, HTTP_IDEMPOTENCY_KEY=key)
    assert placed.status_code == 201, placed.json()
    return placed.json()


def pay(client: APIClient, order: int) -> None:
    returning = f"{django_settings.FRONTEND_URL}/orders/"
    begun = client.post(f"/store/orders/{order}/payments/", {"variant": "default", "return_url": returning})
    assert begun.status_code == 201, begun.json()
    payment = Payment.objects.get()
    form = {"status": "confirmed", "fraud_status": "unknown", "gateway_response": "3ds-disabled"}
    assert Client().post(f"/store/payments/{payment.token}/", form).status_code == 302
    # Data that another payment provider may have stored.
    data = {**payment.data, "payer": {"given_name": SECRETS["first name"]}, "receipt_to": SECRETS["email"]}
    Payment.objects.update(data=data, message=f"Paid by {SECRETS['last name']}")


def test_account_deletion_removes_all_personal_data(api_client: APIClient, create_product: Callable[..., Any]) -> None:
    demo.offer()
    product = create_product(unit_price=100)
    register(api_client)
    assert api_client.patch("/store/customers/me/", {"phone": SECRETS["phone"]}).status_code == 200
    assert api_client.patch("/auth/profile/", {"display_name": SECRETS["first name"]}).status_code == 200
    order = buy(api_client, product, "a key of hers")
    pay(api_client, order["id"])
    review = {"name": f"{SECRETS['first name']} {SECRETS['last name']}", "description": "Fine", "rating": 5}
    assert api_client.post(f"/store/products/{product.pk}/reviews/", review).status_code == 201
    assert api_client.put(f"/likes/storefront_store.product/{product.pk}/").status_code == 200
    outbox.deliver_due()
    assert OutboxMessage.objects.exists()
    exported = json.dumps(api_client.get("/auth/users/me/data/").json())
    assert {kind for kind, secret in SECRETS.items() if secret not in exported} == set()
    assert {kind for _, kind in traces()} == set(SECRETS)

    deleted = api_client.delete("/auth/users/me/", {"current_password": PASSWORD})

    assert deleted.status_code == 204
    assert traces() == []
    assert not User.objects.filter(username=SECRETS["username"]).exists()
    assert Order.objects.get().total == order["total"]  # accounting data is kept
