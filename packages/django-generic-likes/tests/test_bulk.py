"""Liking many objects at once."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from generic_likes_testapp.helpers import make
from generic_likes_testapp.models import Article, Book, Photo

from generic_likes.exceptions import InvalidUser, NotFound, NotRegistered
from generic_likes.selectors import get_liked_item_model, is_liked, likes_for_many
from generic_likes.services import bulk_like, bulk_unlike, like
from generic_likes.signals import object_liked, object_unliked

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_like_and_unlike_objects_of_several_models(things, user, rival):
    objs = [things.photo, things.article, things.country, things.report]
    like(user, things.photo)

    assert bulk_like(user, objs) == 3
    assert bulk_like(user, objs) == 0
    assert set(likes_for_many(objs, user).values()) == {(1, True)}
    assert bulk_unlike(rival, objs) == 0
    assert bulk_unlike(user, [things.photo, things.report]) == 2
    assert [is_liked(obj, user) for obj in objs] == [False, True, True, False]


def test_query_count_does_not_depend_on_number_of_objects(user):
    def cost(count):
        photos = [make("photo", str(number)) for number in range(count)]
        costs = []
        for change in (bulk_like, bulk_like, bulk_unlike, bulk_unlike):
            with CaptureQueriesContext(connection) as captured:
                change(user, photos)
            costs.append(len(captured))
        return costs

    like(user, make("photo"))
    few, many = cost(2), cost(50)

    assert many == few
    assert max(many) <= 8


def test_signals_are_sent_for_each_changed_object(things, user, calls, django_capture_on_commit_callbacks):
    received = calls(object_liked, object_unliked)
    like(user, things.photo)

    with django_capture_on_commit_callbacks(execute=True):
        bulk_like(user, [things.photo, things.article])
        bulk_unlike(user, [things.photo, things.country])

    seen = [(call.signal is object_liked, call.instance, call.user) for call in received]
    assert seen == [(True, things.article, user), (False, things.photo, user)]


def test_empty_list_takes_no_queries(user, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert bulk_like(user, []) == bulk_unlike(user, []) == 0


@pytest.mark.parametrize("change", [bulk_like, bulk_unlike])
def test_invalid_object_or_user_prevents_all_changes(change, things, user):
    with pytest.raises(NotRegistered):
        change(user, [things.photo, Book.objects.create(title="x")])
    with pytest.raises(NotFound):
        change(user, [things.photo, Photo(title="x")])
    with pytest.raises(InvalidUser):
        change(None, [things.photo])

    assert not get_liked_item_model().objects.exists()


def test_deleted_object_prevents_all_changes(things, user):
    Article.objects.filter(pk=things.article.pk).delete()

    with pytest.raises(NotFound):
        bulk_like(user, [things.photo, things.article])

    assert not get_liked_item_model().objects.exists()


def test_annotated_likes_are_refreshed_after_change(things, user):
    from generic_likes.selectors import with_likes

    pytest.importorskip("rest_framework")
    from generic_likes_testapp.api import LikedArticleSerializer

    article = with_likes(Article.objects.filter(pk=things.article.pk), user).get()
    assert LikedArticleSerializer(article).data["likes_count"] == 0

    like(user, article)

    assert LikedArticleSerializer(article).data["likes_count"] == 1
