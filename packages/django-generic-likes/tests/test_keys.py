from __future__ import annotations

import uuid

import pytest
from django.db import models
from generic_likes_testapp.models import Article, Column, Country, Measurement, Photo, Report

from generic_likes.exceptions import InvalidKey, UnsupportedKey
from generic_likes.links.keys import key_column, parse_key

SOME_UUID = uuid.UUID("6ba7b810-9dad-41d1-80b4-00c04fd430c8")


@pytest.mark.parametrize(
    ("model", "column"),
    [
        (Article, "object_int"),
        (Column, "object_int"),
        (Report, "object_int"),
        (Photo, "object_uuid"),
        (Country, "object_str"),
    ],
)
def test_key_column_depends_on_primary_key(model, column):
    assert key_column(model) == column


def test_unsupported_primary_key_is_rejected():
    with pytest.raises(UnsupportedKey, match="DateTimeField"):
        key_column(Measurement)


@pytest.mark.parametrize("length", [256, None])
def test_overlong_text_key_is_rejected(length, monkeypatch):
    monkeypatch.setattr(Country._meta.pk, "max_length", length)

    with pytest.raises(UnsupportedKey, match="CharField"):
        key_column(Country)


@pytest.mark.parametrize(
    ("model", "text", "key"),
    [
        (Article, "7", 7),
        pytest.param(Article, 8, 8, id="an integer"),
        (Article, "-7", -7),
        (Article, str(2**63 - 1), 2**63 - 1),
        (Photo, str(SOME_UUID), SOME_UUID),
        (Photo, SOME_UUID.hex.upper(), SOME_UUID),
        (Photo, SOME_UUID, SOME_UUID),
        (Country, "DE", "DE"),
        (Country, "Zürich / 1", "Zürich / 1"),
    ],
)
def test_parse_key_returns_type_of_primary_key(model, text, key):
    assert parse_key(model, text) == key


@pytest.mark.parametrize(
    ("model", "text"),
    [
        (Article, "abc"),
        (Article, ""),
        (Article, "1.0"),
        (Article, "1_0"),
        (Article, " 1"),
        (Article, "٣"),
        (Article, str(2**63)),
        (Article, "9" * 5000),
        (Article, True),
        (Article, None),
        (Article, "1\0"),
        (Photo, "1"),
        (Photo, "6ba7b810"),
        (Country, ""),
        (Country, "a\0b"),
        (Country, "\ud800"),
        (Country, "x" * 256),
    ],
)
def test_parse_key_rejects_invalid_keys(model, text):
    with pytest.raises(InvalidKey):
        parse_key(model, text)


def test_relation_as_primary_key_has_type_of_target():
    class Cover(models.Model):  # noqa: DJ008
        photo = models.OneToOneField(Photo, on_delete=models.CASCADE, primary_key=True)

        class Meta:
            app_label = "generic_likes_testapp"
            managed = False

    try:
        assert key_column(Cover) == "object_uuid"
    finally:
        del Cover._meta.apps.all_models["generic_likes_testapp"]["cover"]
        Cover._meta.apps.clear_cache()
