"""Dates as the project counts them."""

from __future__ import annotations

from datetime import date

from django.utils import timezone


def today() -> date:
    """Return the date where the project is, with ``USE_TZ`` or without."""
    now = timezone.now()
    return (timezone.localtime(now) if timezone.is_aware(now) else now).date()
