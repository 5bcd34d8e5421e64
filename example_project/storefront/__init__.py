"""The example project."""

from __future__ import annotations

from storefront.celery import celery

__all__ = ["celery"]
