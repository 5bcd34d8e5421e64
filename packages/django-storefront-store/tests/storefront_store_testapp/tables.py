"""Tests as tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def each(names: Any, values: Iterable[Any]) -> Any:
    """Parametrise by values that don't look like much in a test's name: they are numbered, escaped and cut."""
    values = list(values)
    ids = [f"{number} {ascii(value)[:24]}" for number, value in enumerate(values)]
    return pytest.mark.parametrize(names, values, ids=ids)
