"""What is derived from a row for sorting and searching, and kept in step with it."""

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
    """Keeps columns that are worked out from others.

    Attributes:
        DERIVED: Each derived column with the fields that it is made from.
    """

    DERIVED: ClassVar[dict[str, tuple[str, ...]]] = {"title_key": ("title",)}

    title_key: FoldedField = FoldedField(
        _("sort key"), max_length=MAX_KEY_LENGTH, default="", blank=True, editable=False
    )

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save, with the derived columns in step with the fields that they are made from."""
        if update_fields is None:
            self.derive()
        else:
            derived = self.derived_from(update_fields)
            if derived:
                self.derive()
            update_fields = {*update_fields, *derived}
        super().save(*args, update_fields=update_fields, **kwargs)

    def derive(self) -> None:
        """Bring the derived columns up to date in memory."""
        for name, value in self.derived_values().items():
            setattr(self, name, value)

    def derived_values(self) -> dict[str, Any]:
        """Return what each derived column should hold."""
        return {"title_key": sort_key(str(getattr(self, "title", "")))}

    @classmethod
    def derived_from(cls, names: Iterable[str]) -> set[str]:
        """Return the derived columns that change with one of the fields ``names``."""
        changed = set(names)
        return {column for column, sources in cls.DERIVED.items() if changed.intersection(sources)}


class SearchableModel(DerivedModel):
    """Keeps the words by which a row is found, in :class:`ProductWord`.

    Attributes:
        SEARCHED_FIELDS: The fields whose text can be found.
    """

    SEARCHED_FIELDS: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save, and write the words anew if they have changed."""
        if update_fields is not None:
            update_fields = set(update_fields)
            if not update_fields.intersection(self.SEARCHED_FIELDS):
                super().save(*args, update_fields=update_fields, **kwargs)
                return
        using = kwargs.get("using") or router.db_for_write(type(self), instance=self)
        kwargs["using"] = using
        rows = SearchableQuerySet(model=type(self), using=using)
        with transaction.atomic(using=using):
            # The row may hold other words than this instance was loaded with.
            stored = None
            if self.pk is not None and (not self._state.adding or self._meta.pk.default is models.NOT_PROVIDED):
                stored = rows.filter(pk=self.pk).select_for_update().values_list("search_digest", flat=True).first()
                self.forget_stale_words()
            super().save(*args, update_fields=update_fields, **kwargs)
            if stored != self.search_digest:  # type: ignore[attr-defined]
                rows.index_words([self], is_new=stored is None)

    def forget_stale_words(self) -> None:
        """Read what the words are made from besides this row again, now that it is locked."""


class SearchWord(models.Model):
    """A word that occurs in some product, the key of a SKU, or what stands for a collection.

    A search looks for its words in here first: parts of words are found among the few thousand that a catalogue
    uses, instead of in each of its texts.
    """

    class Kind(models.TextChoices):
        """What the word comes from."""

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


class ProductWord(models.Model):
    """One word of one product.

    ``word`` is the key of a :class:`SearchWord`, or stands for a collection or for the value of an option. There are
    no foreign key constraints in the database: the table has many rows, and each is written in large numbers.
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
        """Return the keys of the word and of the product."""
        return f"{self.word}: {self.product_id}"
