"""All rows of the demo are shown by read plans as by the serializers of the example themselves."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.core.management import call_command
from django.utils import timezone
from rest_framework.test import APIClient

from storefront_store.api.views import base
from storefront_store.conf import get_model
from storefront_store.services import carts

LISTS = (
    "products/",
    "products/?ordering=-unit_price",
    "products/?variants=collapse",
    "products/?search=lamp",
    "collections/",
    "groups/",
    "promotions/",
    "shipping-methods/",
    "customers/",
    "orders/",
)


@pytest.fixture
def demo(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    call_command("seed_store", "--no-images", verbosity=0)
    call_command("seed_demo", stdout=StringIO(), stderr=StringIO())
    now = timezone.now() + timedelta(minutes=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


def paths() -> list[str]:
    """Return the path of each list and of each row that has one."""
    found = [f"{each}{'&' if '?' in each else '?'}page_size=100" for each in LISTS]
    found += [f"{found[0]}&page={number}" for number in (2, 3)]
    for place, name in {"products": "Product", "groups": "ProductGroup", "collections": "Collection"}.items():
        found += [f"{place}/{key}/" for key in keys(name)]
    found += [f"products/{key}/reviews/?page_size=100" for key in keys("Product")[::10]]
    return found + [f"orders/{key}/" for key in keys("Order")] + [f"carts/{cart()}/"]


def keys(name: str) -> list[Any]:
    return list(get_model(name).objects.order_by("pk").values_list("pk", flat=True))


def cart() -> Any:
    made = carts.create_cart()
    for key in keys("Product")[:9]:
        carts.add_item(made.pk, key, 2)
    return made.pk


def pages(client: APIClient, places: list[str]) -> dict[str, tuple[int, bytes]]:
    for each in caches:
        caches[each].clear()
    responses = {place: client.get(f"/store/{place}") for place in places}
    return {place: (response.status_code, response.content) for place, response in responses.items()}


@pytest.mark.parametrize(("who", "every"), [("", 1), ("customer", 9), ("admin", 9)])
def test_responses_with_and_without_read_plans_are_equal(
    demo: None, who: str, every: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, places = APIClient(), paths()
    places = places[:12] + places[12::every]
    if who:
        client.force_authenticate(get_user_model().objects.get(username=who))

    planned = pages(client, places)
    monkeypatch.setattr(base, "plan_for", lambda serializer_class: None)
    plain = pages(client, places)

    assert {place: planned[place] for place in places if planned[place] != plain[place]} == {}
    assert sum(status == 200 for status, _content in planned.values()) > len(places) // 2
