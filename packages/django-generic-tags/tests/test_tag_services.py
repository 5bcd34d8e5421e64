"""Tags are created, renamed, deleted and merged."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from generic_tags_testapp.helpers import labels

from generic_tags.exceptions import (
    Busy,
    NotFound,
    TagExists,
)
from generic_tags.selectors import get_tag_model
from generic_tags.services import (
    add_tags,
    create_tag,
    delete_tags,
    merge_tags,
    rename_tag,
)
from generic_tags.services import tags as tag_services

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_create_and_rename(db):
    tag = create_tag(" Red Wine ")
    assert (tag.label, tag.slug) == ("Red Wine", "red-wine")

    rename_tag(tag, "White Wine")

    tag.refresh_from_db()
    assert (tag.label, tag.slug, tag.label_key) == ("White Wine", "white-wine", "white wine")


def test_saving_label_only_updates_slug_and_key(db):
    tag = create_tag("red")

    tag.label = "White Wine"
    tag.save(update_fields=["label"])

    tag.refresh_from_db()
    assert (tag.label, tag.slug, tag.label_key) == ("White Wine", "white-wine", "white wine")


def test_taken_label_is_rejected_case_insensitively(db):
    create_tag("Red")
    blue = create_tag("blue")

    with pytest.raises(TagExists):
        create_tag("RED")
    with pytest.raises(TagExists):
        rename_tag(blue, "rED")

    blue.refresh_from_db()
    assert blue.label == "blue"
    assert get_tag_model().objects.count() == 2


def test_case_of_label_can_be_changed(db):
    assert rename_tag(create_tag("red"), "RED").label == "RED"


def test_deleted_tag_is_not_recreated(db):
    red, blue = create_tag("red"), create_tag("blue")
    get_tag_model().objects.filter(pk=red.pk).delete()

    for change in (lambda: rename_tag(red, "green"), lambda: delete_tags([red, blue])):
        with pytest.raises(NotFound):
            change()

    assert [tag.label for tag in get_tag_model().objects.all()] == ["blue"]


def test_rename_is_retried_after_integrity_error(db, monkeypatch):
    red, real, attempts = create_tag("red"), get_tag_model().save, []

    def taken_at_first(tag, **kwargs):
        attempts.append(tag)
        if len(attempts) == 1:
            raise IntegrityError
        real(tag, **kwargs)

    monkeypatch.setattr(get_tag_model(), "save", taken_at_first)

    assert rename_tag(red, "blue").label == "blue"


def test_delete_tags_deletes_links(things):
    for thing in (things.photo, things.country):
        add_tags(thing, "red", "sale", "kept")

    delete_tags(get_tag_model().objects.with_labels(["red", "sale"]))
    delete_tags([])

    assert labels(things.photo) == labels(things.country) == ["kept"]


def test_persistent_integrity_error_raises_busy(db, monkeypatch):
    tag = create_tag("red")

    def fail(**kwargs):
        raise IntegrityError

    monkeypatch.setattr(tag, "save", fail)
    with pytest.raises(Busy) as caught:
        rename_tag(tag, "blue")

    assert isinstance(caught.value.__cause__, IntegrityError)


def test_merge_moves_links_without_duplicates(thing, other):
    add_tags(thing, "colour", "color", "hue")
    add_tags(other, "color", "hue")
    tags = {tag.label: tag for tag in get_tag_model().objects.all()}

    moved = merge_tags(tags["colour"], tags.values())

    assert moved == 1
    assert labels(thing) == ["colour"]
    assert labels(other) == ["colour"]
    assert get_tag_model().objects.count() == 1


def test_merging_deleted_tags_raises_not_found(things):
    add_tags(things.photo, "colour", "color")
    target, source = get_tag_model().objects.with_labels(["colour", "color"]).order_by("-label_key")
    merge_tags(target, [source])

    for gone_target, gone_source in ((source, target), (target, source)):
        with pytest.raises(NotFound):
            merge_tags(gone_target, [gone_source])

    assert labels(things.photo) == ["colour"]


def test_merge_command_reports_concurrent_change(things, monkeypatch):
    add_tags(things.photo, "colour", "color")

    def gone(*args):
        raise NotFound

    monkeypatch.setattr(tag_services, "hold_exclusively", gone)

    with pytest.raises(CommandError, match="changed by someone else"):
        call_command("merge_tags", "colour", "color")


def test_merge_command(things, capsys):
    add_tags(things.photo, "color")
    add_tags(things.country, "colour")

    call_command("merge_tags", "COLOUR", "color")

    assert labels(things.photo) == ["colour"]
    assert "1 links moved to colour" in capsys.readouterr().out


def test_merge_command_rejects_unknown_tags(things):
    add_tags(things.photo, "color")

    with pytest.raises(CommandError, match="'hue'"):
        call_command("merge_tags", "color", "hue")

    assert labels(things.photo) == ["color"]
