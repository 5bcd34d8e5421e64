"""Rows of every model that the API shows, with random values from all over what their columns can hold."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import uuid4

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.utils import timezone

from storefront_store.conf import get_model
from storefront_store.models import Address, OrderAdjustment, OrderEvent, ProductImage, Promotion, Review
from storefront_store.shipping.models import ShippingMethod

FIRST: Final = datetime(1000, 1, 2, tzinfo=UTC)  # the first one that MariaDB can store in any time zone
LAST: Final = datetime(9999, 12, 30, 23, 59, 59, 999999, tzinfo=UTC)
TEXTS: Final = (
    "",
    *(" ", "Mug", "Tasse für Tee", "\u202eright to left", "<b>&amp;</b>", "line\nbreak\r\n\ttab", '"quoted" \\ \'s'),
    *(
        "😀" * 9,
        "\u2028line\u2029paragraph",
        "e\u0301",
        "\ufb01",
        "\ufeffmark",
        "\x7f\x1b",
        "0",
        "None",
        "%s %(a)s {b}",
    ),
)
FILES: Final = ("", "images/1.png", "images/ä b.png", "images/a%20b.png", "images/a//b.png", "images/q?x#y.png", "ß")
JSON: Final = (
    *({}, [], {"street": "Å 1", "zip": None}, {"a": [1, 2.5, True, None, {"b": "\u2028"}]}, "text", 0, 1e100, False),
    {"": ""},
)
WHOLE: Final = {
    models.PositiveSmallIntegerField: 2**15 - 1,
    models.PositiveIntegerField: 2**31 - 1,
    models.BigIntegerField: 2**63 - 1,
    models.IntegerField: 2**31 - 1,
}


class Dice(random.Random):
    """A source of random values for columns."""

    def text(self, most: int) -> str:
        """Return a text of at most ``most`` characters."""
        return "".join(self.choices(TEXTS, k=self.choice([1, 1, 2, 5])))[:most]

    def moment(self) -> datetime:
        """Return a date and time, sometimes near the ends of the calendar."""
        span = LAST - FIRST
        near = timezone.now() + timedelta(microseconds=self.randrange(-(10**12), 10**12))
        return self.choice([FIRST, LAST, near, near, near.replace(microsecond=0), FIRST + span * self.random()])

    def number(self, digits: int, places: int) -> Decimal:
        """Return a number that is not negative, sometimes the smallest or the largest of its column."""
        most = 10**digits - 1
        return Decimal(self.choice([0, 1, most, self.randrange(most), self.randrange(10**4)])).scaleb(-places)

    def value(self, field: Any, parents: dict[Any, list[Any]]) -> Any:
        """Return a value for a column, None with some probability if it can be empty."""
        if field.null and self.random() < 0.3:
            return None
        if field.is_relation:
            return self.choice(parents[field.related_model])
        if field.choices:
            return self.choice(field.choices)[0]
        for kind, most in WHOLE.items():
            if isinstance(field, kind):
                return self.choice([1, most, self.randrange(1, most), self.randrange(1, 100)])
        return self.of_kind(field)

    def of_kind(self, field: Any) -> Any:
        """Return a value for a column that is neither a relation, a choice nor an integer."""
        kinds: list[tuple[type[Any], Callable[[], Any]]] = [
            (models.FileField, lambda: self.choice(FILES)),
            (models.CharField, lambda: self.text(field.max_length)),
            (models.TextField, lambda: self.text(10**4)),
            (models.BooleanField, lambda: self.random() < 0.5),
            (models.DecimalField, lambda: self.number(field.max_digits, field.decimal_places)),
            (models.DateTimeField, self.moment),
            (models.DateField, lambda: self.choice([date(1000, 1, 2), date(9999, 12, 30), self.moment().date()])),
            (models.JSONField, lambda: self.choice(JSON)),
        ]
        return next(make() for kind, make in kinds if isinstance(field, kind))


def fill(number: int, *, seed: int = 7, monkeypatch: Any) -> None:
    """Insert ``number`` rows of each kind, with one statement for each.

    Args:
        number: The number of rows.
        seed: What the values depend on.
        monkeypatch: The fixture, which stops Django from replacing dates and times by the current ones.
    """
    dice = Dice(seed)
    made: dict[Any, list[Any]] = {}

    def make(model: Any, **given: Callable[[int], Any]) -> None:
        rows = []
        skipped = {*getattr(model, "DERIVED", ()), *given}
        fields = [each for each in model._meta.concrete_fields if not each.primary_key and not each.generated]
        for each in fields:
            if getattr(each, "auto_now", False) or getattr(each, "auto_now_add", False):
                monkeypatch.setattr(each, "auto_now", False)
                monkeypatch.setattr(each, "auto_now_add", False)
        for index in range(number):
            values = {each.name: dice.value(each, made) for each in fields if each.name not in skipped}
            values |= {name: value(index) for name, value in given.items()}
            rows.append(model(**values))
        made[model] = list(model._default_manager.bulk_create(rows))

    def named(length: int) -> Callable[[int], str]:
        return lambda index: f"{index} {dice.text(length)}"

    user = get_user_model()
    customer, group, collection, product = map(get_model, ("Customer", "ProductGroup", "Collection", "Product"))
    cart, order = get_model("Cart"), get_model("Order")
    make(user, username=lambda index: f"{seed}-{index}", password=lambda index: "!", last_login=lambda index: None)
    make(customer, user=lambda index: dice.choice([made[user][index], made[user][index], None]))
    numbers = dict.fromkeys(("all_products", "active_products"), lambda index: dice.randrange(10**9))
    make(collection, featured_product=lambda index: None, **numbers)
    make(group, representative=lambda index: None, varies_by=lambda index: dice.sample(TEXTS, dice.randrange(4)))
    make(
        product,
        sku=lambda index: dice.choice([None, f"{index}{dice.text(50)}"]),
        unit_price=lambda index: dice.number(12, 2) or Decimal("0.01"),
        options=lambda index: {"No": str(index), **dict(zip(dice.sample(TEXTS, 2), TEXTS, strict=False))},
        inventory=lambda index: dice.choice([0, 1, 2**31 - 1]),
        rating_average=lambda index: dice.choice([None, Decimal(dice.randrange(100, 501)) / 100]),
    )
    make(ProductImage)
    make(Review, rating=lambda index: dice.choice([None, 1, 2, 3, 4, 5]))
    make(
        Promotion,
        discount=lambda index: dice.choice([Decimal("0.01"), Decimal(100), Decimal(dice.randrange(1, 10001)) / 100]),
        ends_at=lambda index: None,
    )
    through = Promotion.products.through
    pairs = {(promotion.pk, dice.choice(made[product]).pk) for promotion in made[Promotion] for _ in range(3)}
    through._default_manager.bulk_create(through(promotion_id=one, product_id=other) for one, other in pairs)
    make(Address, shipping_default_of=lambda index: None, billing_default_of=lambda index: None)
    for name in ("shipping_default_of", "billing_default_of"):
        firsts = {address.customer_id: address for address in made[Address]}
        for address in dice.sample(list(firsts.values()), len(firsts) // 2):
            setattr(address, name, address.customer)
    Address._default_manager.bulk_update(made[Address], ["shipping_default_of", "billing_default_of"])
    make(cart, customer=lambda index: dice.choice([made[customer][index], None]))
    items = {(dice.choice(made[cart]), dice.choice(made[product])) for _ in range(number)}
    kind = get_model("CartItem")
    made[kind] = kind._default_manager.bulk_create(
        kind(cart=one, product=other, quantity=dice.choice([1, 32_767, dice.randrange(1, 100)])) for one, other in items
    )
    make(order, shipped_at=lambda index: None, shipping_address=lambda index: dice.choice([None, *JSON]))
    shipped = [each for each in made[order] if each.cancelled_at is None]
    for each in shipped:
        each.shipped_at = dice.choice([None, dice.moment()])
    order._default_manager.bulk_update(shipped, ["shipped_at"])
    make(get_model("OrderItem"))
    make(OrderAdjustment, amount=lambda index: dice.choice([1, -1]) * dice.number(15, 2))
    make(OrderEvent)
    make(ShippingMethod, countries=lambda index: dice.choice([[], ["DE"], ["DE", "AT"]]))
    if apps.is_installed("storefront_store.payments"):
        payment, refund = (apps.get_model("storefront_store_payments", name) for name in ("Payment", "Refund"))
        amount = lambda index: dice.number(15, 2) or Decimal("0.01")  # noqa: E731
        zero = dict.fromkeys(("captured", "refunded"), lambda index: 0)
        make(payment, token=lambda index: uuid4(), amount=amount, settles=lambda index: False, **zero)
        make(refund, key=lambda index: uuid4(), amount=amount)
