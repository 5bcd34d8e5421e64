"""Sample data for the demo: tags, likes, customers, and their orders of the last ninety days, in every state.

The data is created with the use cases and backdated. It is added only to the demo's catalogue and only once, so that
later changes are kept.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from generic_likes.services import like
from generic_tags.services import add_tags
from store_custom.models import OutboxMessage
from storefront_auth.models import User
from storefront_store.conf import get_model
from storefront_store.demo.seeding import load_demo
from storefront_store.models import AbstractOrder, OrderEvent
from storefront_store.services import carts, orders
from storefront_store.services.checkout import checkout
from storefront_store.shipping.models import ShippingMethod
from storefront_store.vouchers.models import Voucher

PEOPLE: Final = (
    "Amira Haddad", "Bruno Keller", "Chidi Okafor", "Daria Nowak", "Emil Sørensen", "Fumiko Tanaka", "Gwen Price",
    "Hugo Martin", "Ines Duarte", "Jonas Weber",
)  # fmt: skip
DAYS: Final = 90
ORDERS: Final = 60
MAX_LINES: Final = 4
LIKES_A_PERSON: Final = 25
STATES: Final = (
    "shipped", "shipped", "paid", "shipped", "placed", "shipped", "paid", "failed", "shipped", "cancelled", "shipped",
    "refunded", "placed",
)  # fmt: skip
CUSTOMER_EVERY: Final = 8  # each nth order belongs to the account whose password is printed
TAGS: Final = {"bestseller": 7, "gift": 9, "handmade": 11, "new": 13, "red": 17, "sale": 8}  # on each nth product
LOW_STOCK: Final = (0, 1, 2, 3)  # inventory of the first products by SKU
SEED: Final = 20


@dataclass(slots=True)
class DemoCounts:
    """The numbers of added objects."""

    tags: int = 0
    likes: int = 0
    orders: int = 0


@transaction.atomic
def live(password: str, customer: User | None = None) -> DemoCounts:
    """Add tags, likes and orders to the demo's products, unless they have been added before.

    Args:
        password: The password of the customers' accounts.
        customer: Another account that gets orders.

    Returns:
        The numbers of added objects.
    """
    skus = [row["sku"] for collection in load_demo()["collections"] for row in collection["products"]]
    products = list(get_model("Product").objects.filter(sku__in=skus, is_active=True).order_by("sku"))
    people = [*_people(password), *([customer] if customer else [])]
    counts = DemoCounts()
    if not products or get_model("Order").objects.filter(customer__user__in=people).exists():
        return counts
    dice = random.Random(SEED)  # noqa: S311  (reproducible sample data)
    for label, every in TAGS.items():
        counts.tags += sum(len(add_tags(product, label)) for product in products[every % 5 :: every])
    for person in people:
        chosen = dice.sample(products, min(LIKES_A_PERSON, len(products)))
        counts.likes += sum(like(person, product) for product in chosen)
    offer()
    for number, moment in enumerate(sorted(_moments(dice))):
        buyer = customer if customer and number % CUSTOMER_EVERY == 0 else dice.choice(people)
        _order(dice, buyer, products, moment, STATES[number % len(STATES)])
        counts.orders += 1
    for product, left in zip(products, LOW_STOCK, strict=False):
        get_model("Product").objects.filter(pk=product.pk).update(inventory=left)
    return counts


def offer() -> None:
    """Add two shipping methods and a voucher, unless there are some."""
    if not ShippingMethod.objects.exists():
        ShippingMethod.objects.create(name="Standard", price=Decimal("4.90"), free_from=Decimal(50), position=1)
        ShippingMethod.objects.create(name="Express", price=Decimal("12.90"), position=2)
    if not Voucher.objects.exists():
        Voucher.objects.create(code="WELCOME10", kind=Voucher.Kind.PERCENT, value=Decimal(10))


def _people(password: str) -> list[Any]:
    model, people = get_user_model(), []
    for name in PEOPLE:
        first, last = name.split()
        username = first.lower()
        fields = {"email": f"{username}@storefront.example", "first_name": first, "last_name": last}
        person, is_new = model.objects.get_or_create(username=username, defaults=fields)
        if is_new:
            person.set_password(password)
            person.save()
        people.append(person)
    return people


def _moments(dice: random.Random) -> list[datetime]:
    """Return the times of the orders, with increasing frequency and not at night."""
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return [
        today - timedelta(days=1 + int((DAYS - 1) * dice.random() ** 1.6)) + timedelta(minutes=dice.randint(420, 1320))
        for _ in range(ORDERS)
    ]


def _order(dice: random.Random, person: User, products: list[Any], moment: datetime, state: str) -> None:
    """Place an order, backdate it to ``moment``, set its state, and restore the inventory."""
    wanted = Counter({product.pk: dice.randint(1, 2) for product in dice.sample(products, dice.randint(1, MAX_LINES))})
    stock = get_model("Product").objects
    for key, quantity in wanted.items():
        stock.filter(pk=key).update(inventory=F("inventory") + quantity)
    cart = carts.create_cart()
    for key, quantity in wanted.items():
        carts.add_item(cart.pk, key, quantity)
    order = checkout(user=person, cart_id=cart.pk)
    if state in ("paid", "shipped", "refunded"):
        orders.change_payment_status(order.pk, AbstractOrder.PAYMENT_STATUS_COMPLETE)
    if state == "shipped":
        orders.ship_order(order.pk, tracking=f"DEMO-{order.pk:05}")
    elif state == "refunded":
        orders.change_payment_status(order.pk, AbstractOrder.PAYMENT_STATUS_REFUNDED)
    elif state == "failed":
        orders.change_payment_status(order.pk, AbstractOrder.PAYMENT_STATUS_FAILED)
    elif state == "cancelled":
        orders.cancel_order(order.pk)
        for key, quantity in wanted.items():
            stock.filter(pk=key).update(inventory=F("inventory") - quantity)
    _date_back(order, moment)


def _date_back(order: Any, moment: datetime) -> None:
    rows = get_model("Order").objects.filter(pk=order.pk)
    rows.update(placed_at=moment)
    rows.cancelled().update(cancelled_at=moment + timedelta(hours=2))
    rows.filter(shipped_at__isnull=False).update(shipped_at=moment + timedelta(hours=2))
    events = OrderEvent.objects.filter(order_number=str(order.pk))
    events.filter(event=OrderEvent.PLACED).update(at=moment)
    events.exclude(event=OrderEvent.PLACED).update(at=moment + timedelta(hours=2))
    OutboxMessage.objects.filter(order_number=str(order.pk)).update(created_at=moment, sent_at=moment, due_at=None)
