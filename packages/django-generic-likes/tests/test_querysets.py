from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from generic_likes_testapp.helpers import make
from generic_likes_testapp.models import Article, Book, Chapter, Photo

from generic_likes.exceptions import InvalidKey, NotFound, NotRegistered
from generic_likes.selectors import (
    _states_statement,
    get_liked_item_model,
    like_state,
    liked_by,
    likes_count,
    likes_for_many,
    most_liked,
    only_liked_by,
    states_by_key,
    with_likes,
)
from generic_likes.services import like

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def both(thing, other):
    return type(thing)._default_manager.filter(pk__in=[thing.pk, other.pk])


def test_with_likes_annotates_count_and_own_like(thing, other, user, rival, django_assert_num_queries):
    for who, what in ((user, thing), (rival, thing), (rival, other)):
        like(who, what)
    queryset = with_likes(both(thing, other), user)

    with django_assert_num_queries(1):
        found = {obj: (obj.likes_count, obj.is_liked) for obj in queryset}

    assert found == {thing: (2, True), other: (1, False)}


@pytest.mark.parametrize("nobody", [None, AnonymousUser()], ids=["none", "anonymous"])
def test_anonymous_user_has_no_likes(thing, user, nobody):
    like(user, thing)

    (found,) = with_likes(type(thing)._default_manager.filter(pk=thing.pk), nobody)
    assert (found.likes_count, found.is_liked) == (1, False)
    assert like_state(thing, nobody) == likes_for_many([thing], nobody)[thing] == (1, False)
    assert list(liked_by(nobody, type(thing))) == []


def test_annotations_can_be_filtered_and_counted(thing, other, user):
    like(user, thing)
    queryset = with_likes(both(thing, other), user)

    assert list(queryset.filter(likes_count__gt=0)) == list(queryset.filter(is_liked=True)) == [thing]
    assert queryset.count() == 2


def test_most_liked_orders_by_count(kind, user, rival):
    none, one, two = (make(kind, name) for name in ("none", "one", "two"))
    for who, what in ((user, one), (user, two), (rival, two)):
        like(who, what)

    queryset = type(none)._default_manager.filter(pk__in=[none.pk, one.pk, two.pk])
    assert list(most_liked(queryset)) == [two, one, none]


def test_liked_by_returns_objects_of_model(thing, other, user, rival):
    like(user, thing)
    like(rival, other)

    assert list(liked_by(user, type(thing))) == [thing]
    assert list(only_liked_by(both(thing, other), rival)) == [other]


def test_objects_of_different_models_with_same_key_are_separate(things, user):
    chapter = Chapter.objects.create(pk=things.article.pk + 1000, title="x", book=Book.objects.create(title="b"))
    article = Article.objects.create(pk=chapter.pk, title="y")
    like(user, article)

    assert (likes_count(article), likes_count(chapter)) == (1, 0)
    assert list(liked_by(user, Chapter)) == []


def test_likes_for_many_takes_one_query(things, user, rival, django_assert_num_queries):
    objects = [thing for kind, thing in vars(things).items() if kind != "column"]
    for obj in objects[:-1]:
        like(user, obj)
        like(rival, obj)
    for obj in objects:
        ContentType.objects.get_for_model(obj)

    with django_assert_num_queries(1):
        found = likes_for_many(objects, user)

    assert [found[obj] for obj in objects] == [(2, True)] * (len(objects) - 1) + [(0, False)]


def test_likes_for_many_of_empty_list_takes_no_query(user, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert likes_for_many([], user) == {}


def test_for_object_and_for_model(thing, other, user):
    like(user, thing)
    like(user, other)

    assert get_liked_item_model().objects.for_object(thing).count() == 1
    assert get_liked_item_model().objects.for_model(type(thing)).count() == 2


def test_invalid_key_raises_error():
    with pytest.raises(InvalidKey):
        get_liked_item_model().objects.for_key(Article, "abc")


def test_content_object_by_access_and_prefetch(things, user, django_assert_num_queries):
    objects = [thing for kind, thing in vars(things).items() if kind not in {"column", "report"}]
    for obj in objects:
        like(user, obj)
    likes = get_liked_item_model().objects.all()

    assert {one.content_object for one in likes} == set(objects)
    with django_assert_num_queries(1 + len(objects)):
        assert {one.content_object for one in likes.prefetch_related("content_object")} == set(objects)


def test_like_can_be_created_by_object_or_key(thing, user):
    model, content_type = get_liked_item_model(), ContentType.objects.get_for_model(thing)

    by_object = model(user=user, content_object=thing)
    by_key = model(user=user, content_type=content_type, object_id=thing.pk)
    by_object.save()

    assert by_object.object_id == by_key.object_id == thing.pk
    assert likes_count(thing) == 1
    assert str(thing.pk) in str(by_object)


@pytest.mark.parametrize("key", [{"object_int": 1}, {"object_str": "DE"}], ids=["integer", "text"])
def test_like_with_stale_content_type_has_no_object(user, key):
    stale = ContentType.objects.create(app_label="gone", model="thing")
    row = get_liked_item_model().objects.create(user=user, content_type=stale, **key)

    assert row.content_object is None
    assert [one.content_object for one in get_liked_item_model().objects.prefetch_related("content_object")] == [None]
    with pytest.raises(LookupError):
        row.object_id = 2


def test_empty_like_has_no_object():
    assert get_liked_item_model()().content_object is None


def test_declared_relation_can_be_filtered_and_prefetched(things, user, django_assert_num_queries):
    like(user, things.chapter)

    assert list(Chapter.objects.filter(likes__user=user)) == [things.chapter]
    with django_assert_num_queries(3):
        (chapter,) = Chapter.objects.prefetch_related("likes__user")
        assert [one.user for one in chapter.likes.all()] == [user]


def test_custom_queryset_has_like_methods(things, user):
    like(user, things.article)

    assert Article.objects.with_likes(user).get(pk=things.article.pk).is_liked is True
    assert Article.objects.most_liked().first() == things.article
    assert list(Article.objects.liked_by(user)) == [things.article]


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda user: with_likes(Book.objects.all()), id="with_likes"),
        pytest.param(lambda user: most_liked(Book.objects.all()), id="most_liked"),
        pytest.param(lambda user: liked_by(user, Book), id="liked_by"),
        pytest.param(lambda user: liked_by(None, Book), id="liked_by nobody"),
        pytest.param(lambda user: likes_count(Book.objects.create(title="b")), id="likes_count"),
        pytest.param(lambda user: like_state(Book.objects.create(title="b")), id="like_state"),
        pytest.param(lambda user: likes_for_many([Book.objects.create(title="b")]), id="likes_for_many"),
    ],
)
def test_unregistered_model_raises_not_registered(ask, user):
    with pytest.raises(NotRegistered):
        ask(user)


def test_unsaved_object_raises_not_found():
    with pytest.raises(NotFound):
        likes_count(Photo(title="x"))


def test_likes_can_be_looked_up_from_user(thing, user):
    like(user, thing)

    assert get_user_model().objects.filter(liked_items__user=user).get() == user


@pytest.mark.parametrize("asked", ["user", "rival", None])
def test_states_by_key_match_states_of_objects(asked, thing, other, user, rival, django_assert_num_queries):
    for who, what in ((user, thing), (rival, thing), (rival, other)):
        like(who, what)
    asking = {"user": user, "rival": rival}.get(asked)
    objects = {obj.pk: obj for obj in (thing, other)}

    for keys in ([thing.pk], [other.pk, thing.pk]):
        with django_assert_num_queries(1):
            states = states_by_key(type(thing), keys, asking)

        expected = likes_for_many([objects[key] for key in keys], asking)
        assert states == {key: expected[objects[key]] for key in keys}


def test_states_by_key_of_empty_list_takes_no_query(thing, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert states_by_key(type(thing), []) == {}


def test_states_by_key_calls_get_queryset_of_manager_each_time(thing, user, monkeypatch):
    """As with a manager that returns the rows of the current tenant only."""
    model = get_liked_item_model()
    like(user, thing)

    class Tenant(type(model.objects)):
        rows = "all"

        def get_queryset(self):
            return getattr(super().get_queryset(), self.rows)()

    manager = Tenant()
    manager.model = model
    monkeypatch.setattr(model, "objects", manager)
    _states_statement.cache_clear()

    found = []
    for manager.rows in ("all", "none", "all"):
        found.append(states_by_key(type(thing), [thing.pk]))

    _states_statement.cache_clear()
    assert found == [{thing.pk: (1, False)}, {}, {thing.pk: (1, False)}]
