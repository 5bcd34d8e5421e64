"""A shop as a first course on Django REST framework would write it: model view sets, nested serializers, no locks."""

from __future__ import annotations
