"""Base models and tables for the derived columns and search words of rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import swapper
from django.db import models, router, transaction
from django.utils.translation import gettext_lazy as _

from storefront_store.models.fields import FoldedField
from storefront_store.querysets import SearchableQuerySet
from storefront_store.text import MAX_KEY_LENGTH, MAX_WORD_LENGTH, sort_key


class DerivedModel(models.Model):
    """Base class of models with columns derived from other columns.

    Attributes:
        DERIVED: Each derived column with the fields from which it is derived.
        SUMMARIES: Columns derived from other rows. They are written when those rows change and never by ``save()``,
            which would restore outdated values.
    """

    DERIVED: ClassVar[dict[str, tuple[str, ...]]] = {"title_key": ("title",)}
    SUMMARIES: ClassVar[frozenset[str]] = frozenset()

    title_key: FoldedField = FoldedField(
        _("sort key"), max_length=MAX_KEY_LENGTH, default="", blank=True, editable=False
    )

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save the row and update its derived columns."""
        if update_fields is None:
            self.derive()
        else:
            derived = self.derived_from(update_fields)
            if derived:
                self.derive()
            update_fields = {*update_fields, *derived}
        super().save(*args, update_fields=update_fields, **kwargs)

    def _do_update(self, base_qs: Any, using: Any, pk_val: Any, values: Any, *args: Any) -> Any:
        """Update the row without the summaries."""
        kept = [value for value in values if value[0].name not in self.SUMMARIES]
        return super()._do_update(base_qs, using, pk_val, kept, *args)

    def derive(self) -> None:
        """Update the derived columns in memory."""
        for name, value in self.derived_values().items():
            setattr(self, name, value)

    def derived_values(self) -> dict[str, Any]:
        """Return the correct value of each derived column."""
        return {"title_key": sort_key(str(getattr(self, "title", "")))}

    @classmethod
    def derived_from(cls, names: Iterable[str]) -> set[str]:
        """Return the derived columns that depend on one of the fields ``names``."""
        changed = set(names)
        return {column for column, sources in cls.DERIVED.items() if changed.intersection(sources)}


class SearchableModel(DerivedModel):
    """Base class of models whose search words are stored in :class:`ProductWord`.

    Attributes:
        SEARCHED_FIELDS: The fields that are searched.
        STORED: The columns that are read again before a row is written.
        stored: The values of these columns before the last ``save()``; None for a new row.
    """

    SEARCHED_FIELDS: ClassVar[tuple[str, ...]] = ()
    STORED: ClassVar[tuple[str, ...]] = ("search_digest",)

    stored: dict[str, Any] | None = None

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save the row and update its search words if they have changed."""
        if update_fields is not None:
            update_fields = set(update_fields)
        searched = update_fields is None or bool(update_fields.intersection(self.SEARCHED_FIELDS))
        using = kwargs.get("using") or router.db_for_write(type(self), instance=self)
        kwargs["using"] = using
        rows = SearchableQuerySet(model=type(self), using=using)
        with transaction.atomic(using=using):
            self.stored = None
            if self.pk is not None and (not self._state.adding or self._meta.pk.default is models.NOT_PROVIDED):
                # The row may have changed since this instance was loaded.
                self.stored = rows.filter(pk=self.pk).select_for_update().values(*self.STORED).first()
                if searched:
                    self.forget_stale_words()
            super().save(*args, update_fields=update_fields, **kwargs)
            digest = self.stored and self.stored["search_digest"]
            if searched and digest != self.search_digest:  # type: ignore[attr-defined]
                rows.index_words([self], is_new=self.stored is None)

    def forget_stale_words(self) -> None:
        """Reload related objects from which words are derived; called when the row is locked."""


class SearchWord(models.Model):
    """A word that occurs in a product, the key of a SKU, or a marker for a collection.

    A search looks up its words here first, so that parts of words are searched among the few thousand distinct words
    of a catalogue and not in each of its texts.
    """

    class Kind(models.TextChoices):
        """The origin of the word."""

        TEXT = "w", _("text")
        SKU = "s", _("SKU")
        COLLECTION = "c", _("collection")

    id: models.BigIntegerField[Any, int] = models.BigIntegerField(primary_key=True)
    kind: models.CharField[Any, str] = models.CharField(_("kind"), max_length=1, choices=Kind, default=Kind.TEXT)
    word: FoldedField = FoldedField(_("word"), max_length=MAX_WORD_LENGTH, blank=True)

    class Meta:
        verbose_name: ClassVar[Any] = _("search word")
        verbose_name_plural: ClassVar[Any] = _("search words")
        indexes: ClassVar[Any] = [models.Index(fields=["kind", "word"], name="storefront_store_word_kind")]

    def __str__(self) -> str:
        """Return the word."""
        return self.word


class OptionSet(models.Model):
    """The options for a digest of options, so that products can be counted by the digest. Rows are never deleted."""

    digest: models.CharField[Any, str] = models.CharField(_("digest"), max_length=32, primary_key=True)
    options: models.JSONField[Any, Any] = models.JSONField(_("options"), default=dict)

    class Meta:
        verbose_name: ClassVar[Any] = _("option set")
        verbose_name_plural: ClassVar[Any] = _("option sets")

    def __str__(self) -> str:
        """Return the digest."""
        return self.digest


class ProductWord(models.Model):
    """A search word of a product.

    ``word`` is the key of a :class:`SearchWord`, or a marker for a collection or the value of an option. The database
    has no foreign key constraints for it, because the table is large and rows are written in large numbers.
    """

    pk: models.CompositePrimaryKey = models.CompositePrimaryKey("word", "product")
    word: models.BigIntegerField[Any, int] = models.BigIntegerField(_("word"))
    product: models.ForeignKey[Any, Any] = models.ForeignKey(
        swapper.get_model_name("storefront_store", "Product"),
        verbose_name=_("product"),
        on_delete=models.CASCADE,
        related_name="words",
        db_constraint=False,
    )

    class Meta:
        verbose_name: ClassVar[Any] = _("product word")
        verbose_name_plural: ClassVar[Any] = _("product words")

    def __str__(self) -> str:
        """Return the keys of the word and the product."""
        return f"{self.word}: {self.product_id}"
