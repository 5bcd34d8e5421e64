"""Every use case stays in the database of its object. Run by ``test_profiles`` with a second database."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from django.test import override_settings
from generic_likes_testapp.models import Article

from generic_likes.exceptions import NotFound
from generic_likes.selectors import get_liked_item_model, liked_by, likes_count, likes_for_many, most_liked
from generic_likes.services import bulk_like, bulk_unlike, like, personal_data, remove_orphans, unlike

pytestmark = pytest.mark.django_db(databases=["default", "other"])


class OtherDatabaseRouter:
    """Reads and writes everything in the second database."""

    def db_for_write(self, model, **hints):
        return "other"

    db_for_read = db_for_write


@pytest.fixture
def pairs():
    """Return user and article for each of two databases, with the same keys."""
    return {
        using: (
            get_user_model().objects.db_manager(using).create_user("ann", pk=3),
            Article.objects.using(using).create(pk=3, title="x"),
        )
        for using in ("default", "other")
    }


def count(using):
    return get_liked_item_model().objects.using(using).count()


def test_likes_are_stored_in_database_of_object(pairs):
    (_, here), (user, there) = pairs["default"], pairs["other"]

    assert like(user, there) is True
    assert (likes_count(here), likes_count(there)) == (0, 1)
    assert likes_for_many([there], user) == {there: (1, True)}
    assert [article.likes_count for article in most_liked(Article.objects.using("other"))] == [1]
    assert [article.likes_count for article in most_liked(Article.objects.all())] == [0]
    assert list(liked_by(user, Article)) == []  # that of the default database
    assert len(personal_data(user)["likes"]) == 1
    assert unlike(user, there) is True
    assert (bulk_like(user, [there]), bulk_unlike(user, [there])) == (1, 1)


@pytest.mark.parametrize("row", [0, 1], ids=["user", "object"])
@pytest.mark.parametrize("bulk", [False, True])
def test_deletion_keeps_likes_with_same_key_in_other_database(pairs, row, bulk):
    for user, article in pairs.values():
        like(user, article)
    deleted = pairs["other"][row]

    if bulk:
        type(deleted)._default_manager.using("other").all().delete()
    else:
        deleted.delete()

    assert (count("default"), count("other")) == (1, 0)


def test_remove_orphans_uses_given_database(pairs):
    for using, (user, article) in pairs.items():
        like(user, article)
        with connections[using].cursor() as cursor:
            cursor.execute(f"DELETE FROM {Article._meta.db_table}")

    assert sum(remove_orphans("other").values()) == 1
    assert (count("default"), count("other")) == (1, 0)


def test_user_of_other_database_raises_not_found(pairs):
    user = get_user_model().objects.create_user("bob", pk=99)

    with pytest.raises(NotFound):
        like(user, pairs["other"][1])


def test_router_can_use_second_database_for_everything():
    with override_settings(DATABASE_ROUTERS=[OtherDatabaseRouter()]):
        user, article = get_user_model().objects.create_user("ann"), Article.objects.create(title="x")
        like(user, article)
        assert list(liked_by(user, Article)) == [article]
        article.delete()

    assert (count("default"), count("other")) == (0, 0)
