"""Rows of every kind, with random values, are shown by read plans as by the serializers themselves.

``RANDOM_ROWS=2000`` compares more rows.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import warnings
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, Final

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.test import APIRequestFactory
from storefront_store_testapp.random_rows import fill

import storefront_store
from storefront_store.api.plans import plan_for
from storefront_store.api.renderers import AmountRenderer
from storefront_store.pricing import PriceBook

ROWS: Final = int(os.environ.get("RANDOM_ROWS", "60"))
PLAIN: Final = {
    "PaymentSerializer": "has a method field; an order has few payments",
    "ProductDetailSerializer": "the view reads the product by the plan of the list, and adds the variants",
    "PromotionSerializer": "shows the keys of a many-to-many relation; only staff reads it",
    "VariantSerializer": "its rows are model instances with a price each",
}
ZONES: Final = ("UTC", "Asia/Kathmandu", "America/St_Johns")


def import_all() -> None:
    for module in pkgutil.walk_packages(storefront_store.__path__, f"{storefront_store.__name__}."):
        if ".migrations" not in module.name and "hardening" not in module.name:
            try:
                importlib.import_module(module.name)
            except (ImportError, RuntimeError) as error:  # an app or a library that is not installed
                warnings.warn(f"{module.name} is left out: {error}", stacklevel=1)


def subclasses(parent: type[Any]) -> Iterator[type[Any]]:
    for child in parent.__subclasses__():
        yield child
        yield from subclasses(child)


def built_in() -> list[Any]:
    import_all()
    found = {
        each
        for each in subclasses(serializers.ModelSerializer)
        if each.__module__.startswith(f"{storefront_store.__name__}.") and hasattr(each.Meta, "model")
    }
    return sorted(found, key=lambda each: each.__name__)


def context_of(viewer: Any, at: Any) -> dict[str, Any]:
    request = APIRequestFactory().get("/store/")
    request.user = viewer
    return {"request": request, "prices": PriceBook(at=at), "view": SimpleNamespace()}


def rows_of(serializer_class: Any, at: Any) -> list[Any]:
    rows = serializer_class.Meta.model._default_manager.order_by("pk")
    if hasattr(serializer_class, "setup_queryset"):
        rows = serializer_class.setup_queryset(rows)
    return list(PriceBook(at=at).annotate(rows) if getattr(serializer_class, "is_priced", False) else rows)


def differences(serializer_class: Any, viewer: Any) -> list[Any]:
    """Return the rows that a plan shows in another way, read by their keys or taken from memory."""
    plan, at = plan_for(serializer_class), timezone.now()
    assert plan is not None
    instances = rows_of(serializer_class, at)
    assert len(instances) > ROWS // 2
    plain = serializer_class(instances, many=True, context=context_of(viewer, at)).data
    keys = [each.pk for each in instances]
    read = plan.read(keys, using="default", at=at, context=context_of(viewer, at))
    loaded = plan.read_loaded(rows_of(serializer_class, at), using="default", at=at, context=context_of(viewer, at))
    wanted = [JSONRenderer().render(row) for row in plain]
    found: list[Any] = []
    for shown in (read, loaded):
        given = [AmountRenderer().render(row) for row in shown]
        assert len(given) == len(wanted)
        found += [(one, other) for one, other in zip(wanted, given, strict=True) if one != other]
    return found


def test_serializers_without_plan_are_listed_with_reason() -> None:
    known = {each.__name__: plan_for(each) for each in built_in()}

    assert {name for name, plan in known.items() if plan is None} == {name for name in PLAIN if name in known}


@pytest.mark.database
@pytest.mark.django_db
def test_every_plan_gives_same_json_as_its_serializer(user: Any, staff: Any, monkeypatch: Any) -> None:
    fill(ROWS, monkeypatch=monkeypatch)
    author = get_user_model()._default_manager.filter(username="7-0").get()
    planned = [each for each in built_in() if plan_for(each) is not None]
    assert len(planned) >= 15

    found = {}
    for viewer, zone in zip((AnonymousUser(), author, staff), ZONES, strict=True):
        with timezone.override(zone):
            found |= {(each.__name__, zone): differences(each, viewer)[:3] for each in planned}

    assert not {name: rows for name, rows in found.items() if rows}
