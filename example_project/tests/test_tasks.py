"""The tasks, and their names in the schedule."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from store_custom import tasks
from store_custom.schedule import SCHEDULE
from storefront.celery import celery
from storefront_store.conf import get_model
from storefront_store.services import carts


def test_scheduled_tasks_exist() -> None:
    assert {entry["task"] for entry in SCHEDULE.values()} <= set(celery.tasks)


@pytest.mark.django_db
def test_only_expired_carts_are_purged(settings: Any) -> None:
    old, young = carts.create_cart(), carts.create_cart()
    moment = timezone.now() - timedelta(days=settings.CART_DAYS, hours=1)
    get_model("Cart").objects.filter(pk=old.pk).update(updated_at=moment)

    assert tasks.purge_carts.delay().get() == 1
    assert get_model("Cart").objects.get().pk == young.pk


@pytest.mark.django_db
def test_orphaned_images_are_removed_every_night() -> None:
    left, young = (default_storage.save(f"store/images/{name}.png", ContentFile(b"x")) for name in ("left", "young"))
    os.utime(default_storage.path(left), (0, 0))

    [entry] = [entry for entry in SCHEDULE.values() if entry["task"].endswith("remove_orphan_images")]

    assert entry["schedule"].hour == {3}
    assert celery.tasks[entry["task"]].delay().get() == 1
    assert (default_storage.exists(left), default_storage.exists(young)) == (False, True)


@pytest.mark.django_db
@pytest.mark.parametrize("task", [tasks.purge_idempotency_records, tasks.purge_tokens, tasks.send_outbox])
def test_tasks_without_work_return_zero(task: Callable[..., Any]) -> None:
    assert task.delay().get() == 0  # type: ignore[attr-defined]
