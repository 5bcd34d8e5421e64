"""Tagging many objects at once."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from generic_tags_testapp.helpers import make
from generic_tags_testapp.models import Article, Book, Photo

from generic_tags.exceptions import NotFound, NotRegistered
from generic_tags.selectors import get_tagged_item_model, tags_for, tags_for_many
from generic_tags.services import add_tags, bulk_add_tags, bulk_remove_tags, create_tag
from generic_tags.signals import object_tagged, object_untagged

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_add_and_remove_tags_of_several_models(things):
    objs = [things.photo, things.article, things.country, things.report]
    add_tags(things.photo, "red")

    assert bulk_add_tags(objs, "red", create_tag("sale")) == 7
    assert [[tag.label for tag in tags] for tags in tags_for_many(objs).values()] == [["red", "sale"]] * 4
    assert bulk_add_tags(objs, "RED") == 0
    assert bulk_remove_tags(objs, "RED", "unknown") == 4
    assert [tag.label for tag in tags_for(things.report)] == ["sale"]


def test_query_count_does_not_depend_on_number_of_objects():
    def cost(count):
        photos = [make("photo", str(number)) for number in range(count)]
        costs = []
        for change in (bulk_add_tags, bulk_add_tags, bulk_remove_tags, bulk_remove_tags):
            with CaptureQueriesContext(connection) as captured:
                change(photos, "red", "blue", f"new {count}")
            costs.append(len(captured))
        return costs

    bulk_add_tags([make("photo")], "warm")
    few, many = cost(2), cost(40)

    assert many == few
    assert max(many) <= 12


def test_signals_are_sent_for_each_changed_object(things, calls, django_capture_on_commit_callbacks):
    received = calls(object_tagged, object_untagged)
    add_tags(things.photo, "red")

    with django_capture_on_commit_callbacks(execute=True):
        bulk_add_tags([things.photo, things.article], "red", "blue")
        bulk_remove_tags([things.photo, things.country], "blue")

    seen = [(call.signal is object_tagged, call.instance, [tag.label for tag in call.tags]) for call in received]
    assert sorted(seen, key=str) == sorted(
        [
            (True, things.photo, ["blue"]),
            (True, things.article, ["blue", "red"]),
            (False, things.photo, ["blue"]),
        ],
        key=str,
    )


def test_empty_list_takes_no_queries(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert bulk_add_tags([], "red") == bulk_remove_tags([], "red") == 0


@pytest.mark.parametrize("change", [bulk_add_tags, bulk_remove_tags])
def test_untaggable_object_prevents_all_changes(change, things):
    with pytest.raises(NotRegistered):
        change([things.photo, Book.objects.create(title="x")], "red")
    with pytest.raises(NotFound):
        change([things.photo, Photo(title="x")], "red")

    assert not get_tagged_item_model().objects.exists()


def test_deleted_object_prevents_all_changes(things):
    Article.objects.filter(pk=things.article.pk).delete()

    with pytest.raises(NotFound):
        bulk_add_tags([things.photo, things.article], "red")

    assert not get_tagged_item_model().objects.exists()
