"""Tampered URLs and forms of admin pages."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from generic_likes_testapp.helpers import make

from generic_likes.selectors import get_liked_item_model
from generic_likes.services import like

pytestmark = [pytest.mark.database, pytest.mark.django_db]

QUERY_STRINGS = [
    "?id__regex=(",
    "?user__username__regex=(",
    "?user__password__startswith=a",
    "?content_type__id__exact=abc",
    "?content_type__id__exact=%00",
    "?content_type__model__regex=(",
    "?created_at__year=0",
    "?created_at__exact=nonsense",
    "?object_int__exact=99999999999999999999999",
    "?pk__in=1,x",
    "?o=" + ".".join(["1"] * 200),
    "?p=99999999999999999999",
    "?q=%00",
    "?q=" + "a" * 3000,
    "?_to_field=user__password",
    "?nonsense=1",
]


@pytest.fixture
def browser(client):
    client.force_login(get_user_model().objects.create_superuser("root", password="secret"))
    client.raise_request_exception = False
    return client


def page(name, *args):
    return reverse(f"admin:{get_liked_item_model()._meta.label_lower.replace('.', '_')}_{name}", args=args)


@pytest.mark.parametrize("address", QUERY_STRINGS, ids=lambda address: address[:40])
def test_tampered_query_string_causes_no_server_error(browser, user, address):
    like(user, make("photo"))

    assert browser.get(page("changelist") + address).status_code < 500


@pytest.mark.parametrize("form", [{"action": "delete_selected", "_selected_action": key} for key in ("abc", "\0")])
def test_tampered_action_causes_no_server_error(browser, user, form):
    like(user, make("photo"))

    assert browser.post(page("changelist"), form).status_code < 500
    assert get_liked_item_model().objects.count() == 1


@pytest.mark.parametrize("key", ["abc", "0", "9" * 40, "_00", "%00"])
def test_malformed_key_causes_no_server_error(browser, key):
    for name in ("change", "delete", "history"):
        assert browser.get(page("changelist") + f"{key}/{name}/").status_code < 500
