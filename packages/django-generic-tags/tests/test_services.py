from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection, transaction
from generic_tags_testapp.helpers import KINDS, make
from generic_tags_testapp.models import Article, Book

from generic_tags.exceptions import (
    Busy,
    InvalidLabel,
    NotFound,
    NotRegistered,
    TagExists,
    TooManyLabels,
)
from generic_tags.links.transactions import ATTEMPTS, use_case
from generic_tags.selectors import content_type_of, get_tag_model, get_tagged_item_model, tags_for
from generic_tags.services import (
    add_tags,
    create_tag,
    delete_tags,
    merge_tags,
    remove_orphans,
    remove_tags,
    rename_tag,
    set_tags,
    tagging,
)
from generic_tags.services import tags as tag_services
from generic_tags.signals import object_tagged, object_untagged

USE_CASES = {
    "add": lambda obj: add_tags(obj, "red"),
    "remove": lambda obj: remove_tags(obj, "red"),
    "set": lambda obj: set_tags(obj, ["red"]),
}

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def labels(obj):
    return [tag.label for tag in tags_for(obj)]


def test_add_tags_creates_and_attaches(thing, other):
    new = add_tags(thing, "Red", " sale ")

    assert {tag.label for tag in new} == {"Red", "sale"}
    assert labels(thing) == ["Red", "sale"]
    assert labels(other) == []


def test_adding_a_tag_again_in_other_words_changes_nothing(thing):
    add_tags(thing, "Café")

    assert add_tags(thing, "CAFE\u0301", " café") == []
    assert labels(thing) == ["Café"]


def test_accents_and_case_of_the_database_do_not_mix_tags_up(thing):
    add_tags(thing, "resume", "résumé")

    assert labels(thing) == ["resume", "résumé"]


def test_string_keys_that_differ_in_case_or_blanks_are_two_objects(db):
    if connection.vendor == "mysql":
        pytest.skip("the collation of this host's own key column takes them for one")
    upper, lower = make("country", "DE"), make("country", "de")

    add_tags(upper, "capital")

    assert labels(upper) == ["capital"]
    assert labels(lower) == []


def test_the_text_column_itself_keeps_case_accents_and_blanks_apart(things):
    tag = create_tag("capital")
    model = get_tagged_item_model()
    for key in ("A", "a", "á", "a "):
        model.objects.create(tag=tag, content_type=content_type_of(type(things.country)), object_str=key)

    assert model.objects.filter(object_str="a").count() == 1


def test_a_proxy_is_tagged_as_the_model_behind_it(things):
    add_tags(things.column, "opinion")

    assert labels(Article.objects.get(pk=things.column.pk)) == ["opinion"]


def test_a_child_and_its_parent_are_one_object_with_one_set_of_tags(things):
    add_tags(things.report, "war")

    assert labels(things.report) == labels(things.report.article_ptr) == ["war"]


def test_set_tags_replaces(thing):
    add_tags(thing, "red", "sale")

    tags = set_tags(thing, ["new", "RED"])

    assert [tag.label for tag in tags] == ["new", "red"]
    assert labels(thing) == ["new", "red"]


def test_set_tags_of_nothing_takes_all_off(thing):
    add_tags(thing, "red")

    assert set_tags(thing, []) == []
    assert labels(thing) == []


def test_set_tags_of_an_object_that_is_gone(thing):
    ghost = type(thing).objects.get(pk=thing.pk)
    thing.delete()

    with pytest.raises(NotFound):
        set_tags(ghost, ["red"])

    assert not get_tagged_item_model().objects.exists()


def test_remove_tags_takes_off_these_only(thing, other):
    add_tags(thing, "red", "sale")
    add_tags(other, "red")

    removed = remove_tags(thing, "RED", "unknown")

    assert [tag.label for tag in removed] == ["red"]
    assert labels(thing) == ["sale"]
    assert labels(other) == ["red"]


@pytest.mark.parametrize("use_case", USE_CASES.values(), ids=USE_CASES)
def test_models_that_are_not_registered_are_refused(use_case, db):
    with pytest.raises(NotRegistered):
        use_case(Book.objects.create(title="x"))


@pytest.mark.parametrize("use_case", USE_CASES.values(), ids=USE_CASES)
def test_unsaved_objects_are_refused(use_case):
    with pytest.raises(NotFound):
        use_case(Article(title="x"))


@pytest.mark.parametrize("use_case", [lambda o, ls: add_tags(o, *ls), set_tags], ids=["add", "set"])
def test_one_bad_label_spoils_the_call(use_case, things):
    with pytest.raises(InvalidLabel):
        use_case(things.photo, ["good", "b\0d"])
    with pytest.raises(TooManyLabels):
        use_case(things.photo, [str(n) for n in range(1000)])

    assert labels(things.photo) == []
    assert not get_tag_model().objects.exists()


def test_signals_tell_what_changed_after_the_commit(thing, calls, django_capture_on_commit_callbacks):
    received = calls(object_tagged, object_untagged)

    with django_capture_on_commit_callbacks(execute=True):
        add_tags(thing, "red", "sale")
        assert received == []
    with django_capture_on_commit_callbacks(execute=True):
        add_tags(thing, "red")
        set_tags(thing, ["sale", "new"])

    told = [(call.signal, call.sender, call.instance, [tag.label for tag in call.tags]) for call in received]
    assert told == [
        (object_tagged, type(thing), thing, ["red", "sale"]),
        (object_untagged, type(thing), thing, ["red"]),
        (object_tagged, type(thing), thing, ["new"]),
    ]


def test_a_receiver_that_raises_breaks_nothing(things, django_capture_on_commit_callbacks):
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
def test_nothing_is_told_of_what_was_rolled_back(calls):
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
def test_tags_go_with_their_object(thing, other, delete):
    add_tags(thing, "red")
    add_tags(other, "red")

    delete(thing)

    assert labels(other) == ["red"]
    assert get_tagged_item_model().objects.count() == 1


def test_tags_go_by_cascade(things):
    add_tags(things.chapter, "red")

    things.chapter.book.delete()

    assert not get_tagged_item_model().objects.exists()


def test_tags_of_a_child_go_with_its_parent(things):
    add_tags(things.report, "red")

    Article.objects.filter(pk=things.report.pk).delete()

    assert not get_tagged_item_model().objects.exists()


def test_links_go_with_their_tag(thing):
    add_tags(thing, "red", "sale")

    get_tag_model().objects.get(label="red").delete()

    assert labels(thing) == ["sale"]


def test_the_database_refuses_a_second_link_and_a_link_without_key(things):
    add_tags(things.photo, "red")
    model = get_tagged_item_model()
    link = model.objects.get()

    for wrong in ({"object_uuid": link.object_uuid}, {}, {"object_uuid": link.object_uuid, "object_int": 1}):
        with pytest.raises((IntegrityError, OperationalError)), transaction.atomic():
            model.objects.bulk_create([model(tag=link.tag, content_type=link.content_type, **wrong)])


@pytest.mark.parametrize("command", ["remove_orphans", "remove_tag_orphans"])
def test_orphans_of_raw_sql_are_removed_and_nothing_else(command, capsys, db):
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


def test_links_to_a_model_that_is_gone_are_removed(db):
    stale = ContentType.objects.create(app_label="gone", model="thing")
    get_tagged_item_model().objects.create(tag=create_tag("red"), content_type=stale, object_int=1)

    assert remove_orphans() == {"gone.thing": 1}


def test_create_and_rename(db):
    tag = create_tag(" Red Wine ")
    assert (tag.label, tag.slug) == ("Red Wine", "red-wine")

    rename_tag(tag, "White Wine")

    tag.refresh_from_db()
    assert (tag.label, tag.slug, tag.label_key) == ("White Wine", "white-wine", "white wine")


def test_saving_the_label_alone_saves_what_is_made_of_it(db):
    tag = create_tag("red")

    tag.label = "White Wine"
    tag.save(update_fields=["label"])

    tag.refresh_from_db()
    assert (tag.label, tag.slug, tag.label_key) == ("White Wine", "white-wine", "white wine")


def test_a_taken_label_is_refused_whatever_the_case(db):
    create_tag("Red")
    blue = create_tag("blue")

    with pytest.raises(TagExists):
        create_tag("RED")
    with pytest.raises(TagExists):
        rename_tag(blue, "rED")

    blue.refresh_from_db()
    assert blue.label == "blue"
    assert get_tag_model().objects.count() == 2


def test_a_tag_may_change_its_own_case(db):
    assert rename_tag(create_tag("red"), "RED").label == "RED"


def test_a_tag_that_is_gone_is_not_brought_back(db):
    red, blue = create_tag("red"), create_tag("blue")
    get_tag_model().objects.filter(pk=red.pk).delete()

    for change in (lambda: rename_tag(red, "green"), lambda: delete_tags([red, blue])):
        with pytest.raises(NotFound):
            change()

    assert [tag.label for tag in get_tag_model().objects.all()] == ["blue"]


def test_a_label_that_was_taken_for_a_moment_only_is_given(db, monkeypatch):
    red, real, attempts = create_tag("red"), get_tag_model().save, []

    def taken_at_first(tag, **kwargs):
        attempts.append(tag)
        if len(attempts) == 1:
            raise IntegrityError
        real(tag, **kwargs)

    monkeypatch.setattr(get_tag_model(), "save", taken_at_first)

    assert rename_tag(red, "blue").label == "blue"


def test_tags_are_deleted_with_their_links(things):
    for thing in (things.photo, things.country):
        add_tags(thing, "red", "sale", "kept")

    delete_tags(get_tag_model().objects.with_labels(["red", "sale"]))
    delete_tags([])

    assert labels(things.photo) == labels(things.country) == ["kept"]


def test_a_tag_that_can_never_be_saved_is_busy(db, monkeypatch):
    tag = create_tag("red")

    def fail(**kwargs):
        raise IntegrityError

    monkeypatch.setattr(tag, "save", fail)
    with pytest.raises(Busy) as caught:
        rename_tag(tag, "blue")

    assert isinstance(caught.value.__cause__, IntegrityError)


def test_merging_moves_links_and_keeps_each_once(thing, other):
    add_tags(thing, "colour", "color", "hue")
    add_tags(other, "color", "hue")
    tags = {tag.label: tag for tag in get_tag_model().objects.all()}

    moved = merge_tags(tags["colour"], tags.values())

    assert moved == 1
    assert labels(thing) == ["colour"]
    assert labels(other) == ["colour"]
    assert get_tag_model().objects.count() == 1


def test_merging_tags_that_are_gone_changes_nothing(things):
    add_tags(things.photo, "colour", "color")
    target, source = get_tag_model().objects.with_labels(["colour", "color"]).order_by("-label_key")
    merge_tags(target, [source])

    for gone_target, gone_source in ((source, target), (target, source)):
        with pytest.raises(NotFound):
            merge_tags(gone_target, [gone_source])

    assert labels(things.photo) == ["colour"]


def test_merging_by_command_tells_that_somebody_was_quicker(things, monkeypatch):
    add_tags(things.photo, "colour", "color")

    def gone(*args):
        raise NotFound

    monkeypatch.setattr(tag_services, "hold_exclusively", gone)

    with pytest.raises(CommandError, match="changed by someone else"):
        call_command("merge_tags", "colour", "color")


def test_merging_by_command(things, capsys):
    add_tags(things.photo, "color")
    add_tags(things.country, "colour")

    call_command("merge_tags", "COLOUR", "color")

    assert labels(things.photo) == ["colour"]
    assert "1 links moved to colour" in capsys.readouterr().out


def test_merging_unknown_tags_is_refused(things):
    add_tags(things.photo, "color")

    with pytest.raises(CommandError, match="'hue'"):
        call_command("merge_tags", "color", "hue")

    assert labels(things.photo) == ["color"]


class ConflictError(Exception):
    sqlstate = "40P01"


@pytest.mark.django_db(transaction=True)
def test_a_conflict_is_tried_again(monkeypatch):
    photo, real, attempts = make("photo"), tagging.ensure_tags, []

    def conflict_twice(*args):
        attempts.append(1)
        if len(attempts) < 3:
            raise OperationalError from ConflictError()
        return real(*args)

    monkeypatch.setattr(tagging, "ensure_tags", conflict_twice)
    add_tags(photo, "red")

    assert labels(photo) == ["red"]


@pytest.mark.django_db(transaction=True)
def test_a_conflict_without_end_is_busy(monkeypatch):
    photo, attempts = make("photo"), []

    def conflict(*args):
        attempts.append(1)
        raise OperationalError from ConflictError()

    monkeypatch.setattr(tagging, "ensure_tags", conflict)
    with pytest.raises(Busy):
        add_tags(photo, "red")
    assert len(attempts) == ATTEMPTS

    with pytest.raises(Busy), transaction.atomic():
        add_tags(photo, "red")
    assert len(attempts) == ATTEMPTS + 1  # not again inside the caller's transaction

    with pytest.raises(Busy):
        use_case()(lambda *, using: add_tags(photo, "red"))(using="default")
    assert len(attempts) == 2 * ATTEMPTS + 1  # unless the caller repeats it


@pytest.mark.django_db(transaction=True)
def test_other_errors_of_the_database_are_raised_as_they_are(monkeypatch):
    def fail(*args):
        raise OperationalError("no such table")

    monkeypatch.setattr(tagging, "ensure_tags", fail)
    with pytest.raises(OperationalError, match="no such table"):
        add_tags(make("photo"), "red")
