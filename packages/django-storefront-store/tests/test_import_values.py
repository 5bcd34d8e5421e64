"""Conversion of values and streaming of JSON with arbitrary input."""

from __future__ import annotations

import contextlib
import io
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront_store.interchange.errors import BadRow
from storefront_store.interchange.files import json_stream
from storefront_store.interchange.files.json_stream import list_entries
from storefront_store.interchange.services import UnreadableFile
from storefront_store.interchange.values import boolean, day, integer, money, number, text

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(entries=st.lists(JSON_VALUES, max_size=6), chunk=st.integers(1, 40), indent=st.sampled_from([None, 1]))
def test_stream_yields_entries_of_list(entries: list[Any], chunk: int, indent: int | None) -> None:
    document = json.dumps(entries, indent=indent)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "CHUNK", chunk)
        assert list(list_entries(io.StringIO(document))) == [(None, entry) for entry in entries]


@given(
    document=st.dictionaries(st.text(), JSON_VALUES, max_size=5),
    chunk=st.integers(1, 40),
    ascii_only=st.booleans(),
)
def test_stream_yields_lists_of_object(document: dict[str, Any], chunk: int, ascii_only: bool) -> None:
    expected = [(key, entry) for key, value in document.items() if isinstance(value, list) for entry in value]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "CHUNK", chunk)
        assert list(list_entries(io.StringIO(json.dumps(document, ensure_ascii=ascii_only)))) == expected


@given(document=st.binary(max_size=60) | st.text(alphabet='[]{}",:1e.-+ntrufalsN\\', max_size=60).map(str.encode))
def test_stream_accepts_same_documents_as_json_module(document: bytes) -> None:
    text = document.decode("utf-8", "replace")
    try:
        expected = json.loads(text)
    except (json.JSONDecodeError, ValueError):
        expected = None

    if isinstance(expected, (list, dict)):
        list(list_entries(io.StringIO(text)))
    else:
        with pytest.raises(UnreadableFile):
            list(list_entries(io.StringIO(text)))


@given(amount=st.decimals(0, 10**9, places=2, allow_nan=False))
def test_money_is_read_as_written(amount: Decimal) -> None:
    assert money(str(amount)) == money(amount) == money(f" {amount}000 ") == amount
    assert money(str(amount).replace(".", ",")) == amount


@given(value=st.integers(-(10**18), 10**18))
def test_whole_numbers_are_read_as_written(value: int) -> None:
    assert integer(value) == integer(str(value)) == integer(Decimal(value)) == integer(f"{value}.0") == value


@given(
    value=st.text()
    | st.binary()
    | st.floats()
    | st.decimals()
    | st.integers()
    | st.none()
    | st.booleans()
    | JSON_VALUES
)
@pytest.mark.parametrize("converter", [text, number, money, integer, boolean, day])
def test_any_value_is_converted_or_rejected(converter: Any, value: Any) -> None:
    with contextlib.suppress(BadRow):
        assert isinstance(converter(value), (str, Decimal, int, date))


@given(
    word=st.sampled_from(["true", "TRUE", "1", "yes", " Active "]), other=st.sampled_from(["false", "0", "No", "draft"])
)
def test_words_for_true_and_false(word: str, other: str) -> None:
    assert boolean(word) is boolean(True) is True
    assert boolean(other) is boolean(False) is False


@pytest.mark.parametrize("moment", ["2024-02-30", "2024-13-01T00:00:00", "tomorrow", 5, None, "", "9" * 50])
def test_invalid_dates_are_rejected(moment: Any) -> None:
    with pytest.raises(BadRow):
        day(moment)
