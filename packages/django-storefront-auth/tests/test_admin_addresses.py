"""Tampered URLs and forms of the admin cause no server errors."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from storefront_auth.admin import GroupAdmin, ProfileAdmin, UserAdmin, hardening

pytestmark = [pytest.mark.django_db, pytest.mark.database]

PAGES = ("storefront_auth/user", "storefront_auth/profile", "auth/group")
QUERIES = (
    "id__regex=(",
    "username__regex=(a%2B)%2B%24",
    "date_joined__year=0",
    "date_joined__gte=x",
    "language__exact=%00",
    "name=%00",
    "user__password__startswith=a",
    "q=%00",
    "q=" + "x" * 5000,
    "o=" + ".".join(["1"] * 500),
    "p=99999999999999999999",
    "id__in=" + ",".join(["9"] * 2000),
    "id__exact=9" * 30,
    "_to_field=password",
    "_popup=1&_to_field=nothing",
    "is_staff__exact=maybe",
    "groups__id__exact=abc",
)


@pytest.fixture
def root(client: Client, make_user: Any) -> Any:
    root = make_user(username="root", is_staff=True, is_superuser=True)
    Group.objects.create(name="club")
    client.raise_request_exception = False
    client.force_login(root, "storefront_auth.backends.AccountBackend")
    return root


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query[:30])
def test_tampered_query_string_causes_no_server_error(client: Client, root: Any, page: str, query: str) -> None:
    assert client.get(f"/admin/{page}/?{query}").status_code in (200, 302, 400)
    assert client.get(f"/admin/{page}/add/?{query}").status_code in (200, 302, 400)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("key", ["abc", "%00", "9" * 40, "-1", "1_0", "%D9%A1%D9%A0"])
def test_malformed_key_causes_no_server_error(client: Client, root: Any, page: str, key: str) -> None:
    Group.objects.get_or_create(pk=10, defaults={"name": "tenth"})  # int("1_0") is 10
    for place in ("change", "delete", "history"):
        assert client.get(f"/admin/{page}/{key}/{place}/").status_code in (302, 404)
    for action in ("delete_selected", "log_out_everywhere", "nothing"):
        posted = {"action": action, "_selected_action": [key.replace("%00", "\x00")]}
        assert client.post(f"/admin/{page}/", posted).status_code in (200, 302)


@pytest.mark.parametrize("key", ["abc", "\x00", "9" * 40])
def test_malformed_choices_are_form_errors(client: Client, root: Any, key: str) -> None:
    user = client.post(f"/admin/storefront_auth/user/{root.pk}/change/", {"groups": [key], "user_permissions": [key]})
    profile = client.post("/admin/storefront_auth/profile/add/", {"user": key})
    group = client.post("/admin/auth/group/add/", {"name": "x", "permissions": [key]})

    assert (user.status_code, profile.status_code, group.status_code) == (200, 200, 200)


@pytest.mark.parametrize("kind", [UserAdmin, GroupAdmin, ProfileAdmin])
def test_model_admins_inherit_from_hardened_model_admin(kind: type) -> None:
    assert issubclass(kind, hardening.HardenedModelAdmin)
