"""What people do in the project before a release is kept, and after an upgrade."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from generic_likes.selectors import likes_count
from generic_likes.services import like
from generic_tags.selectors import tags_for
from generic_tags.services import add_tags
from storefront_store.models import Cart, Collection, Order, Product, ProductGroup, Promotion
from storefront_store.payments.models import Payment
from storefront_store.payments.services.refunds import refund_order
from storefront_store.shipping.models import ShippingMethod
from storefront_store.vouchers.models import Voucher

PASSWORD: Final = "correct-horse-7"  # noqa: S105
ADDRESS: Final = {"name": "Ann Lee", "street": "Ring 1", "zip": "10115", "city": "Berlin", "country": "DE"}


class Failed(Exception):
    """A request was not answered as expected."""


class Person:
    """A client of the API, signed in or not."""

    def __init__(self, name: str = "") -> None:
        self.client = Client()
        self.headers: dict[str, str] = {}
        if name:
            tokens = self.send("post", "/auth/jwt/create/", {"username": name, "password": PASSWORD})
            self.headers = {"authorization": f"JWT {tokens['access']}"}

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send JSON and return the JSON of the answer.

        Args:
            method: The method, in lower case.
            path: The path.
            body: What to send.
            headers: Further headers.

        Raises:
            Failed: If the answer is an error.
        """
        call = getattr(self.client, method)
        answer = call(path, body, content_type="application/json", headers={**self.headers, **headers})
        if answer.status_code >= 400:
            raise Failed(f"{method} {path}: {answer.status_code} {answer.content!r}")
        return answer.json() if answer.content else None

    def upload(self, path: str) -> None:
        """Upload a small image."""
        data = BytesIO()
        Image.new("RGB", (8, 8), "green").save(data, "PNG")
        file = SimpleUploadedFile("rake.png", data.getvalue(), content_type="image/png")
        answer = self.client.post(path, {"image": file}, headers=self.headers)
        if answer.status_code != 201:
            raise Failed(f"{path}: {answer.status_code} {answer.content!r}")

    def order(self, cart: str, **choices: Any) -> Any:
        """Place an order for a cart."""
        return self.send(
            "post", "/store/orders/", {"cart_id": cart, **choices}, **{"idempotency-key": f"key of {cart}"}
        )


def fill() -> None:
    """Fill a new database with a row of everything, by the use cases and the API."""
    users = get_user_model().objects
    staff = users.create_superuser("staff", "staff@shop.example", PASSWORD)
    Person().send("post", "/auth/users/", {"username": "ann", "email": "ann@shop.example", "password": PASSWORD})
    group = ProductGroup.objects.create(title="Gloves", slug="gloves", varies_by=["size"])
    garden = Collection.objects.create(title="Garden")
    rake = Product.objects.create(
        title="Rake", slug="rake", unit_price=Decimal("19.90"), inventory=50, collection=garden, description="Of ash."
    )
    gloves = [
        Product.objects.create(
            title=f"Gloves {size}", slug=f"gloves-{size}", unit_price=Decimal("9.50"), inventory=9, collection=garden,
            group=group, options={"size": size},
        )
        for size in ("s", "l")
    ]  # fmt: skip
    Person("staff").upload(f"/store/products/{rake.pk}/images/")
    Promotion.objects.create(description="Spring", discount=10).products.add(rake)
    ShippingMethod.objects.create(name="Parcel", price=Decimal("4.90"), countries=["DE"])
    Voucher.objects.create(code="WELCOME", kind=Voucher.Kind.PERCENT, value=Decimal(5))
    ann, guest = Person("ann"), Person()
    ann.send("patch", "/auth/profile/", {"display_name": "Ann", "time_zone": "Europe/Berlin"})
    ann.send("put", "/store/customers/me/", {"phone": "+491701234567", "birth_date": "1990-01-31"})
    ann.send("post", "/store/customers/me/addresses/", {**ADDRESS, "is_default_shipping": True})
    ann.send("post", f"/store/products/{rake.pk}/reviews/", {"name": "Ann", "description": "Good.", "rating": 5})
    method = guest.send("get", "/store/shipping-methods/")[0]["id"]
    cart = guest.send("post", "/store/carts/")["id"]
    for product in (rake, gloves[0]):
        guest.send("post", f"/store/carts/{cart}/items/", {"product_id": product.pk, "quantity": 2})
    order = ann.order(cart, shipping_method=str(method), vouchers=["WELCOME"])
    body = {"variant": "default", "return_url": "https://shop.example/"}
    ann.send("post", f"/store/orders/{order['id']}/payments/", body)
    form = {"status": "confirmed", "fraud_status": "unknown", "gateway_response": "3ds-disabled"}
    Client().post(f"/store/payments/{Payment.objects.get().token}/", form)
    refund_order(order["id"], amount=Decimal("1.00"), reason="Scratched", user=staff)
    cart = guest.send("post", "/store/carts/")["id"]
    guest.send("post", f"/store/carts/{cart}/items/", {"product_id": gloves[1].pk, "quantity": 1})
    guest.order(cart, email="guest@shop.example", address=ADDRESS, shipping_method=str(method))
    cart = ann.send("get", "/store/carts/mine/")["id"]
    ann.send("post", f"/store/carts/{cart}/items/", {"product_id": rake.pk, "quantity": 3})
    add_tags(rake, "tools", "wood")
    like(users.get(username="ann"), rake)
    ann.send("post", "/auth/jwt/logout/", {"refresh": refresh_token()})


def refresh_token() -> str:
    """Return a refresh token of the customer."""
    person = Person()
    tokens = person.send("post", "/auth/jwt/create/", {"username": "ann", "password": PASSWORD})
    return str(tokens["refresh"])


def go_on() -> None:
    """Use what an upgraded database holds: log in, order the cart that was left, and read the rest.

    Raises:
        Failed: If something is not as it was left.
    """
    ann, rake = Person("ann"), Product.objects.get(slug="rake")
    old = ann.send("get", "/store/orders/")
    bought = Order.objects.get(pk=old[0]["id"]).items.all()
    seen = {
        "orders": len(old),
        "paid": old[0]["payment_status"],
        "total": sum((item.unit_price * item.quantity for item in bought), Decimal()),
        "tags": [tag.label for tag in tags_for(rake)],
        "likes": likes_count(rake),
        "sizes": sorted(product.options["size"] for product in Product.objects.filter(group__slug="gloves")),
        "profile": ann.send("get", "/auth/profile/")["display_name"],
        "found": [each["slug"] for each in ann.send("get", "/store/products/?search=rake")["results"]],
        "rating": ann.send("get", f"/store/products/{rake.pk}/")["rating"]["average"],
    }
    wanted = {
        "orders": 1, "paid": "C", "total": Decimal("54.82"), "tags": ["tools", "wood"], "likes": 1, "sizes": ["l", "s"],
        "profile": "Ann", "found": ["rake"], "rating": 5,
    }  # fmt: skip
    if seen != wanted:
        raise Failed(f"{seen} is not {wanted}")
    cart = Cart.objects.get(items__product=rake)
    method = ann.send("get", "/store/shipping-methods/")[0]["id"]
    again = ann.order(str(cart.pk), shipping_method=str(method))
    if again["items"][0]["quantity"] != 3 or Product.objects.get(pk=rake.pk).inventory != rake.inventory - 3:
        raise Failed(f"The cart made {again}")
