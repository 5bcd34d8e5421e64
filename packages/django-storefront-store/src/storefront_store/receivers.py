"""What follows from changes of rows, whoever makes them."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save

from storefront_store.conf import get_model
from storefront_store.models import CatalogueVersion, ProductImage, Promotion, Review
from storefront_store.querysets import ProductQuerySet
from storefront_store.services import customers


def connect() -> None:
    """Connect all receivers; called once the models are loaded."""
    user_model = settings.AUTH_USER_MODEL
    post_save.connect(create_customer_for_new_user, sender=user_model, dispatch_uid="storefront_store.customer")
    pre_delete.connect(release_customer, sender=user_model, dispatch_uid="storefront_store.release")
    swappable = (get_model(name) for name in ("Product", "ProductGroup", "Collection"))
    for model in (*swappable, Promotion, ProductImage, Review):
        uid = f"storefront_store.version.{model._meta.label_lower}"
        post_save.connect(bump_catalogue_version, sender=model, dispatch_uid=uid)
        post_delete.connect(bump_catalogue_version, sender=model, dispatch_uid=uid)
    m2m_changed.connect(
        bump_catalogue_version, sender=Promotion.products.through, dispatch_uid="storefront_store.version.promotions"
    )
    pre_delete.connect(
        release_variants, sender=get_model("ProductGroup"), dispatch_uid="storefront_store.release_variants"
    )
    pre_save.connect(discard_replaced_file, sender=ProductImage, dispatch_uid="storefront_store.replaced_file")
    post_delete.connect(discard_file, sender=ProductImage, dispatch_uid="storefront_store.file")


def create_customer_for_new_user(instance: Any, created: bool, raw: bool = False, **kwargs: Any) -> None:
    """Give every new user a customer; fixtures bring their own."""
    if created and not raw:
        customers.customer_of(instance)


def release_customer(instance: Any, **kwargs: Any) -> None:
    """Keep the customer of a deleted user only if it has orders."""
    customers.release_user(instance)


def release_variants(instance: Any, using: str, **kwargs: Any) -> None:
    """Let the products of a deleted group stand alone, no longer found by its title."""
    products = ProductQuerySet(model=get_model("Product"), using=using)
    keys = list(products.filter(group=instance.pk).values_list("pk", flat=True))
    if keys:
        products.filter(pk__in=keys).update(group=None)
        products.filter(pk__in=keys).reindex()


def bump_catalogue_version(**kwargs: Any) -> None:
    """Tell readers of catalogue lists that something has changed."""
    CatalogueVersion.objects.bump()


def discard_replaced_file(instance: ProductImage, **kwargs: Any) -> None:
    """Delete the old file once a row points to another one for good."""
    old = ProductImage.objects.filter(pk=instance.pk).first() if instance.pk else None
    if old is not None and old.image != instance.image:
        _discard_after_commit(old)


def discard_file(instance: ProductImage, **kwargs: Any) -> None:
    """Delete the file once its row is gone for good."""
    _discard_after_commit(instance)


def _discard_after_commit(image: ProductImage) -> None:
    name = image.image.name
    if name:
        transaction.on_commit(partial(image.image.storage.delete, name), using=image._state.db, robust=True)
