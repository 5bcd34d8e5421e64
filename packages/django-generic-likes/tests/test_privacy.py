"""Personal data that is stored about a user."""

from __future__ import annotations

import json

import pytest
from django.utils.dateparse import parse_datetime

from generic_likes.links.registry import home_of
from generic_likes.services import like, personal_data

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_personal_data_is_json_serializable(thing, other, user, rival, django_assert_num_queries):
    like(user, thing)
    like(rival, other)

    with django_assert_num_queries(1):
        data = personal_data(user)

    (record,) = data["likes"]
    assert json.loads(json.dumps(data)) == data
    assert record["model"] == home_of(type(thing))._meta.label_lower
    assert str(record["id"]) == str(thing.pk)
    assert parse_datetime(record["liked_at"]) is not None


def test_personal_data_of_user_without_likes_is_empty(user):
    assert personal_data(user) == {"likes": []}
