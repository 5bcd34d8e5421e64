"""Dates in the project's time zone."""

from __future__ import annotations

from datetime import date

from django.utils import timezone


def today() -> date:
    """Return the current date in the project's time zone, with or without ``USE_TZ``."""
    now = timezone.now()
    return (timezone.localtime(now) if timezone.is_aware(now) else now).date()
