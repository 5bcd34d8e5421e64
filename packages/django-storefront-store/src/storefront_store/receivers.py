"""Signal receivers that update related rows and files after changes."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.db import connections, router, transaction
from django.db.backends.signals import connection_created
from django.db.models import QuerySet
from django.db.models.signals import (
    m2m_changed,
    post_delete,
    post_migrate,
    post_save,
    pre_delete,
    pre_migrate,
    pre_save,
)

from storefront_store import databases
from storefront_store.conf import app_settings, get_model
from storefront_store.databases import has_table
from storefront_store.models import (
    AbstractCollection,
    CatalogueVersion,
    OptionSet,
    ProductImage,
    ProductWord,
    Promotion,
    Review,
    SearchWord,
)
from storefront_store.querysets import ProductQuerySet
from storefront_store.querysets.summaries import LATER, renew, when_due
from storefront_store.services import privacy

RELEASED = "_storefront_store_released"  # set on a queryset being deleted: the database for which it was handled
REMADE = (CatalogueVersion, OptionSet, ProductWord, SearchWord)  # models whose rows the store recreates by itself


def connect() -> None:
    """Connect all receivers; called after the models are loaded."""
    user_model = settings.AUTH_USER_MODEL
    post_save.connect(create_customer_for_new_user, sender=user_model, dispatch_uid="storefront_store.customer")
    pre_delete.connect(release_user, sender=user_model, dispatch_uid="storefront_store.release")
    pre_migrate.connect(
        keep_relations, sender=apps.get_app_config("storefront_store"), dispatch_uid="storefront_store.keep_relations"
    )
    post_migrate.connect(remember_tables, dispatch_uid="storefront_store.tables")
    connection_created.connect(limit_waits, dispatch_uid="storefront_store.limits")
    for model in (get_model("ProductGroup"), get_model("Collection"), Promotion, ProductImage):
        uid = f"storefront_store.version.{model._meta.label_lower}"
        post_save.connect(bump_catalogue_version, sender=model, dispatch_uid=uid)
        post_delete.connect(bump_catalogue_version, sender=model, dispatch_uid=uid)
    product = get_model("Product")
    post_save.connect(follow_saved_product, sender=product, dispatch_uid="storefront_store.saved_product")
    pre_delete.connect(remember_product, sender=product, dispatch_uid="storefront_store.remember_product")
    post_delete.connect(follow_deleted_product, sender=product, dispatch_uid="storefront_store.deleted_product")
    post_save.connect(follow_loaded_review, sender=Review, dispatch_uid="storefront_store.loaded_review")
    pre_delete.connect(lock_reviewed_product, sender=Review, dispatch_uid="storefront_store.reviewed_product")
    post_delete.connect(follow_deleted_review, sender=Review, dispatch_uid="storefront_store.deleted_review")
    m2m_changed.connect(
        bump_catalogue_version, sender=Promotion.products.through, dispatch_uid="storefront_store.version.promotions"
    )
    pre_delete.connect(
        release_variants, sender=get_model("ProductGroup"), dispatch_uid="storefront_store.release_variants"
    )
    pre_save.connect(discard_replaced_file, sender=ProductImage, dispatch_uid="storefront_store.replaced_file")
    post_delete.connect(discard_file, sender=ProductImage, dispatch_uid="storefront_store.file")


def create_customer_for_new_user(instance: Any, created: bool, using: str, raw: bool = False, **kwargs: Any) -> None:
    """Create a customer for each new user, in the user's database, except for users loaded from fixtures."""
    if created and not raw and app_settings.CUSTOMER_FOR_USER(instance):
        alias = _database_of(instance, using)
        if has_table(get_model("Customer"), alias):
            get_model("Customer")(user=instance).save(using=alias, force_insert=True)


def release_user(instance: Any, using: str, origin: Any = None, **kwargs: Any) -> None:
    """Erase the personal data of deleted users, once for all users deleted together.

    Django sends the signal for each user. The first signal of a deleted queryset handles all its users.
    """
    model = type(instance)
    together = isinstance(origin, QuerySet) and origin.model is model
    if together and getattr(origin, RELEASED, None) == using:
        return
    alias = _database_of(instance, using)
    if has_table(get_model("Customer"), alias):
        chosen = origin.using(using).values("pk") if together else [instance.pk]
        privacy.release(model._base_manager.using(alias).filter(pk__in=chosen))
    if together:
        setattr(origin, RELEASED, using)


def _database_of(user: Any, using: str) -> str:
    """Return the database of a user's rows in the store: the user's own, unless a router decides otherwise."""
    if user._state.db not in (None, using):
        return using  # The user is written to, or deleted from, another database than the one it was read from.
    alias: str = router.db_for_write(get_model("Customer"), instance=user)
    return alias


def release_variants(instance: Any, using: str, **kwargs: Any) -> None:
    """Remove the products from a deleted group and update their search words."""
    products = ProductQuerySet(model=get_model("Product"), using=using)
    keys = list(products.filter(group=instance.pk).values_list("pk", flat=True))
    if keys:
        products.filter(pk__in=keys).update(group=None)
        products.filter(pk__in=keys).reindex()


def bump_catalogue_version(instance: Any, using: str, **kwargs: Any) -> None:
    """Raise the catalogue version after a change of rows other than products."""
    if has_table(CatalogueVersion, using):
        collections = [instance.pk] if isinstance(instance, AbstractCollection) else []
        when_due(partial(CatalogueVersion.objects.db_manager(using).bump, collections))


def follow_saved_product(instance: Any, created: bool, using: str, raw: bool = False, **kwargs: Any) -> None:
    """Update the rows that depend on a saved product. For fixtures, the previous values are not known."""
    if not has_table(CatalogueVersion, using):
        return
    stored = None if raw else instance.stored
    if stored is None:
        renew(
            type(instance),
            using,
            collections=None if raw and not created else [instance.collection_id],
            counts=True,
            groups=[instance.group_id],
        )
        return
    now = {"collection": instance.collection_id, "is_active": instance.is_active}
    shown = {**now, "group": instance.group_id, "stocked": instance.inventory > 0}
    shown |= {name: getattr(instance, name) for name in ("title_key", "unit_price", "last_update")}
    before = {**stored, "stocked": stored["inventory"] > 0}
    renew(
        type(instance),
        using,
        collections=[instance.collection_id, stored["collection"]],
        counts=any(stored[name] != value for name, value in now.items()),
        groups=[instance.group_id, stored["group"]]
        if any(before[name] != value for name, value in shown.items())
        else [],
    )


def remember_product(instance: Any, using: str, origin: Any = None, **kwargs: Any) -> None:
    """Remember the collection and group of a product before it is deleted."""
    if not hasattr(origin, LATER):
        rows = type(instance)._base_manager.using(using).filter(pk=instance.pk)
        instance.stored = rows.select_for_update().values(*instance.STORED).first()


def follow_deleted_product(instance: Any, using: str, origin: Any = None, **kwargs: Any) -> None:
    """Update the rows that depended on a deleted product."""
    if not hasattr(origin, LATER) and instance.stored is not None:
        place = instance.stored
        renew(type(instance), using, collections=[place["collection"]], counts=True, groups=[place["group"]])


def follow_loaded_review(instance: Any, using: str, raw: bool = False, **kwargs: Any) -> None:
    """Update the rating of a product after a review of it was loaded from a fixture; ``save()`` handles other cases."""
    if raw:
        Review.objects.db_manager(using).all().follow([instance.product_id])


def lock_reviewed_product(instance: Any, using: str, origin: Any = None, **kwargs: Any) -> None:
    """Lock the product before a review of it is deleted."""
    if _stays(origin):
        Review.objects.db_manager(using).all().lock_products([instance.product_id])


def follow_deleted_review(instance: Any, using: str, origin: Any = None, **kwargs: Any) -> None:
    """Update the rating of the product of a deleted review, unless the product is deleted as well."""
    if _stays(origin):
        Review.objects.db_manager(using).all().follow([instance.product_id])


def _stays(origin: Any) -> bool:
    """Return whether the product of a deleted review remains and its rating is not updated elsewhere."""
    model = getattr(origin, "model", type(origin))
    return model is not get_model("Product") and not hasattr(origin, LATER)


def remember_tables(using: str, **kwargs: Any) -> None:
    """Cache after a migration that the tables exist."""
    has_table(get_model("Customer"), using)


def keep_relations(plan: Any, using: str, **kwargs: Any) -> None:
    """Refuse to reverse the migration of the relations while the tables have rows, because it could not be reapplied.

    Raises:
        CommandError: If there are rows. Nothing has been migrated at that point.
    """
    backwards = {migration.name for migration, back in plan if back and migration.app_label == "storefront_store"}
    if "0002_relations" not in backwards or "0001_tables" in backwards:
        return
    tables = connections[using].introspection.table_names()
    filled = [
        model._meta.label
        for model in apps.get_app_config("storefront_store").get_models()
        if model._meta.db_table in tables and model not in REMADE and model._base_manager.using(using).exists()
    ]
    if filled:
        raise CommandError(
            f"The store has rows, whose relations would be lost: {', '.join(sorted(filled))}. "
            "Empty its tables, or run migrate storefront_store zero, which deletes them."
        )


def limit_waits(connection: Any, **kwargs: Any) -> None:
    """Set the lock timeout and statement timeout of a new connection."""
    databases.limit_waits(connection, lock=app_settings.LOCK_TIMEOUT, statement=app_settings.STATEMENT_TIMEOUT)


def discard_replaced_file(instance: ProductImage, using: str, **kwargs: Any) -> None:
    """Delete the replaced file after the change of its row is committed."""
    old = ProductImage.objects.using(using).filter(pk=instance.pk).first() if instance.pk else None
    if old is not None and old.image != instance.image:
        _discard_after_commit(old, using)


def discard_file(instance: ProductImage, using: str, **kwargs: Any) -> None:
    """Delete the file after the deletion of its row is committed."""
    _discard_after_commit(instance, using)


def _discard_after_commit(image: ProductImage, using: str) -> None:
    name = image.image.name
    if name:
        transaction.on_commit(partial(image.image.storage.delete, name), using=using, robust=True)
