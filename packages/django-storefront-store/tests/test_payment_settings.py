"""The settings of the payments: read live, checked, and documented."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from storefront_store_testapp.paying import begin, fill_in
from storefront_store_testapp.shop import place_order

from storefront_store.payments import checks
from storefront_store.payments.conf import DEFAULTS, AppSettings, app_settings

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "payments.md"
GOOD: dict[str, Any] = {
    "VARIANTS": {"default": {"PROVIDER": "payments.dummy.DummyProvider"}},
    "RETURN_ORIGINS": ["https://shop.example"],
}
documented = pytest.mark.skipif(not PAGE.exists(), reason="the documentation is not beside this package")


def ids(settings: Any, value: Any) -> list[str]:
    settings.STOREFRONT_STORE_PAYMENTS = value
    return [message.id.removeprefix("storefront_store_payments.") for message in checks.check_settings()]


def test_valid_settings_pass_checks(settings: Any) -> None:
    assert ids(settings, GOOD) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([], ["E003"]),
        ({**GOOD, "VARIANT": {}}, ["E001"]),
        ({**GOOD, "AUTO_REFUND": "no"}, ["E003"]),
        ({**GOOD, "SYNC_AFTER_MINUTES": 0}, ["E003"]),
        ({**GOOD, "EXPIRE_AFTER_HOURS": True}, ["E003"]),
        ({**GOOD, "RETURN_ORIGINS": "https://shop.example"}, ["E003"]),
        ({**GOOD, "RETURN_ORIGINS": ["shop.example"]}, ["E003"]),
        ({**GOOD, "RETURN_ORIGINS": ["https://shop.example/path"]}, ["E003"]),
        ({**GOOD, "RETURN_ORIGINS": [1]}, ["E003"]),
        ({**GOOD, "RETURN_ORIGINS": []}, ["W001"]),
        ({**GOOD, "VARIANTS": {}}, ["W002"]),
        ({**GOOD, "VARIANTS": []}, ["E003"]),
        ({**GOOD, "VARIANTS": {"a": "payments.dummy.DummyProvider"}}, ["E003"]),
        ({**GOOD, "VARIANTS": {"a": {}}}, ["E003"]),
        ({**GOOD, "VARIANTS": {"a": {"PROVIDER": "nowhere.Provider"}}}, ["E002"]),
        ({**GOOD, "VARIANTS": {"a": {"PROVIDER": "payments.dummy.DummyProvider", "OPTIONS": {"x": 1}}}}, ["E002"]),
    ],
)
def test_invalid_settings_are_reported(settings: Any, value: Any, expected: list[str]) -> None:
    assert ids(settings, value) == expected


def test_dummy_provider_is_reported_by_deployment_check(settings: Any) -> None:
    settings.STOREFRONT_STORE_PAYMENTS = GOOD

    assert [message.id for message in checks.check_deployment()] == ["storefront_store_payments.W003"]


@documented
def test_documentation_lists_every_setting_with_default() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| `(\w+)` \| `(.+?)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert {name: (kind, default) for name, kind, default in rows} == {
        name: (type(value).__name__, repr(value)) for name, value in DEFAULTS.items()
    }
    assert all(getattr(AppSettings, name).__doc__ for name in DEFAULTS)


@documented
def test_documentation_lists_every_check() -> None:
    source = Path(checks.__file__).read_text(encoding="utf-8")
    numbers = set(re.findall(r"\b[EW]\d{3}\b", source))

    assert set(re.findall(r"storefront_store_payments\.([EW]\d{3})", PAGE.read_text(encoding="utf-8"))) == numbers


@documented
@pytest.mark.django_db(transaction=True)
def test_documented_settings_accept_payment(settings: Any, user: Any, make_product: Any) -> None:
    block = re.search(r"```python\n# config/settings.py\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    values: dict[str, Any] = {}
    exec(block[1], values)
    for name in ("PAYMENT_HOST", "PAYMENT_USES_SSL", "STOREFRONT_STORE_PAYMENTS"):
        setattr(settings, name, values[name])
    order = place_order(user, (make_product(), 1))

    payment = begin(order)
    fill_in(payment)

    order.refresh_from_db()
    assert payment.url.startswith("https://api.shop.example/store/payments/")
    assert (Client().get(f"/store/payments/{payment.token}/").status_code, order.payment_status) == (302, "C")
    assert checks.check_settings() == []


def test_changed_settings_take_effect_immediately(settings: Any) -> None:
    settings.STOREFRONT_STORE_PAYMENTS = {"EXPIRE_AFTER_HOURS": 7}

    assert (app_settings.EXPIRE_AFTER_HOURS, app_settings.SYNC_AFTER_MINUTES) == (7, 5)
