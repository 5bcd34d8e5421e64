"""Concurrent writers, in threads with their own connections."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from generic_likes_testapp.helpers import at_once, make

from generic_likes.selectors import get_liked_item_model, likes_count
from generic_likes.services import like, unlike
from generic_likes.signals import object_liked, object_unliked

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

MANY = 100


@pytest.mark.parametrize("kind", ["article", "photo", "country"])
def test_concurrent_likes_of_one_user_are_counted_once(kind, user, calls):
    thing, received = make(kind), calls(object_liked)

    errors = at_once(*[lambda: like(user, thing)] * MANY)

    assert errors == []
    assert get_liked_item_model().objects.count() == 1
    assert len(received) == 1


def test_concurrent_likes_of_many_users_are_all_counted():
    model, photo = get_user_model(), make("photo")
    users = [model.objects.create(username=f"user {number}") for number in range(MANY)]

    errors = at_once(*[lambda user=user: like(user, photo) for user in users])

    assert errors == []
    assert likes_count(photo) == MANY


def test_signals_match_count_after_concurrent_likes_and_unlikes(user, calls):
    photo, received = make("photo"), calls(object_liked, object_unliked)

    errors = at_once(*[lambda: like(user, photo), lambda: unlike(user, photo)] * 30)

    assert errors == []
    balance = sum(1 if call.signal is object_liked else -1 for call in received)
    assert likes_count(photo) == balance
    assert balance in {0, 1}
