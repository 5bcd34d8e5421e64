"""Likes of deleted objects and users: none is left, even with concurrent writes, and deletion takes few queries."""

from __future__ import annotations

import os

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from generic_likes_testapp.helpers import KINDS, at_once, make
from generic_likes_testapp.models import Article, Photo

from generic_likes.exceptions import Busy, NotFound
from generic_likes.links.transactions import use_case
from generic_likes.selectors import get_liked_item_model, likes_count
from generic_likes.services import bulk_like, like

pytestmark = [pytest.mark.database, pytest.mark.django_db]

ROUNDS = int(os.environ.get("RACE_ROUNDS", "5"))


@use_case()
def delete(obj, *, using):
    obj.delete()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["photo", "country", "chapter", "report"])
def test_liking_concurrent_with_deletion_leaves_no_orphan(kind, user, rival):
    for number in range(ROUNDS):
        obj = make(kind, str(number))
        again = type(obj)._default_manager.get(pk=obj.pk)

        errors = at_once(
            lambda obj=obj: like(user, obj),
            lambda again=again: delete(again, using="default"),
            lambda obj=obj: like(rival, obj),
        )

        assert [error for error in errors if not isinstance(error, NotFound)] == []
        assert not get_liked_item_model().objects.exists()


@pytest.mark.django_db(transaction=True)
def test_liking_concurrent_with_queryset_deletion_leaves_no_orphan(user):
    for number in range(ROUNDS):
        photos = [make("photo", str(number)) for _ in range(5)]

        errors = at_once(
            lambda: Photo.objects.all().delete(), *[lambda photo=photo: like(user, photo) for photo in photos]
        )

        assert [error for error in errors if not isinstance(error, NotFound | Busy)] == []
        assert not get_liked_item_model().objects.exists()


@pytest.mark.django_db(transaction=True)
def test_like_concurrent_with_user_deletion_succeeds_or_raises_not_found():
    photo, model = make("photo"), get_user_model()
    for number in range(ROUNDS):
        user = model.objects.create(username=f"user {number}")
        again = model.objects.get(pk=user.pk)
        answers = []

        errors = at_once(
            lambda user=user, answers=answers: answers.append(like(user, photo)),
            lambda again=again: delete(again, using="default"),
        )

        assert [error for error in errors if not isinstance(error, NotFound)] == []
        assert len(answers) + len(errors) == 1
        assert not model.objects.exists()
        assert likes_count(photo) == 0


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"report"}))
def test_query_count_of_object_deletion_is_constant(kind, user):
    def cost(count):
        objs = [make(kind, f"{count} {number}") for number in range(count)]
        bulk_like(user, objs)
        with CaptureQueriesContext(connection) as captured:
            type(objs[0])._default_manager.filter(pk__in=[obj.pk for obj in objs]).delete()
        return len(captured)

    assert cost(40) == cost(2)
    assert not get_liked_item_model().objects.exists()


def test_query_count_of_user_deletion_is_constant():
    photos, model = [make("photo", str(number)) for number in range(3)], get_user_model()

    def cost(count):
        users = [model.objects.create(username=f"{count} {number}") for number in range(count)]
        for user in users:
            bulk_like(user, photos)
        with CaptureQueriesContext(connection) as captured:
            model.objects.filter(pk__in=[user.pk for user in users]).delete()
        return len(captured)

    assert cost(20) == cost(2)
    assert not get_liked_item_model().objects.exists()


def test_deleting_user_takes_few_additional_queries(user):
    like(user, make("photo"))

    with CaptureQueriesContext(connection) as captured:
        user.delete()

    table = get_liked_item_model()._meta.db_table
    own = [query for query in captured if table in query["sql"] or "SELECT" in query["sql"]]
    assert len(own) <= 4, [query["sql"] for query in own]  # Django looks for groups and permissions as well


@pytest.mark.django_db(transaction=True)
def test_objects_can_be_deleted_if_table_is_missing(things):
    """A schema of a tenant that shares the objects' app and not this one."""
    model, away = get_liked_item_model(), "likes_elsewhere"
    with connection.schema_editor() as editor:
        editor.alter_db_table(model, model._meta.db_table, away)
    try:
        things.photo.delete()
        Article.objects.all().delete()
    finally:
        with connection.schema_editor() as editor:
            editor.alter_db_table(model, away, model._meta.db_table)

    assert not Photo.objects.exists()
    assert not Article.objects.exists()
