from __future__ import annotations

from typing import Any

import pytest

from storefront_auth.models import Profile

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["put", "patch"])
def test_retrieve_and_update_own_profile(as_user: Any, user: Any, make_user: Any, method: str) -> None:
    other = make_user().storefront_profile
    client = as_user(user)
    values = {"display_name": "Ann \u00c5.", "time_zone": "Europe/Madrid", "language": "es"}

    changed = getattr(client, method)("/auth/profile/", values)

    assert changed.status_code == 200
    assert changed.json() == client.get("/auth/profile/").json() == values
    other.refresh_from_db()
    assert other.display_name == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("time_zone", ""),
        ("time_zone", None),
        ("language", "xx"),
        ("language", "fr"),
        ("language", []),
        ("display_name", "Ann\r\nBcc: all@example.com"),
        ("display_name", "A\u2028nn"),
        ("display_name", "\u202eAnn"),
        ("display_name", "A\x00nn"),
        ("display_name", "x" * 151),
        ("display_name", None),
    ],
)
def test_invalid_value_is_400(as_user: Any, user: Any, field: str, value: Any) -> None:
    response = as_user(user).patch("/auth/profile/", {field: value})

    assert response.status_code == 400
    assert list(response.json()) == [field]
    assert Profile.objects.filter(display_name="").exists()


def test_user_without_profile_reads_defaults_and_gets_profile_on_update(as_user: Any, user: Any) -> None:
    Profile.objects.all().delete()
    client = as_user(user)

    read = client.get("/auth/profile/")

    assert read.json() == {"display_name": "", "time_zone": "America/Chicago", "language": "en"}
    assert not Profile.objects.exists()
    assert client.patch("/auth/profile/", {"display_name": "Ann"}).status_code == 200
    assert Profile.objects.get(user=user).display_name == "Ann"


def test_user_of_profile_is_read_only(as_user: Any, user: Any, make_user: Any) -> None:
    other = make_user()

    as_user(user).patch("/auth/profile/", {"user": other.pk, "display_name": "Mine"})

    assert Profile.objects.get(display_name="Mine").user == user


def test_profile_response_is_not_cacheable(as_user: Any, user: Any) -> None:
    assert as_user(user).get("/auth/profile/")["Cache-Control"] == "no-store"
