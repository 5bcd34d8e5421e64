"""A project's own product."""

from __future__ import annotations
