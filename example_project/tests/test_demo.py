"""The sample data of the demo."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.utils import timezone

from generic_likes.selectors import get_liked_item_model
from generic_tags.selectors import get_tagged_item_model
from store_custom.models import OutboxMessage
from store_custom.services import demo
from storefront_store.conf import get_model
from storefront_store.models import OrderEvent
from storefront_store.shipping.models import ShippingMethod
from storefront_store.vouchers.models import Voucher

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def seed_demo(*arguments: str) -> str:
    output = StringIO()
    call_command("seed_demo", *arguments, stdout=StringIO(), stderr=output)
    return output.getvalue()


def stock() -> dict[Any, int]:
    return dict(get_model("Product").objects.values_list("sku", "inventory"))


@pytest.fixture
def catalogue(db: None) -> None:
    call_command("seed_store", "--no-images", verbosity=0)


def test_orders_likes_and_tags_are_added_once(catalogue: None) -> None:
    before = stock()

    said = [seed_demo(), seed_demo()]

    assert "60 orders added" in said[0]
    assert said[1] == ""
    orders = get_model("Order").objects
    assert orders.count() == demo.ORDERS
    states = {(order.status, order.payment_status) for order in orders.all()}
    assert states >= {
        ("placed", "P"), ("placed", "C"), ("placed", "F"), ("placed", "R"), ("shipped", "C"), ("cancelled", "P"),
    }  # fmt: skip
    assert orders.filter(customer__user__username="customer").count() >= 5
    assert get_liked_item_model().objects.count() == demo.LIKES_A_PERSON * (len(demo.PEOPLE) + 1)
    assert get_tagged_item_model().objects.count() > 100
    low = sorted(before)[: len(demo.LOW_STOCK)]
    assert {sku: left for sku, left in stock().items() if sku not in low} == {
        sku: left for sku, left in before.items() if sku not in low
    }
    assert [stock()[sku] for sku in low] == list(demo.LOW_STOCK)


def test_orders_are_placed_within_last_90_days(catalogue: None) -> None:
    seed_demo()

    moments = list(get_model("Order").objects.order_by("pk").values_list("placed_at", flat=True))
    age = timezone.now() - min(moments)
    assert timedelta(days=60) < age < timedelta(days=demo.DAYS + 1)
    assert max(moments) <= timezone.now()
    assert moments == sorted(moments)
    assert OrderEvent.objects.latest("at").at <= timezone.now()


def test_demo_orders_send_no_mails(catalogue: None) -> None:
    seed_demo()

    assert OutboxMessage.objects.count() == demo.ORDERS
    assert not OutboxMessage.objects.waiting().exists()


def test_custom_catalogue_gets_no_orders(db: None) -> None:
    call_command("seed_db", stdout=StringIO())

    seed_demo()

    assert not get_model("Order").objects.exists()


def test_accounts_only_option_creates_no_orders(catalogue: None) -> None:
    seed_demo("--accounts-only")

    assert get_user_model().objects.count() == 3
    assert not get_model("Order").objects.exists()


def test_no_sales_option_creates_shipping_methods_and_voucher(catalogue: None) -> None:
    seed_demo("--no-sales")

    assert ShippingMethod.objects.count() == 2
    assert Voucher.objects.count() == 1
    assert not get_model("Order").objects.exists()
