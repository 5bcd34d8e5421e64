"""The Python examples of the guides about the costs of orders work as documented."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from rest_framework import serializers

from storefront_store.api.serializers import CheckoutSerializer
from storefront_store.models import Collection, Customer, Order
from storefront_store.shipping.models import ShippingMethod
from storefront_store.vouchers.models import Voucher

CHAPTER = Path(__file__).parents[3] / "docs" / "how-to"
TAX = "storefront_store.adjusters.Tax"
HOME = {"street": "1 High Street", "city": "Ely", "country": "DE"}

pytestmark = [
    pytest.mark.skipif(not CHAPTER.exists(), reason="the documentation is not beside this package"),
    pytest.mark.django_db,
]


def blocks(page: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", (CHAPTER / page).read_text(encoding="utf-8"), re.DOTALL)


def code_lines(block: str) -> int:
    return sum(bool(line.strip()) and not line.startswith(("from ", "import ")) for line in block.splitlines())


@pytest.fixture
def page(request: Any) -> Any:
    """Run the blocks of a page that belong into an app of the project, as a module."""

    def run(name: str) -> Any:
        module = ModuleType(f"till_docs_{name.partition('.')[0].replace('-', '_')}")
        for block in blocks(name):
            if not block.startswith("# shop/"):
                continue
            exec(compile(block, name, "exec"), vars(module))
        return module

    return run


class DetailsSerializer(CheckoutSerializer):
    """What the adjusters of the pages read."""

    coupon = serializers.CharField(required=False)
    payment = serializers.CharField(required=False)
    points = serializers.IntegerField(required=False, min_value=1)


@pytest.fixture
def quote(as_user: Any, make_product: Any, make_cart: Any) -> Any:
    def quote(body: Any, price: str = "30.00", **product: Any) -> Any:
        cart = make_cart((make_product(unit_price=price, **product), 2))
        answer = as_user.post(f"/store/carts/{cart.pk}/quote/", body)
        assert answer.status_code == 200, answer.content
        return answer.json()

    return quote


def store(settings: Any, *adjusters: Any, **others: Any) -> None:
    settings.STOREFRONT_STORE = {
        "ADJUSTERS": [*adjusters, TAX],
        "THROTTLE_RATES": {},
        "SERIALIZERS": {"checkout": DetailsSerializer},
        **others,
    }


def test_reorder(page: Any, user: Any, make_product: Any) -> None:
    from storefront_store_testapp.shop import place_order

    first = place_order(user, (make_product(), 2))

    again = page("../explanation/quotes-and-orders.md").reorder(Order.objects.get(pk=first.pk))

    assert (again.total, again.note, again.customer) == (first.total, "ordered again", first.customer)


def test_link_to_order_of_guest(page: Any, user: Any) -> None:
    link_to = page("../explanation/quotes-and-orders.md").link_to
    guest = Order.objects.create(customer=Customer.objects.create(), email="ann@example.org")

    assert "?key=" in link_to(guest)
    assert link_to(Order.objects.create(customer=user.customer)).endswith("/")


def test_tax_by_country_and_class(page: Any, quote: Any, settings: Any) -> None:
    tax = page("tax.md")
    store(settings, TAX_PROVIDER=tax.RatesByCountry)
    books, toys = Collection.objects.create(title="Books"), Collection.objects.create(title="Toys")

    def rate(collection: Collection, country: str | None) -> float:
        body = {"address": {**HOME, "country": country}} if country else {}
        return quote(body, collection=collection)["lines"][0]["tax_rate"]

    assert [rate(books, "DE"), rate(toys, "DE"), rate(books, "AT"), rate(toys, None), rate(toys, "US")] == [
        0.07,
        0.19,
        0.1,
        0.19,
        0.0,
    ]
    assert tax.Vat().label(Decimal("0.19")) == "VAT 19.0%"


def test_shipping_by_weight(page: Any, quote: Any, settings: Any) -> None:
    parcel = ShippingMethod.objects.create(name="Parcel", price="4.00")
    store(settings, page("shipping.md").ByWeight)

    offers = quote({"shipping_method": str(parcel.pk)})["shipping_methods"]

    assert offers == [{"id": str(parcel.pk), "label": "Parcel", "amount": 4.0}]  # two of 500 grams


def test_voucher_campaign(page: Any, quote: Any, settings: Any) -> None:
    shelf = Collection.objects.create(title="Tea")
    made = page("vouchers.md").make_campaign(shelf, timezone.now() + timedelta(days=1), number=3)
    store(settings, "storefront_store.vouchers.adjusters.Vouchers")

    assert Voucher.objects.count() == 3
    assert quote({"vouchers": [made[0].code]}, collection=shelf)["adjustments"][0]["amount"] == -6.0


def test_coupon_and_fee_take_at_most_ten_lines_each(page: Any, quote: Any, settings: Any) -> None:
    coupon, fee = blocks("adjusters.md")[:2]
    module = page("adjusters.md")
    store(settings, module.Welcome, module.PaymentFee)

    shown = quote({"coupon": "WELCOME", "payment": "invoice"})

    assert [(row["label"], row["amount"]) for row in shown["adjustments"]] == [
        ("Welcome", -5.0),
        ("Payment by invoice", 2.5),
        ("Tax 10 %", 5.5),
    ]
    assert max(code_lines(coupon), code_lines(fee)) <= 10


def test_loyalty_points(page: Any, as_user: Any, make_product: Any, make_cart: Any, settings: Any) -> None:
    class Rows:
        """A fake manager of a table of points."""

        points = 500

        @property
        def objects(self) -> Rows:
            return self

        def filter(self, customer: Any, points__gte: int = 0) -> Any:
            enough = self.points >= points__gte
            return SimpleNamespace(update=lambda points: enough and bool(self.spend(points)))

        def spend(self, expression: Any) -> int:
            sign = 1 if expression.connector == "+" else -1
            self.points += sign * expression.rhs.value
            return 1

    points = page("adjusters.md").Points
    points.model = rows = Rows()
    store(settings, points)
    product = make_product(unit_price="30.00")

    def order(number: int) -> Any:
        body = {"cart_id": str(make_cart((product, 1)).pk), "points": number}
        return as_user.post("/store/orders/", body)

    placed = order(200)
    assert (placed.json()["total"], rows.points) == (31.0, 300)
    assert order(400).status_code == 409
    as_user.post(f"/store/orders/{placed.json()['id']}/cancel/")
    assert rows.points == 500


HOST = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "host"
import django
django.setup()
from django.core.management import call_command
call_command("makemigrations", "gifts", verbosity=0)
call_command("migrate", verbosity=0)
call_command("check", fail_level="ERROR")
from django.contrib.auth import get_user_model
from rest_framework.test import APIClient
from storefront_store.models import Cart, CartItem, Collection, Product
from storefront_store.conf import get_model
client = APIClient()
client.force_authenticate(get_user_model().objects.create_user("ann"))
shelf = Collection.objects.create(title="Tea")
tea = Product.objects.create(title="Tea", slug="tea", unit_price=5, inventory=9, collection=shelf)
bodies = []
for message in ("Happy birthday", "Congratulations"):
    cart = Cart.objects.create()
    CartItem.objects.create(cart=cart, product=tea, quantity=1)
    bodies.append({"cart_id": str(cart.pk), "gift_message": message})
assert client.post("/store/orders/", bodies[0], HTTP_IDEMPOTENCY_KEY="one").status_code == 201
other = {**bodies[0], "gift_message": "Something else"}
assert client.post("/store/orders/", other, HTTP_IDEMPOTENCY_KEY="one").status_code == 422
assert client.post("/store/orders/", {**bodies[1], "gift_message": "x" * 201}).status_code == 400
print(get_model("Order")._meta.label, list(get_model("Order").objects.values_list("gift_message", flat=True)))
"""


def test_gift_message_on_custom_order_model(tmp_path: Path) -> None:
    models, shapes, given = blocks("gift-message.md")
    app = tmp_path / "gifts"
    (app / "migrations").mkdir(parents=True)
    (app / "__init__.py").touch()
    (app / "migrations" / "__init__.py").touch()
    (app / "models.py").write_text(models, encoding="utf-8")
    (app / "serializers.py").write_text(shapes, encoding="utf-8")
    base = "from storefront_store_testapp.settings import *\nALLOWED_HOSTS = ['testserver']\n"
    database = f"DATABASES = {{'default': {{**DATABASES['default'], 'NAME': {str(tmp_path / 'db.sqlite3')!r}}}}}\n"
    throttled = "STOREFRONT_STORE['THROTTLE_RATES'] = {}\n"
    engine = "DATABASES['default'] |= {'ENGINE': 'django.db.backends.sqlite3', 'OPTIONS': {}}\n"
    (tmp_path / "host.py").write_text(base + engine + database + given + throttled, encoding="utf-8")
    (tmp_path / "walk.py").write_text(HOST, encoding="utf-8")
    path = [str(tmp_path), str(Path(__file__).parent)]

    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; sys.path[:0] = {path!r}; exec(open({str(tmp_path / 'walk.py')!r}).read())",
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.strip().endswith("gifts.Order ['Happy birthday']")
    assert code_lines(models) + code_lines(shapes) + code_lines(given) <= 12
