"""The site works without the glue app and its settings, which is tested in a separate process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parent.parent
SCRIPT = """
import json
from decimal import Decimal

import django
django.setup()

from django.contrib import admin
from django.test import Client
from django.test.runner import DiscoverRunner
from storefront_store.conf import get_model

runner = DiscoverRunner(verbosity=0, interactive=False)
databases = runner.setup_databases()
try:
    collection = get_model("Collection").objects.create(title="Kitchen")
    product = get_model("Product").objects.create(
        title="A kettle", slug="kettle", unit_price=Decimal(10), inventory=5, collection=collection
    )
    client = Client()
    account = {"username": "visitor", "password": "a-rather-long-password", "email": "visitor@storefront.example"}
    send = dict(content_type="application/json")
    client.post("/auth/users/", account, **send)
    token = client.post("/auth/jwt/create/", account, **send).json()["access"]
    cart = client.post("/store/carts/", {}, **send).json()["id"]
    client.post(f"/store/carts/{cart}/items/", {"product_id": product.pk, "quantity": 2}, **send)
    order = client.post("/store/orders/", {"cart_id": cart}, headers={"Authorization": f"JWT {token}"}, **send)
    page = admin.site._registry[get_model("Product")]
    print(json.dumps({
        "fields": sorted(client.get("/store/products/").json()["results"][0]),
        "like": client.get(f"/store/products/{product.pk}/like/").status_code,
        "order": order.status_code,
        "admin": type(page).__module__,
        "inlines": [inline.__name__ for inline in page.inlines],
        "tags": client.get("/tags/").status_code,
    }))
finally:
    runner.teardown_databases(databases)
"""


def test_orders_can_be_placed_without_glue_app() -> None:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "storefront.settings.plain"}
    env.pop("TEST_DATABASE_URL", None)

    run = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=EXAMPLE, env=env, capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stderr
    seen = json.loads(run.stdout)
    assert seen["order"] == 201
    assert seen["tags"] == 200
    assert seen["like"] == 404
    assert not {"tags", "likes_count", "is_liked"} & set(seen["fields"])
    assert seen["admin"].startswith("storefront_store.")
    assert not any("Tag" in name for name in seen["inlines"])
