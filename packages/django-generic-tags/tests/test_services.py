from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, connection, transaction
from generic_tags_testapp.helpers import KINDS, labels, make
from generic_tags_testapp.models import Article, Book

from generic_tags.exceptions import (
    InvalidLabel,
    NotFound,
    NotRegistered,
    TooManyLabels,
)
from generic_tags.selectors import content_type_of, get_tag_model, get_tagged_item_model
from generic_tags.services import (
    add_tags,
    create_tag,
    remove_orphans,
    remove_tags,
    set_tags,
)
from generic_tags.signals import object_tagged, object_untagged

USE_CASES = {
    "add": lambda obj: add_tags(obj, "red"),
    "remove": lambda obj: remove_tags(obj, "red"),
    "set": lambda obj: set_tags(obj, ["red"]),
}

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_add_tags_creates_and_attaches(thing, other):
    new = add_tags(thing, "Red", " sale ")

    assert {tag.label for tag in new} == {"Red", "sale"}
    assert labels(thing) == ["Red", "sale"]
    assert labels(other) == []


def test_adding_equivalent_label_changes_nothing(thing):
    add_tags(thing, "Café")

    assert add_tags(thing, "CAFE\u0301", " café") == []
    assert labels(thing) == ["Café"]


def test_labels_differing_in_accents_are_separate_tags(thing):
    add_tags(thing, "resume", "résumé")

    assert labels(thing) == ["resume", "résumé"]


def test_string_keys_differing_in_case_are_separate_objects(db):
    if connection.vendor == "mysql":
        pytest.skip("the collation of the model's own key column treats them as equal")
    upper, lower = make("country", "DE"), make("country", "de")

    add_tags(upper, "capital")

    assert labels(upper) == ["capital"]
    assert labels(lower) == []


def test_text_column_distinguishes_case_accents_and_trailing_spaces(things):
    tag = create_tag("capital")
    model = get_tagged_item_model()
    for key in ("A", "a", "á", "a "):
        model.objects.create(tag=tag, content_type=content_type_of(type(things.country)), object_str=key)

    assert model.objects.filter(object_str="a").count() == 1


def test_proxy_shares_tags_with_concrete_model(things):
    add_tags(things.column, "opinion")

    assert labels(Article.objects.get(pk=things.column.pk)) == ["opinion"]


def test_child_and_parent_share_tags(things):
    add_tags(things.report, "war")

    assert labels(things.report) == labels(things.report.article_ptr) == ["war"]


def test_set_tags_replaces(thing):
    add_tags(thing, "red", "sale")

    tags = set_tags(thing, ["new", "RED"])

    assert [tag.label for tag in tags] == ["new", "red"]
    assert labels(thing) == ["new", "red"]


def test_set_tags_with_empty_list_removes_all(thing):
    add_tags(thing, "red")

    assert set_tags(thing, []) == []
    assert labels(thing) == []


def test_set_tags_of_deleted_object_raises_not_found(thing):
    deleted = type(thing).objects.get(pk=thing.pk)
    thing.delete()

    with pytest.raises(NotFound):
        set_tags(deleted, ["red"])

    assert not get_tagged_item_model().objects.exists()


def test_remove_tags_removes_given_tags_only(thing, other):
    add_tags(thing, "red", "sale")
    add_tags(other, "red")

    removed = remove_tags(thing, "RED", "unknown")

    assert [tag.label for tag in removed] == ["red"]
    assert labels(thing) == ["sale"]
    assert labels(other) == ["red"]


@pytest.mark.parametrize("use_case", USE_CASES.values(), ids=USE_CASES)
def test_unregistered_models_are_rejected(use_case, db):
    with pytest.raises(NotRegistered):
        use_case(Book.objects.create(title="x"))


@pytest.mark.parametrize("use_case", USE_CASES.values(), ids=USE_CASES)
def test_unsaved_objects_are_rejected(use_case):
    with pytest.raises(NotFound):
        use_case(Article(title="x"))


@pytest.mark.parametrize("use_case", [lambda o, ls: add_tags(o, *ls), set_tags], ids=["add", "set"])
def test_invalid_label_prevents_all_changes(use_case, things):
    with pytest.raises(InvalidLabel):
        use_case(things.photo, ["good", "b\0d"])
    with pytest.raises(TooManyLabels):
        use_case(things.photo, [str(n) for n in range(1000)])

    assert labels(things.photo) == []
    assert not get_tag_model().objects.exists()


def test_signals_are_sent_on_commit(thing, calls, django_capture_on_commit_callbacks):
    received = calls(object_tagged, object_untagged)

    with django_capture_on_commit_callbacks(execute=True):
        add_tags(thing, "red", "sale")
        assert received == []
    with django_capture_on_commit_callbacks(execute=True):
        add_tags(thing, "red")
        set_tags(thing, ["sale", "new"])

    seen = [(call.signal, call.sender, call.instance, [tag.label for tag in call.tags]) for call in received]
    assert seen == [
        (object_tagged, type(thing), thing, ["red", "sale"]),
        (object_untagged, type(thing), thing, ["red"]),
        (object_tagged, type(thing), thing, ["new"]),
    ]


def test_exception_in_receiver_does_not_propagate(things, django_capture_on_commit_callbacks):
    def broken(**kwargs):
        raise RuntimeError

    object_tagged.connect(broken)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            add_tags(things.photo, "red")
    finally:
        object_tagged.disconnect(broken)

    assert labels(things.photo) == ["red"]


@pytest.mark.django_db(transaction=True)
def test_no_signal_is_sent_after_rollback(calls):
    photo, received = make("photo"), calls(object_tagged)

    with transaction.atomic():
        add_tags(photo, "red")
        transaction.set_rollback(True)

    assert received == []
    assert labels(photo) == []


@pytest.mark.parametrize(
    "delete",
    [lambda o: o.delete(), lambda o: type(o)._default_manager.filter(pk=o.pk).delete()],
    ids=["instance", "queryset"],
)
def test_links_are_deleted_with_object(thing, other, delete):
    add_tags(thing, "red")
    add_tags(other, "red")

    delete(thing)

    assert labels(other) == ["red"]
    assert get_tagged_item_model().objects.count() == 1


def test_links_are_deleted_by_cascade(things):
    add_tags(things.chapter, "red")

    things.chapter.book.delete()

    assert not get_tagged_item_model().objects.exists()


def test_links_of_child_are_deleted_with_parent(things):
    add_tags(things.report, "red")

    Article.objects.filter(pk=things.report.pk).delete()

    assert not get_tagged_item_model().objects.exists()


def test_links_are_deleted_with_tag(thing):
    add_tags(thing, "red", "sale")

    get_tag_model().objects.get(label="red").delete()

    assert labels(thing) == ["sale"]


def test_database_rejects_duplicate_link_and_link_without_key(things):
    add_tags(things.photo, "red")
    model = get_tagged_item_model()
    link = model.objects.get()

    for wrong in ({"object_uuid": link.object_uuid}, {}, {"object_uuid": link.object_uuid, "object_int": 1}):
        with pytest.raises((IntegrityError, OperationalError)), transaction.atomic():
            model.objects.bulk_create([model(tag=link.tag, content_type=link.content_type, **wrong)])


@pytest.mark.parametrize("command", ["remove_orphans", "remove_tag_orphans"])
def test_remove_orphans_deletes_orphans_only(command, capsys, db):
    kept = {kind: [make(kind, "kept"), make(kind, "gone")] for kind in KINDS if kind not in {"column", "report"}}
    for objects in kept.values():
        for obj in objects:
            add_tags(obj, "red")
    for _, gone in kept.values():
        type(gone)._base_manager.filter(pk=gone.pk)._raw_delete("default")

    call_command(command)

    assert get_tagged_item_model().objects.count() == len(kept)
    assert "generic_tags_testapp.photo: 1 removed" in capsys.readouterr().out
    assert set(remove_orphans().values()) == {0}


def test_links_with_stale_content_type_are_removed(db):
    stale = ContentType.objects.create(app_label="gone", model="thing")
    get_tagged_item_model().objects.create(tag=create_tag("red"), content_type=stale, object_int=1)

    assert remove_orphans() == {"gone.thing": 1}
