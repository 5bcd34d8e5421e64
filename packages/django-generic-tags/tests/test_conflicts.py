"""Use cases that the database aborts because of conflicts are retried."""

from __future__ import annotations

import pytest
from django.db import OperationalError, transaction
from generic_tags_testapp.helpers import labels, make

from generic_tags.exceptions import (
    Busy,
)
from generic_tags.links.transactions import ATTEMPTS, use_case
from generic_tags.services import (
    add_tags,
    tagging,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]


class ConflictError(Exception):
    sqlstate = "40P01"


@pytest.mark.django_db(transaction=True)
def test_conflict_is_retried(monkeypatch):
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
def test_persistent_conflict_raises_busy(monkeypatch):
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
def test_other_database_errors_are_not_converted(monkeypatch):
    def fail(*args):
        raise OperationalError("no such table")

    monkeypatch.setattr(tagging, "ensure_tags", fail)
    with pytest.raises(OperationalError, match="no such table"):
        add_tags(make("photo"), "red")
