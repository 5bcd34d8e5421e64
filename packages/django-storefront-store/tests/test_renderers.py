"""The store's JSON renderer gives the same bytes as REST framework's own."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.utils.functional import lazystr
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.renderers import BrowsableAPIRenderer, JSONRenderer

from storefront_store.api.renderers import AmountRenderer, with_amounts

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.text().map(lazystr)
    | st.dates()
    | st.datetimes(timezones=st.just(datetime.UTC) | st.none())
    | st.timedeltas()
    | st.uuids()
)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3))


def rendered(renderer: JSONRenderer, value: Any, accept: str) -> bytes | str:
    try:
        return bytes(renderer.render(value, accept, {}))
    except Exception as error:  # noqa: BLE001  (both must fail alike)
        return repr(error)


@given(value=VALUES, accept=st.sampled_from(["application/json", "application/json; indent=4"]))
@settings(max_examples=60)
def test_renderers_give_same_bytes_for_any_value(value: Any, accept: str) -> None:
    assert rendered(AmountRenderer(), value, accept) == rendered(JSONRenderer(), value, accept)


@pytest.mark.parametrize(
    "value",
    [
        {"price": Decimal("9.90"), "line": "\u2028", "id": UUID(int=1)},
        [Decimal("1E+30"), Decimal("0.000001"), Decimal("-0.00")],
        "\ud800",
        Decimal("NaN"),
        float("inf"),
        object(),
    ],
)
def test_renderers_give_same_bytes_for_special_values(value: Any) -> None:
    for accept in ("application/json", "application/json; indent=2"):
        assert rendered(AmountRenderer(), value, accept) == rendered(JSONRenderer(), value, accept)


def test_circular_data_raise_same_error() -> None:
    value: list[Any] = [Decimal("1.00")]
    value.append({"again": value})

    assert rendered(AmountRenderer(), value, "application/json") == rendered(JSONRenderer(), value, "application/json")


def test_only_default_json_renderer_is_replaced() -> None:
    class Own(JSONRenderer):
        pass

    given = [JSONRenderer(), Own(), BrowsableAPIRenderer()]

    assert [type(each) for each in with_amounts(list(given))] == [AmountRenderer, Own, BrowsableAPIRenderer]
