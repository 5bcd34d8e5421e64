from __future__ import annotations

from unittest import mock

import pytest
from django.apps import apps
from django.contrib.contenttypes.fields import GenericRelation
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import override_settings
from generic_likes_testapp.models import Article, Measurement, Photo

from generic_likes import checks
from generic_likes.conf import DEFAULTS, app_settings
from generic_likes.selectors import get_liked_item_model


def ids(**settings):
    with override_settings(GENERIC_LIKES=settings):
        return [message.id for message in checks.check_settings()]


def test_settings_of_test_project_are_valid():
    assert checks.check_settings() == []
    assert checks.check_fields() == []


def test_checks_are_registered():
    with override_settings(GENERIC_LIKES={"MODEL": []}), pytest.raises(SystemCheckError, match="E001"):
        call_command("check")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"MODELS": ["generic_likes_testapp.Photo"], "MODLES": []}, ["generic_likes.E001"]),
        ({"MODELS": "generic_likes_testapp.Photo"}, ["generic_likes.E002"]),
        ({"MODELS": [Photo]}, ["generic_likes.E002"]),
        ({"MODELS": 5}, ["generic_likes.E002"]),
        ({"MODELS": []}, ["generic_likes.W001"]),
        ({"MODELS": ["generic_likes_testapp.Foto"]}, ["generic_likes.E003"]),
        ({"MODELS": ["nonsense"]}, ["generic_likes.E003"]),
        ({"MODELS": ["generic_likes_testapp.Measurement"]}, ["generic_likes.E005"]),
        ({"MODELS": ["generic_likes_testapp.Article", "generic_likes_testapp.Column"]}, ["generic_likes.W002"]),
        ({"MODELS": ["GENERIC_LIKES_TESTAPP.photo"]}, []),
        ({"MODELS": ["auth.User"], "VISIBLE": "builtins.filter"}, []),
        ({"MODELS": ["auth.User"], "VISIBLE": "nowhere.at_all"}, ["generic_likes.E006"]),
        ({"MODELS": ["auth.User"], "PERMISSION": 5}, ["generic_likes.E006"]),
        ({"MODELS": ["auth.User"], "PAGE_SIZE": True}, ["generic_likes.E007"]),
        ({"MODELS": ["auth.User"], "MAX_PAGE_SIZE": "many"}, ["generic_likes.E007"]),
    ],
    ids=str,
)
def test_invalid_settings_are_reported(settings, expected):
    assert ids(**settings) == expected


def test_setting_must_be_dictionary():
    with override_settings(GENERIC_LIKES=["generic_likes_testapp.Photo"]):
        assert [message.id for message in checks.check_settings()] == ["generic_likes.E001"]


def test_swapped_model_is_reported():
    try:
        with mock.patch.dict(vars(Photo._meta), swapped="shop.Picture"):
            assert ids(MODELS=["generic_likes_testapp.Photo"]) == ["generic_likes.E004"]
    finally:
        apps.clear_cache()  # the list of models was made without this one


def test_liked_item_model_must_inherit_from_base(monkeypatch):
    monkeypatch.setattr(checks, "get_liked_item_model", lambda: Photo)

    assert ids(MODELS=["generic_likes_testapp.Photo"]) == ["generic_likes.E008"]


@pytest.mark.parametrize(
    ("model", "column", "expected"),
    [
        (Article, "object_int", []),
        (Article, "object_uuid", ["generic_likes.E009"]),
        (Photo, "object_int", ["generic_likes.E009"]),
        (Photo, "object_id", ["generic_likes.E009"]),
    ],
)
def test_generic_relation_with_wrong_object_id_field_is_reported(model, column, expected, monkeypatch):
    relation = GenericRelation(get_liked_item_model(), object_id_field=column)
    relation.name, relation.model = "links", model
    relation.remote_field.model = get_liked_item_model()
    monkeypatch.setattr(model._meta, "private_fields", [relation])

    assert [message.id for message in checks.check_fields()] == expected


def test_generic_relation_on_model_with_unsupported_key_is_reported(monkeypatch):
    relation = GenericRelation(get_liked_item_model(), object_id_field="object_int")
    relation.name, relation.model = "links", Measurement
    relation.remote_field.model = get_liked_item_model()
    monkeypatch.setattr(Measurement._meta, "private_fields", [relation])

    assert [message.id for message in checks.check_fields()] == ["generic_likes.E009"]


def test_settings_are_read_at_runtime():
    with override_settings(GENERIC_LIKES={"PAGE_SIZE": 3}):
        assert app_settings.PAGE_SIZE == 3
    assert DEFAULTS["PAGE_SIZE"] == app_settings.PAGE_SIZE


def test_unknown_setting_raises_attribute_error():
    with pytest.raises(AttributeError, match="PAGE_SICE"):
        _ = app_settings.PAGE_SICE
