"""Tampered URLs and forms of admin pages."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from generic_tags_testapp.helpers import make

from generic_tags.selectors import get_tag_model
from generic_tags.services import add_tags

pytestmark = [pytest.mark.database, pytest.mark.django_db]

QUERY_STRINGS = [
    "?id__regex=(",
    "?label__regex=(",
    "?label__iregex=(",
    "?pk__exact=abc",
    "?pk__in=1,x",
    "?label__exact=%00",
    "?tagged_items__object_int__year=0",
    "?tagged_items__tag__label__regex=(",
    "?o=" + ".".join(["1"] * 200),
    "?o=99.-98.x",
    "?p=99999999999999999999",
    "?q=%00",
    "?q=" + "a" * 3000,
    "?_to_field=label_key__regex",
    "?_popup=1&_to_field=password",
    "?all=x",
    "?e=1",
    "?nonsense=1",
]
ACTIONS = [
    {"action": "merge", "_selected_action": "abc"},
    {"action": "merge", "_selected_action": "\0"},
    {"action": "delete_selected", "_selected_action": "9" * 40},
    {"action": "nonsense", "_selected_action": "1"},
    {"action": "merge", "_selected_action": ["1", "x"], "target": "y"},
]


@pytest.fixture
def browser(client):
    client.force_login(get_user_model().objects.create_superuser("root", password="secret"))
    client.raise_request_exception = False
    return client


def page(name, *args):
    return reverse(f"admin:{get_tag_model()._meta.label_lower.replace('.', '_')}_{name}", args=args)


@pytest.mark.parametrize("address", QUERY_STRINGS, ids=lambda address: address[:40])
def test_tampered_query_string_causes_no_server_error(browser, address):
    add_tags(make("photo"), "red")

    assert browser.get(page("changelist") + address).status_code < 500


@pytest.mark.parametrize("form", ACTIONS, ids=lambda form: str(form)[:60])
def test_tampered_action_causes_no_server_error(browser, form):
    add_tags(make("photo"), "red")

    assert browser.post(page("changelist"), form).status_code < 500
    assert get_tag_model().objects.count() == 1


@pytest.mark.parametrize("key", ["abc", "0", "9" * 40, "_00", "%00"])
def test_malformed_key_causes_no_server_error(browser, key):
    for name in ("change", "delete", "history"):
        assert browser.get(page("changelist") + f"{key}/{name}/").status_code < 500


@pytest.mark.parametrize("tag", ["abc", "\0", "9" * 40, "", "-1"])
def test_malformed_tag_in_inline_causes_no_server_error(browser, tag):
    article = make("article")
    url = reverse("admin:generic_tags_testapp_article_change", args=[article.pk])
    prefix = browser.get(url).context["inline_admin_formsets"][0].formset.prefix
    form = {"title": "x", f"{prefix}-TOTAL_FORMS": 1, f"{prefix}-INITIAL_FORMS": 0, f"{prefix}-0-tag": tag}

    assert browser.post(url, form).status_code < 500


@pytest.mark.parametrize("query", ["", "?term=x", "?app_label=a&model_name=b&field_name=c", "?term=%00"])
def test_invalid_autocomplete_query_causes_no_server_error(browser, query):
    assert browser.get(reverse("admin:autocomplete") + query).status_code < 500
