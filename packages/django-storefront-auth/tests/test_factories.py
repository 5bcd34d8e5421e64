"""Factories and fixtures can create every model without arguments."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from model_bakery import baker

from storefront_auth.models import Profile
from storefront_auth.services.profiles import profile_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]

MODELS = [model for model in apps.get_app_config("storefront_auth").get_models() if not model._meta.swapped]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_model_bakery_creates_instances(model: type) -> None:
    for _ in range(100):
        baker.make(model)

    assert model._default_manager.count() == 100


def test_prepared_users_can_be_bulk_created() -> None:
    get_user_model().objects.bulk_create(baker.prepare(get_user_model(), _quantity=20))

    assert get_user_model().objects.values("email_key").distinct().count() == 20


def is_placeholder(user: AbstractBaseUser) -> bool:
    """Return whether this is the placeholder for anonymous users."""
    return user.get_username() == "AnonymousUser"


def test_excluded_users_get_no_profile(settings: Any) -> None:
    settings.STOREFRONT_AUTH = {**settings.STOREFRONT_AUTH, "EXCLUDE_USER": is_placeholder}

    left_out = baker.make(get_user_model(), username="AnonymousUser")
    person = baker.make(get_user_model(), username="ann")

    assert list(Profile.objects.values_list("user", flat=True)) == [person.pk]
    assert profile_of(left_out).display_name == ""


def test_created_profile_replaces_automatic_profile() -> None:
    user = baker.make(get_user_model())

    profile = Profile.objects.create(user=user, display_name="Ann")

    assert Profile.objects.get() == profile
    assert get_user_model().objects.get().storefront_profile.display_name == "Ann"
