"""Deletion of the links of deleted objects.

Links are deleted right after the rows of their objects, in the same transaction. A transaction that links to a row
locks it until the commit, so the deletion also finds links that were inserted in parallel. Each call of ``delete()``
needs one query for each registered model, for all deleted objects including cascades.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, Final

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.signals import setting_changed
from django.db import OperationalError, ProgrammingError, connections, models, transaction
from django.db.models import Exists, OuterRef
from django.db.models.signals import post_delete, pre_delete

from ..conf import APP_LABEL, SETTING
from .fields import LinkRelation
from .keys import key_column
from .registry import content_type_of, home_of, is_registered

BATCH: Final = 1000
_PENDING: Final = f"_{APP_LABEL}_deletions"

GetModel = Callable[[], Any]
Pending = dict[type[models.Model], tuple[set[Any], set[Any]]]


class DeletionWatch:
    """Receivers that delete the links of objects of the registered models."""

    def __init__(self, get_link_model: GetModel) -> None:
        """Create the receivers.

        Args:
            get_link_model: Function that returns the model of the links.
        """
        self.get_link_model = get_link_model

    def start(self) -> None:
        """Connect the receivers, and connect them again when a test overrides the setting."""
        self.connect()
        setting_changed.connect(self._on_setting_changed, dispatch_uid=f"{APP_LABEL}.watch")

    def connect(self) -> None:
        """Connect the receivers only to models whose objects can have links.

        Django can't delete the rows of a model in a single query if it has receivers of the deletion signals.
        """
        for model in apps.get_models():
            if home_of(model) is model._meta.concrete_model and (is_registered(model) or _has_relation(model)):
                pre_delete.connect(self.collect, sender=model, dispatch_uid=f"{APP_LABEL}.collect")
                post_delete.connect(self.forget, sender=model, dispatch_uid=f"{APP_LABEL}.forget")
            else:
                pre_delete.disconnect(sender=model, dispatch_uid=f"{APP_LABEL}.collect")
                post_delete.disconnect(sender=model, dispatch_uid=f"{APP_LABEL}.forget")

    def collect(self, sender: type[models.Model], instance: models.Model, origin: Any = None, **kwargs: Any) -> None:
        """Collect an object that is about to be deleted, by the call of ``delete()``."""
        if origin is not None:
            pending: Pending = origin.__dict__.setdefault(_PENDING, {})
            pending.setdefault(sender, (set(), set()))[0].add(instance.pk)

    def forget(
        self, sender: type[models.Model], instance: models.Model, using: str, origin: Any = None, **kwargs: Any
    ) -> None:
        """Delete the links of the object and of all objects that were deleted with it."""
        pending: Pending = {} if origin is None else origin.__dict__.get(_PENDING, {})
        waiting, done = pending.get(sender, (set(), set()))
        if instance.pk not in done:
            waiting.add(instance.pk)
            self.sweep(sender, waiting, using)
            done.update(waiting)
            waiting.clear()
        done.discard(instance.pk)
        if not waiting and not done and pending:
            pending.pop(sender, None)
            if not pending:
                del origin.__dict__[_PENDING]

    def sweep(self, model: type[models.Model], keys: Iterable[Any], using: str) -> None:
        """Delete the links to objects that do not exist, in the database ``using``.

        Does nothing in a database without the table of the links, such as the schema of a tenant.

        Args:
            model: The model of the objects.
            keys: Primary keys of the objects to check.
            using: The alias of the database.
        """
        links = self.get_link_model()
        rest = iter(keys)
        try:
            while part := list(islice(rest, BATCH)):
                with transaction.atomic(using=using):
                    delete_orphans(links._base_manager.using(using), model, part)
        except (ProgrammingError, OperationalError):
            if links._meta.db_table in connections[using].introspection.table_names():
                raise

    def _on_setting_changed(self, *, setting: str, **kwargs: Any) -> None:
        if setting == SETTING:
            self.connect()


def delete_orphans(links: models.QuerySet[Any], model: type[models.Model], keys: Iterable[Any] | None = None) -> int:
    """Delete the links to objects of the model that do not exist.

    Args:
        links: Links of one database.
        model: The model of the objects.
        keys: Primary keys of the objects to check; ``None`` checks all.

    Returns:
        The number of deleted links.
    """
    column = key_column(model)
    orphans = links.filter(content_type=content_type_of(model, links.db))
    if keys is not None:
        orphans = orphans.filter(**{f"{column}__in": list(keys)})
    objects = model._base_manager.using(links.db).filter(pk=OuterRef(column))
    return int(orphans.filter(~Exists(objects)).delete()[0])


def remove_all_orphans(links: models.QuerySet[Any]) -> dict[str, int]:
    """Delete the links to objects and models that do not exist; see ``services.remove_orphans``.

    Links to a child model whose parent model was registered later are moved to the parent.

    Args:
        links: Links of one database.

    Returns:
        The number of deleted links by the label of the model.
    """
    removed = {}
    used = links.order_by().values_list("content_type", flat=True).distinct()
    for content_type in ContentType.objects.using(links.db).filter(pk__in=list(used)):
        model = content_type.model_class()
        if model is None:
            count = int(links.filter(content_type=content_type).delete()[0])
        else:
            if home_of(model) is not model:
                _move_home(links, content_type, model)
            count = delete_orphans(links, model)
            count += int(links.filter(content_type=content_type, **{key_column(model): None}).delete()[0])
        removed[f"{content_type.app_label}.{content_type.model}"] = count
    return removed


def _move_home(links: models.QuerySet[Any], content_type: ContentType, model: type[models.Model]) -> None:
    home, end, column = content_type_of(model, links.db), links.model.end, key_column(model)
    moving = links.filter(content_type=content_type)
    twins = links.filter(**{column: OuterRef(column), end: OuterRef(end)}, content_type=home)
    there = list(moving.filter(Exists(twins)).values_list("pk", flat=True))
    links.filter(pk__in=there).delete()
    moving.update(content_type=home)


def _has_relation(model: type[models.Model]) -> bool:
    return any(isinstance(field, LinkRelation) for field in model._meta.private_fields)
