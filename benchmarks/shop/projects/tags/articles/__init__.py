"""Objects with tags."""

from __future__ import annotations
