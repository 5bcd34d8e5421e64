"""The model of product images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import swapper
from django.db import models
from django.utils.translation import gettext_lazy as _

from storefront_store.images import PictureField, image_path


class ProductImage(models.Model):
    """An image of a product. See :mod:`storefront_store.images` for how its file is stored."""

    product: models.ForeignKey[Any, Any] = models.ForeignKey(
        swapper.get_model_name("storefront_store", "Product"),
        verbose_name=_("product"),
        on_delete=models.CASCADE,
        related_name="images",
    )
    image: ClassVar[Any] = PictureField(_("image"), upload_to=image_path, max_length=255)
    alt_text: models.CharField[Any, str] = models.CharField(
        _("alternative text"),
        max_length=255,
        blank=True,
        help_text=_("What the picture shows, for those who can't see it."),
    )

    class Meta:
        ordering: ClassVar[Sequence[str]] = ["pk"]
        verbose_name: ClassVar[Any] = _("product image")
        verbose_name_plural: ClassVar[Any] = _("product images")

    def __str__(self) -> str:
        """Return the name of the file."""
        return str(self.image)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the image; delete a new file if its row can't be written."""
        picture: Any = self.image
        uploaded_as = picture.name if picture else None
        try:
            super().save(*args, **kwargs)
        except Exception:
            if picture and picture.name != uploaded_as:  # it was stored under a generated path
                picture.storage.delete(picture.name)
            raise
