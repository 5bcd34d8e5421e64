"""Permissions to change other accounts, in the API and the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from rest_framework.test import APIClient

from storefront_auth.accounts.authority import Rights, is_staff, may_edit
from storefront_auth.exceptions import NotPermitted
from storefront_auth.services import accounts
from storefront_auth.tokens import RefreshToken

pytestmark = pytest.mark.django_db

USERS = "/admin/storefront_auth/user/"
GROUPS = "/admin/auth/group/"
PASSWORD = "correct-horse-7"


def admin_client(user: Any) -> Client:
    client = Client()
    client.force_login(user, "storefront_auth.backends.AccountBackend")
    return client


def api_client(user: Any) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"JWT {RefreshToken.for_user(user).access_token}")
    return client


@pytest.fixture
def clerk(make_user: Any, grant: Any) -> Any:
    return grant(make_user(username="clerk", is_staff=True), "view_user", "change_user", "delete_user")


def form_of(user: Any, **changes: Any) -> dict[str, Any]:
    return {
        "username": user.username,
        "email": user.email,
        "is_active": "on",
        "date_joined_0": "2026-01-01",
        "date_joined_1": "00:00:00",
        "storefront_profile-TOTAL_FORMS": 0,
        "storefront_profile-INITIAL_FORMS": 0,
        **changes,
    }


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_staff_without_permission_cannot_change_other_account(make_user: Any, user: Any, method: str) -> None:
    client = api_client(make_user(is_staff=True))
    body = {"email": "mine@example.com", "current_password": PASSWORD}

    response = getattr(client, method)(f"/auth/users/{user.pk}/", body)

    assert (response.status_code, response.json()["code"]) == (403, "permission_denied")
    assert get_user_model().objects.get(pk=user.pk).email == user.email
    assert client.get(f"/auth/users/{user.pk}/").status_code == 200


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_staff_cannot_change_account_with_more_permissions(clerk: Any, make_user: Any, grant: Any, method: str) -> None:
    chief = grant(make_user(username="chief", is_staff=True), "change_group")

    response = getattr(api_client(clerk), method)(
        f"/auth/users/{chief.pk}/", {"email": "mine@example.com", "current_password": PASSWORD}
    )

    assert response.status_code == 403
    assert get_user_model().objects.get(pk=chief.pk).email == chief.email


def test_permissions_of_inactive_account_are_compared(clerk: Any, make_user: Any, grant: Any) -> None:
    chief = grant(make_user(username="chief", is_staff=True, is_active=False), "change_group")

    assert not may_edit(clerk, chief)


def test_staff_cannot_change_own_flags(clerk: Any) -> None:
    response = admin_client(clerk).post(
        f"{USERS}{clerk.pk}/change/",
        form_of(clerk, is_staff="on", is_superuser="on", user_permissions=[p.pk for p in clerk.user_permissions.all()]),
    )

    clerk.refresh_from_db()
    assert response.status_code == 302
    assert (clerk.is_staff, clerk.is_superuser) == (True, False)


def test_editor_can_grant_only_own_permissions(clerk: Any, user: Any) -> None:
    client, place = admin_client(clerk), f"{USERS}{user.pk}/change/"
    held = Permission.objects.get(codename="change_user")
    other = Permission.objects.get(codename="change_group")

    page = client.get(place)
    refused = client.post(place, form_of(user, user_permissions=[other.pk]))
    taken = client.post(place, form_of(user, user_permissions=[held.pk]))

    offered = page.context["adminform"].form.fields["user_permissions"].queryset
    assert held in offered
    assert other not in offered
    assert (refused.status_code, taken.status_code) == (200, 302)
    assert list(user.user_permissions.all()) == [held]


def test_editor_cannot_withdraw_group_they_lack(make_user: Any, grant: Any, user: Any) -> None:
    """An account with more rights can't be changed at all, so its own is the only one to lose some."""
    clerk = grant(make_user(username="clerk", is_staff=True), "change_user")
    group = Group.objects.create(name="club")
    user.groups.add(group)

    response = admin_client(clerk).post(f"{USERS}{user.pk}/change/", form_of(user))

    assert response.status_code == 200
    assert "You can grant and withdraw only what you hold yourself." in response.content.decode()
    assert list(user.groups.all()) == [group]


def test_staff_cannot_change_password_of_superuser(clerk: Any, make_user: Any) -> None:
    root = make_user(username="root", is_staff=True, is_superuser=True)
    body = {"password1": "mine-and-mine-9", "password2": "mine-and-mine-9", "usable_password": "true"}

    response = admin_client(clerk).post(f"{USERS}{root.pk}/password/", body)

    root.refresh_from_db()
    assert response.status_code == 403
    assert root.check_password(PASSWORD)


def test_staff_cannot_delete_superuser(clerk: Any, make_user: Any, user: Any) -> None:
    root = make_user(username="root", is_staff=True, is_superuser=True)
    chosen = {"action": "delete_selected", "_selected_action": [root.pk, user.pk], "post": "yes"}

    admin_client(clerk).post(USERS, chosen)
    single = admin_client(clerk).post(f"{USERS}{root.pk}/delete/", {"post": "yes"})

    assert single.status_code == 403
    assert get_user_model().objects.filter(pk=root.pk).exists()


def test_staff_can_log_out_only_users_they_may_change(clerk: Any, make_user: Any, user: Any) -> None:
    root = make_user(username="root", is_staff=True, is_superuser=True)
    tokens = [RefreshToken.for_user(root).access_token, RefreshToken.for_user(user).access_token]

    admin_client(clerk).post(USERS, {"action": "log_out_everywhere", "_selected_action": [root.pk, user.pk]})

    answers = [APIClient().get("/auth/users/me/", HTTP_AUTHORIZATION=f"JWT {token}") for token in tokens]
    assert [answer.status_code for answer in answers] == [200, 401]


def test_group_editor_can_grant_only_own_permissions(make_user: Any, grant: Any) -> None:
    manager = grant(make_user(is_staff=True), "add_group", "change_group", "delete_group")
    strong = Group.objects.create(name="strong")
    strong.permissions.add(Permission.objects.get(codename="change_user"))
    lacking, held = (Permission.objects.get(codename=name).pk for name in ("delete_user", "change_group"))
    client = admin_client(manager)

    refused = client.post(f"{GROUPS}add/", {"name": "mine", "permissions": [lacking]})
    taken = client.post(f"{GROUPS}add/", {"name": "mine", "permissions": [held]})
    renamed = client.post(f"{GROUPS}{strong.pk}/change/", {"name": "weak", "permissions": []})
    deleted = client.post(f"{GROUPS}{strong.pk}/delete/", {"post": "yes"})
    client.post(GROUPS, {"action": "delete_selected", "_selected_action": [strong.pk], "post": "yes"})

    assert (refused.status_code, taken.status_code) == (200, 302)
    assert (renamed.status_code, deleted.status_code) == (403, 403)
    assert [group.name for group in Group.objects.order_by("name")] == ["mine", "strong"]


def test_superuser_can_grant_flags_and_groups(make_user: Any, user: Any) -> None:
    root = make_user(username="root", is_staff=True, is_superuser=True)
    group = Group.objects.create(name="club")

    response = admin_client(root).post(
        f"{USERS}{user.pk}/change/", form_of(user, is_staff="on", is_superuser="on", groups=[group.pk])
    )

    user.refresh_from_db()
    assert response.status_code == 302
    assert (user.is_staff, user.is_superuser, list(user.groups.all())) == (True, True, [group])


@pytest.mark.parametrize("values", [{"is_staff": True}, {"is_superuser": True}])
def test_services_refuse_to_grant_flags_editor_lacks(user: Any, values: dict[str, Any]) -> None:
    new = {"username": "new", "email": "new@example.com", "password": PASSWORD}

    with pytest.raises(NotPermitted):
        accounts.update(user, values, editor=user)
    with pytest.raises(NotPermitted):
        accounts.register({**new, **values}, editor=user)

    user.refresh_from_db()
    assert Rights.of(user) == Rights()
    assert get_user_model().objects.count() == 1


def test_services_refuse_to_grant_group_editor_lacks(clerk: Any, user: Any) -> None:
    group = Group.objects.create(name="club")

    with pytest.raises(NotPermitted):
        accounts.update(user, {"groups": [group]}, editor=clerk)
    accounts.update(user, {"groups": [group]})

    assert list(user.groups.all()) == [group]


def test_flag_defined_as_method_is_treated_as_false() -> None:
    class Guest:
        def is_staff(self) -> bool:
            return False

    assert not is_staff(Guest())
