"""The host of the comparison: one model that both packages and django-taggit serve."""

from __future__ import annotations
