"""Write and read through every route of the store, and print what came out as JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from rest_framework.test import APIClient
from storefront_store_testapp import pictures

from storefront_store_hosts.camel import camel, renamed, snake

IS_CAMEL = settings.HOST == "camel"
PREFIX = "/api/v1/store/" if settings.HOST == "versioned" else "/store/"


class Client:
    """Speaks the dialect of the host, and remembers what was answered."""

    def __init__(self, user: Any, seen: dict[str, int]) -> None:
        self.client = APIClient(raise_request_exception=False)
        if user is not None:
            self.client.force_authenticate(user)
        self.seen = seen

    def __call__(self, method: str, path: str, body: Any = None, **kwargs: Any) -> Any:
        if IS_CAMEL and isinstance(body, dict) and kwargs.get("format") != "multipart":
            body = renamed(body, camel)
        answer = getattr(self.client, method)(f"{PREFIX}{path}", body, **kwargs)
        self.seen[f"{method} {path}"] = answer.status_code
        parsed = json.loads(answer.content) if answer.content else None
        if IS_CAMEL and answer.status_code < 400:
            assert renamed(parsed, camel) == parsed, parsed
        return renamed(parsed, snake) if IS_CAMEL else parsed


def main() -> None:
    """Go through it all."""
    call_command("migrate", verbosity=0, stdout=sys.stderr)
    seen: dict[str, int] = {}
    users = get_user_model().objects
    staff = Client(users.create_superuser("staff"), seen)
    ann, nobody = Client(users.create_user("ann"), seen), Client(None, seen)

    shelf = staff("post", "collections/", {"title": "Mugs"})
    group = staff("post", "groups/", {"title": "Mugs of all sizes", "slug": "mugs"})
    body = {"title": "Mug", "slug": "mug", "unit_price": 9.5, "inventory": 7, "collection": shelf["id"]}
    mug = staff("post", "products/", body)
    one = f"products/{mug['id']}/"
    staff("put", one, {**body, "title": "Big mug"})
    staff("patch", one, {"unit_price": 10})
    upload = {"image": SimpleUploadedFile("a.png", pictures.encode("PNG")), "alt_text": "A mug"}
    image = staff("post", f"{one}images/", upload, format="multipart")
    review = ann("post", f"{one}reviews/", {"name": "Ann", "description": "Good", "rating": 5})
    ann("patch", f"{one}reviews/{review['id']}/", {"rating": 4})
    sale = staff("post", "promotions/", {"description": "Sale", "discount": 10, "products": [mug["id"]]})
    ann("patch", "customers/me/", {"birth_date": "2000-01-01"})
    home = ann("post", "customers/me/addresses/", {"street": "Way 1", "city": "Here"})
    cart = nobody("post", "carts/", {})
    line = nobody("post", f"carts/{cart['id']}/items/", {"product_id": mug["id"], "quantity": 2})
    nobody("patch", f"carts/{cart['id']}/items/{line['id']}/", {"quantity": 3})
    nobody("get", f"carts/{cart['id']}/")
    order = ann("post", "orders/", {"cart_id": cart["id"], "address_id": home["id"]})
    staff("patch", f"orders/{order['id']}/", {"payment_status": "C"})

    for path in (
        "collections/",
        f"collections/{shelf['id']}/",
        "groups/",
        f"groups/{group['id']}/",
        "products/",
        one,
        f"{one}images/",
        f"{one}images/{image['id']}/",
        f"{one}reviews/",
        f"{one}reviews/{review['id']}/",
        "promotions/",
        f"promotions/{sale['id']}/",
        "customers/",
        "customers/me/",
        "orders/",
        f"orders/{order['id']}/",
        "products/facets/",
    ):
        staff("get", path)
    ann("get", "customers/me/addresses/")
    wrong = staff("post", "products/", {"title": ""})
    missing = nobody("get", "products/987654321/")
    refused = ann("post", "orders/", {"cart_id": cart["id"]})
    result = {
        "seen": seen,
        "product": staff("get", one),
        "products": staff("get", "products/"),
        "collections": staff("get", "collections/"),
        "wrong": wrong,
        "missing": missing,
        "refused": refused,
    }
    sys.stdout.write(json.dumps(result))
