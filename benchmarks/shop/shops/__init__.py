"""How each shop is filled, started and asked."""

from __future__ import annotations
