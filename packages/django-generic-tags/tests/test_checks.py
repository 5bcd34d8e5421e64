from __future__ import annotations

from unittest import mock

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.fields import GenericRelation
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import override_settings
from generic_tags_testapp.models import Article, Book, Measurement, Photo

from generic_tags import checks
from generic_tags.admin import TaggedItemTabularInline
from generic_tags.conf import DEFAULTS, app_settings
from generic_tags.selectors import get_tagged_item_model


def ids(**settings):
    with override_settings(GENERIC_TAGS=settings):
        return [message.id for message in checks.check_settings()]


def test_settings_of_test_project_are_valid():
    assert checks.check_settings() == []
    assert checks.check_fields() == []


def test_checks_are_registered():
    with override_settings(GENERIC_TAGS={"MODEL": []}), pytest.raises(SystemCheckError, match="E001"):
        call_command("check")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"MODELS": ["generic_tags_testapp.Photo"], "MODLES": []}, ["generic_tags.E001"]),
        ({"MODELS": "generic_tags_testapp.Photo"}, ["generic_tags.E002"]),
        ({"MODELS": [Photo]}, ["generic_tags.E002"]),
        ({"MODELS": 5}, ["generic_tags.E002"]),
        ({"MODELS": []}, ["generic_tags.W001"]),
        ({"MODELS": ["generic_tags_testapp.Foto"]}, ["generic_tags.E003"]),
        ({"MODELS": ["nonsense"]}, ["generic_tags.E003"]),
        ({"MODELS": ["generic_tags_testapp.Measurement"]}, ["generic_tags.E005"]),
        ({"MODELS": ["generic_tags_testapp.Article", "generic_tags_testapp.Column"]}, ["generic_tags.W002"]),
        ({"MODELS": ["GENERIC_TAGS_TESTAPP.photo"]}, []),
        ({"MODELS": ["auth.User"], "VISIBLE": "builtins.filter"}, []),
        ({"MODELS": ["auth.User"], "VISIBLE": "nowhere.at_all"}, ["generic_tags.E006"]),
        ({"MODELS": ["auth.User"], "WRITE_PERMISSION": 5}, ["generic_tags.E006"]),
        ({"MODELS": ["auth.User"], "MAX_LABELS": 0}, ["generic_tags.E007"]),
        ({"MODELS": ["auth.User"], "PAGE_SIZE": True}, ["generic_tags.E007"]),
        ({"MODELS": ["auth.User"], "MAX_PAGE_SIZE": "many"}, ["generic_tags.E007"]),
    ],
    ids=str,
)
def test_invalid_settings_are_reported(settings, expected):
    assert ids(**settings) == expected


def test_setting_must_be_dictionary():
    with override_settings(GENERIC_TAGS=["generic_tags_testapp.Photo"]):
        assert [message.id for message in checks.check_settings()] == ["generic_tags.E001"]


def test_swapped_model_is_reported():
    try:
        with mock.patch.dict(vars(Photo._meta), swapped="shop.Picture"):
            assert ids(MODELS=["generic_tags_testapp.Photo"]) == ["generic_tags.E004"]
    finally:
        apps.clear_cache()  # the list of models was made without this one


def test_tag_model_must_inherit_from_base(monkeypatch):
    monkeypatch.setattr(checks, "get_tag_model", lambda: Photo)

    assert ids(MODELS=["generic_tags_testapp.Photo"]) == ["generic_tags.E008"]


@pytest.mark.parametrize(
    ("model", "column", "expected"),
    [
        (Article, "object_int", []),
        (Article, "object_uuid", ["generic_tags.E009"]),
        (Photo, "object_int", ["generic_tags.E009"]),
        (Photo, "object_id", ["generic_tags.E009"]),
    ],
)
def test_generic_relation_with_wrong_object_id_field_is_reported(model, column, expected, monkeypatch):
    relation = GenericRelation(get_tagged_item_model(), object_id_field=column)
    relation.name, relation.model = "links", model
    relation.remote_field.model = get_tagged_item_model()
    monkeypatch.setattr(model._meta, "private_fields", [relation])

    assert [message.id for message in checks.check_fields()] == expected


def test_generic_relation_on_model_with_unsupported_key_is_reported(monkeypatch):
    relation = GenericRelation(get_tagged_item_model(), object_id_field="object_int")
    relation.name, relation.model = "links", Measurement
    relation.remote_field.model = get_tagged_item_model()
    monkeypatch.setattr(Measurement._meta, "private_fields", [relation])

    assert [message.id for message in checks.check_fields()] == ["generic_tags.E009"]


@pytest.mark.parametrize(("model", "expected"), [(Article, []), (Book, ["generic_tags.E010"])])
def test_inline_on_unregistered_model_is_reported(model, expected):
    assert [message.id for message in TaggedItemTabularInline(model, admin.site).check()] == expected


def test_settings_are_read_at_runtime():
    with override_settings(GENERIC_TAGS={"MAX_LABELS": 3}):
        assert app_settings.MAX_LABELS == 3
    assert DEFAULTS["MAX_LABELS"] == app_settings.MAX_LABELS


def test_unknown_setting_raises_attribute_error():
    with pytest.raises(AttributeError, match="MAX_LABLES"):
        _ = app_settings.MAX_LABLES


def test_user_model_with_is_staff_method_is_reported(monkeypatch):
    monkeypatch.setattr(get_user_model(), "is_staff", lambda user: True)

    assert ids(MODELS=["generic_tags_testapp.Photo"]) == ["generic_tags.E012"]


def test_relation_on_unregistered_model_is_reported():
    with override_settings(GENERIC_TAGS={"MODELS": ["generic_tags_testapp.Photo"]}):
        found = {message.obj.__name__: message.id for message in checks.check_fields()}

    assert found == dict.fromkeys(["Chapter", "Meal", "Dessert", "Wine"], "generic_tags.E011")
