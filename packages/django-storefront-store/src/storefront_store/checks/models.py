"""Checks of swapped models and of the user model."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core import checks
from django.utils.module_loading import import_string

from storefront_store.conf import SWAPPABLE, get_model


def check_swapped_models(**kwargs: Any) -> list[checks.CheckMessage]:
    """Check that swapped models inherit the abstract base classes."""
    found: list[checks.CheckMessage] = []
    for name in SWAPPABLE:
        model, base = get_model(name), import_string(f"storefront_store.models.Abstract{name}")
        if not issubclass(model, base):
            found.append(
                checks.Error(
                    f"{model._meta.label} replaces {name} but does not inherit {base.__name__}.",
                    hint=f"Inherit storefront_store.models.{base.__name__}.",
                    obj=model,
                    id="storefront_store.E003",
                )
            )
    return found


def check_user_model(**kwargs: Any) -> list[checks.CheckMessage]:
    """Return an error for a user model that could make everybody a member of staff."""
    model = get_user_model()
    if not callable(getattr(model, "is_staff", None)):
        return []
    return [
        checks.Error(
            f"is_staff of {model._meta.label} is a method, which is always true unless it is called.",
            hint="Make it a field or a property. Until then the store treats nobody as a member of staff.",
            obj=model,
            id="storefront_store.E008",
        )
    ]
