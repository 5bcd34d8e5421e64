"""The REST API. No module outside of it imports it, so that the app works without Django REST framework."""

from __future__ import annotations
