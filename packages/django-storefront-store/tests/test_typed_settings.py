"""Every setting is a typed, documented property that reads Django's settings live."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from storefront_store import conf
from storefront_store.interchange import conf as interchange
from storefront_store.payments import conf as payments
from storefront_store.shipping import conf as shipping
from storefront_store.vouchers import conf as vouchers


@pytest.mark.parametrize("module", [conf, interchange, payments, shipping, vouchers])
def test_each_setting_has_a_property(module: Any) -> None:
    properties = {name: value for name, value in vars(module.AppSettings).items() if isinstance(value, property)}

    assert properties.keys() == module.DEFAULTS.keys()
    assert all(prop.__doc__ for prop in properties.values())
    assert all("return" in prop.fget.__annotations__ for prop in properties.values())


def test_changed_settings_take_effect_immediately(settings: Any) -> None:
    settings.STOREFRONT_STORE = {"PAGE_SIZE": 3, "TAX_RATE": "0.19"}
    assert (3, Decimal("0.19")) == (conf.app_settings.PAGE_SIZE, conf.app_settings.TAX_RATE)

    del settings.STOREFRONT_STORE
    assert (10, Decimal("0.1")) == (conf.app_settings.PAGE_SIZE, conf.app_settings.TAX_RATE)


def test_unknown_name_raises_attribute_error() -> None:
    with pytest.raises(AttributeError):
        _ = conf.app_settings.PAGESIZE  # type: ignore[attr-defined]
