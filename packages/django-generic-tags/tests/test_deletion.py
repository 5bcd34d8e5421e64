"""Links of deleted objects: none is left, even with concurrent writes, and their deletion takes few queries."""

from __future__ import annotations

import os

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import RestrictedError
from django.db.models.signals import pre_delete
from django.test.utils import CaptureQueriesContext
from generic_tags_testapp.helpers import KINDS, at_once, make
from generic_tags_testapp.models import Article, Book, Chapter, Photo

from generic_tags.exceptions import Busy, NotFound
from generic_tags.links.transactions import use_case
from generic_tags.selectors import get_tagged_item_model, tags_for
from generic_tags.services import add_tags, bulk_add_tags, create_tag, set_tags

pytestmark = [pytest.mark.database, pytest.mark.django_db]

ROUNDS = int(os.environ.get("RACE_ROUNDS", "5"))


@use_case()
def delete(obj, *, using="default"):
    obj.delete()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["photo", "country", "chapter", "report"])
@pytest.mark.parametrize(
    "tag", [lambda obj: add_tags(obj, "red", "blue"), lambda obj: set_tags(obj, ["red"])], ids=["add", "set"]
)
def test_tagging_concurrent_with_deletion_leaves_no_orphan(kind, tag):
    create_tag("red")
    create_tag("blue")
    for number in range(ROUNDS):
        obj = make(kind, str(number))
        again = type(obj)._default_manager.get(pk=obj.pk)

        errors = at_once(lambda obj=obj: tag(obj), lambda again=again: delete(again, using="default"))

        assert [error for error in errors if not isinstance(error, NotFound)] == []
        assert not get_tagged_item_model().objects.exists()


@pytest.mark.django_db(transaction=True)
def test_tagging_concurrent_with_queryset_deletion_leaves_no_orphan():
    for number in range(ROUNDS):
        photos = [make("photo", str(number)) for _ in range(5)]

        errors = at_once(
            lambda: Photo.objects.all().delete(), *[lambda photo=photo: add_tags(photo, "red") for photo in photos]
        )

        assert [error for error in errors if not isinstance(error, NotFound | Busy)] == []
        assert not get_tagged_item_model().objects.exists()


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"report"}))
def test_query_count_of_deletion_is_constant(kind):
    def cost(count):
        objs = [make(kind, f"{count} {number}") for number in range(count)]
        bulk_add_tags(objs, "red", "blue")
        with CaptureQueriesContext(connection) as captured:
            type(objs[0])._default_manager.filter(pk__in=[obj.pk for obj in objs]).delete()
        return len(captured)

    assert cost(40) == cost(2)
    assert not get_tagged_item_model().objects.exists()


def test_deleting_object_takes_one_extra_query_and_savepoint():
    photo = make("photo")
    ContentType.objects.get_for_model(photo)  # other tests may have emptied the cache

    with CaptureQueriesContext(connection) as captured:
        photo.delete()

    statements = [query["sql"].split()[0] for query in captured]
    assert sorted(statements) == ["DELETE", "DELETE", "RELEASE", "SAVEPOINT"]


def test_links_of_cascade_are_deleted_in_one_query_per_model():
    book = Book.objects.create(title="Book")
    chapters = [Chapter.objects.create(book=book, title=str(number)) for number in range(30)]
    bulk_add_tags(chapters, "red")

    with CaptureQueriesContext(connection) as captured:
        book.delete()

    table = get_tagged_item_model()._meta.db_table
    assert len([query for query in captured if table in query["sql"] and query["sql"].startswith("DELETE")]) == 1
    assert not get_tagged_item_model().objects.exists()


def test_failed_deletion_keeps_tags(things):
    add_tags(things.photo, "red")

    def refuse(**kwargs):
        raise RestrictedError("no", set())

    pre_delete.connect(refuse, sender=Photo)
    try:
        with pytest.raises(RestrictedError), transaction.atomic():
            things.photo.delete()
    finally:
        pre_delete.disconnect(refuse, sender=Photo)
    make("photo", "another").delete()

    assert [tag.label for tag in tags_for(things.photo)] == ["red"]
    things.photo.delete()
    assert not get_tagged_item_model().objects.exists()


def test_nested_deletion_leaves_no_orphan(things):
    other = make("photo", "other")
    for photo in (things.photo, other):
        add_tags(photo, "red")

    def delete_other(instance, **kwargs):
        if instance.pk != other.pk:
            Photo.objects.filter(pk=other.pk).delete()

    pre_delete.connect(delete_other, sender=Photo)
    try:
        Photo.objects.filter(pk=things.photo.pk).delete()
    finally:
        pre_delete.disconnect(delete_other, sender=Photo)

    assert not get_tagged_item_model().objects.exists()


def test_deleting_child_with_keep_parents_keeps_tags(things):
    add_tags(things.report, "war")

    article = Article.objects.get(pk=things.report.pk)

    things.report.delete(keep_parents=True)

    assert [tag.label for tag in tags_for(article)] == ["war"]


@pytest.mark.django_db(transaction=True)
def test_objects_can_be_deleted_if_tables_are_missing(things):
    """A schema of a tenant that shares the objects' app and not this one."""
    model, away = get_tagged_item_model(), "tags_elsewhere"
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
