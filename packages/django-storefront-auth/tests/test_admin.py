from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from storefront_auth.models import Profile, TokenState
from storefront_auth.tokens import RefreshToken

pytestmark = pytest.mark.django_db

NEW = {
    "username": "bea",
    "password1": "correct-horse-7",
    "password2": "correct-horse-7",
    "usable_password": "true",
    "email": "bea@example.com",
    "first_name": "Bea",
    "last_name": "Best",
}
USERS = "/admin/storefront_auth/user/"


@pytest.fixture
def root(client: Client, make_user: Any) -> Any:
    root = make_user(username="root", is_staff=True, is_superuser=True)
    client.force_login(root)
    return root


def test_add_form_contains_all_fields(client: Client, root: Any) -> None:
    page = client.get(f"{USERS}add/").content.decode()

    for field in ("username", "password1", "password2", "email", "first_name", "last_name"):
        assert f'name="{field}"' in page


def test_added_user_has_one_profile(client: Client, root: Any) -> None:
    response = client.post(f"{USERS}add/", NEW)

    assert response.status_code == 302, response.context["adminform"].form.errors
    assert Profile.objects.filter(user__username="bea").count() == 1


@pytest.mark.parametrize(
    "changes", [{"username": "ROOT"}, {"email": "Root@Example.com"}, {"email": ""}, {"username": "\uff52oot"}]
)
def test_duplicate_or_blank_values_are_form_errors(client: Client, root: Any, changes: dict[str, str]) -> None:
    response = client.post(f"{USERS}add/", {**NEW, **changes})

    assert response.status_code == 200
    assert set(response.context["adminform"].form.errors) == set(changes)
    assert get_user_model().objects.count() == 1


def test_change_form_contains_profile_inline(client: Client, root: Any) -> None:
    page = client.get(f"{USERS}{root.pk}/change/")

    assert page.status_code == 200
    assert b"storefront_profile-0-display_name" in page.content


def test_log_out_everywhere_action_changes_token_versions(client: Client, root: Any, make_user: Any) -> None:
    users = [make_user(), make_user(), make_user()]
    for user in users[:2]:
        RefreshToken.for_user(user)
    before = set(TokenState.objects.of_users([user.pk for user in users]).values_list("version", flat=True))
    chosen = [str(user.pk) for user in users]

    response = client.post(USERS, {"action": "log_out_everywhere", "_selected_action": chosen}, follow=True)

    assert b"2 users were logged out." in response.content
    assert not before & set(TokenState.objects.values_list("version", flat=True))


def test_profiles_are_listed_and_searched(client: Client, root: Any) -> None:
    assert client.get("/admin/storefront_auth/profile/?q=ann").status_code == 200
