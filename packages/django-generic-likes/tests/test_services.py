from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, ProgrammingError, connection, transaction
from generic_likes_testapp.helpers import KINDS, make
from generic_likes_testapp.models import Article, Book

from generic_likes.exceptions import Busy, InvalidUser, NotFound, NotRegistered
from generic_likes.links.transactions import ATTEMPTS
from generic_likes.selectors import get_liked_item_model, likes_count
from generic_likes.services import like, remove_orphans, unlike
from generic_likes.signals import object_liked, object_unliked

pytestmark = [pytest.mark.database, pytest.mark.django_db]

USE_CASES = {"like": like, "unlike": unlike}


def test_like_returns_true_only_once(thing, other, user):
    assert like(user, thing) is True
    assert like(user, thing) is False

    assert (likes_count(thing), likes_count(other)) == (1, 0)


def test_unlike_returns_true_only_once(thing, other, user, rival):
    for who, what in ((user, thing), (user, other), (rival, thing)):
        like(who, what)

    assert unlike(user, thing) is True
    assert unlike(user, thing) is False

    assert (likes_count(thing), likes_count(other)) == (1, 1)


def test_query_count_of_each_use_case(thing, user, rival, django_assert_num_queries):
    like(rival, thing)
    budgets = [(like, False, 3), (unlike, True, 2), (unlike, False, 1), (like, True, 6)]
    like(user, thing)

    for use_case, expected, statements in budgets:
        with django_assert_num_queries(statements + 2):  # and a savepoint, since the test is a transaction
            assert use_case(user, thing) is expected


def test_proxy_shares_likes_with_concrete_model(things, user):
    like(user, things.column)

    assert likes_count(Article.objects.get(pk=things.column.pk)) == 1


def test_child_and_parent_share_likes(things, user):
    like(user, things.report)

    assert like(user, things.report.article_ptr) is False
    assert likes_count(things.report) == likes_count(things.report.article_ptr) == 1


def test_string_keys_differing_in_case_are_separate_objects(user):
    if connection.vendor == "mysql":
        pytest.skip("the collation of the model's own key column treats them as equal")
    upper, lower = make("country", "DE"), make("country", "de")

    like(user, upper)

    assert (likes_count(upper), likes_count(lower)) == (1, 0)


def test_text_column_distinguishes_case_accents_and_trailing_spaces(things, user):
    model = get_liked_item_model()
    content_type = ContentType.objects.get_for_model(things.country)
    for key in ("A", "a", "á", "a "):
        model.objects.create(user=user, content_type=content_type, object_str=key)

    assert model.objects.filter(object_str="a").count() == 1


@pytest.mark.parametrize("use_case", USE_CASES.values(), ids=USE_CASES)
def test_unregistered_models_are_rejected(use_case, user):
    with pytest.raises(NotRegistered):
        use_case(user, Book.objects.create(title="x"))


@pytest.mark.parametrize("use_case", USE_CASES.values(), ids=USE_CASES)
def test_unsaved_objects_are_rejected(use_case, user):
    with pytest.raises(NotFound):
        use_case(user, Article(title="x"))


def test_signals_are_sent_on_commit(thing, user, calls, django_capture_on_commit_callbacks):
    received = calls(object_liked, object_unliked)

    with django_capture_on_commit_callbacks(execute=True):
        like(user, thing)
        assert received == []
    with django_capture_on_commit_callbacks(execute=True):
        like(user, thing)
        unlike(user, thing)
        unlike(user, thing)

    seen = [(call.signal, call.sender, call.instance, call.user) for call in received]
    assert seen == [(object_liked, type(thing), thing, user), (object_unliked, type(thing), thing, user)]


def test_exception_in_receiver_does_not_propagate(things, user, django_capture_on_commit_callbacks):
    def broken(**kwargs):
        raise RuntimeError

    object_liked.connect(broken)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            like(user, things.photo)
    finally:
        object_liked.disconnect(broken)

    assert likes_count(things.photo) == 1


@pytest.mark.django_db(transaction=True)
def test_no_signal_is_sent_after_rollback(user, calls):
    photo, received = make("photo"), calls(object_liked)

    with transaction.atomic():
        like(user, photo)
        transaction.set_rollback(True)

    assert received == []
    assert likes_count(photo) == 0


@pytest.mark.parametrize(
    "delete",
    [lambda o: o.delete(), lambda o: type(o)._default_manager.filter(pk=o.pk).delete()],
    ids=["instance", "queryset"],
)
def test_likes_are_deleted_with_object(thing, other, user, delete):
    like(user, thing)
    like(user, other)

    delete(thing)

    assert likes_count(other) == 1
    assert get_liked_item_model().objects.count() == 1


def test_likes_are_deleted_by_cascade(things, user):
    like(user, things.chapter)
    like(user, things.report)

    things.chapter.book.delete()
    Article.objects.filter(pk=things.report.pk).delete()

    assert not get_liked_item_model().objects.exists()


def test_likes_are_deleted_with_user(thing, user, rival):
    like(user, thing)
    like(rival, thing)

    get_user_model().objects.get(pk=user.pk).delete()

    assert likes_count(thing) == 1


def test_database_rejects_duplicate_like_and_like_without_key(things, user):
    like(user, things.photo)
    model = get_liked_item_model()
    row = model.objects.get()

    for wrong in ({"object_uuid": row.object_uuid}, {}, {"object_uuid": row.object_uuid, "object_int": 1}):
        with pytest.raises((IntegrityError, OperationalError)), transaction.atomic():
            model.objects.bulk_create([model(user=user, content_type=row.content_type, **wrong)])


@pytest.mark.parametrize("command", ["remove_orphans", "remove_like_orphans"])
def test_remove_orphans_deletes_orphans_only(command, user, capsys):
    kept = {kind: [make(kind, "kept"), make(kind, "gone")] for kind in KINDS if kind not in {"column", "report"}}
    for objects in kept.values():
        for obj in objects:
            like(user, obj)
    for _, gone in kept.values():
        type(gone)._base_manager.filter(pk=gone.pk)._raw_delete("default")

    call_command(command)

    assert get_liked_item_model().objects.count() == len(kept)
    assert "generic_likes_testapp.photo: 1 removed" in capsys.readouterr().out
    assert set(remove_orphans().values()) == {0}


def test_likes_with_stale_content_type_are_removed(user):
    stale = ContentType.objects.create(app_label="gone", model="thing")
    get_liked_item_model().objects.create(user=user, content_type=stale, object_int=1)

    assert remove_orphans() == {"gone.thing": 1}


class ConflictError(Exception):
    sqlstate = "40P01"


class InsertFailure:
    """Fails the first inserts of likes, with a conflict or another error."""

    def __init__(self, times, error=None):
        self.times, self.error, self.attempts = times, error, 0

    def __call__(self, execute, sql, *args):
        if sql.startswith("INSERT") and get_liked_item_model()._meta.db_table in sql:
            self.attempts += 1
            if self.attempts <= self.times:
                raise self.error or OperationalError() from ConflictError()
        return execute(sql, *args)


@pytest.mark.django_db(transaction=True)
def test_conflict_is_retried(user):
    photo = make("photo")

    with connection.execute_wrapper(InsertFailure(2)):
        assert like(user, photo) is True

    assert likes_count(photo) == 1


@pytest.mark.django_db(transaction=True)
def test_persistent_conflict_raises_busy(user):
    photo, failure = make("photo"), InsertFailure(99)

    with connection.execute_wrapper(failure):
        with pytest.raises(Busy):
            like(user, photo)
        assert failure.attempts == ATTEMPTS

        with pytest.raises(Busy), transaction.atomic():
            like(user, photo)
        assert failure.attempts == ATTEMPTS + 1  # not again inside the caller's transaction


@pytest.mark.django_db(transaction=True)
def test_other_database_errors_are_not_converted(user):
    photo = make("photo")

    with (
        connection.execute_wrapper(InsertFailure(99, ProgrammingError("no such table"))),
        pytest.raises(ProgrammingError, match="no such table"),
    ):
        like(user, photo)


@pytest.mark.django_db(transaction=True)
def test_like_by_deleted_user_raises_not_found(user, things):
    deleted = get_user_model().objects.get(pk=user.pk)
    user.delete()

    with pytest.raises(NotFound):
        like(deleted, things.photo)

    assert not get_liked_item_model().objects.exists()


@pytest.mark.parametrize("nobody", [None, AnonymousUser(), get_user_model()(username="unsaved", pk=None)], ids=repr)
@pytest.mark.parametrize("use_case", USE_CASES.values(), ids=USE_CASES)
def test_anonymous_or_unsaved_user_is_rejected(use_case, nobody, things):
    with pytest.raises(InvalidUser):
        use_case(nobody, things.photo)

    assert not get_liked_item_model().objects.exists()


def test_like_of_deleted_object_raises_not_found(thing, user):
    deleted = type(thing)._default_manager.get(pk=thing.pk)
    thing.delete()

    with pytest.raises(NotFound):
        like(user, deleted)

    assert not get_liked_item_model().objects.exists()
