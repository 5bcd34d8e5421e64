"""The REST API. Nothing outside this package imports it, so that the rest works without Django REST framework."""

from __future__ import annotations
