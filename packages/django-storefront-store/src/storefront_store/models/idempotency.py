"""Stored responses of requests with an idempotency key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class IdempotencyRecord(models.Model):
    """An idempotency key in use and the response that was sent for it.

    The key and its owner are stored as a digest, which has a fixed length and is compared byte by byte on every
    database. Records of guests have no user.
    """

    user: models.ForeignKey[Any, Any] = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="+", null=True
    )
    key_digest: models.CharField[Any, str] = models.CharField(_("key digest"), max_length=64)
    fingerprint: models.CharField[Any, str] = models.CharField(_("fingerprint"), max_length=64)
    status: models.PositiveSmallIntegerField[Any, int | None] = models.PositiveSmallIntegerField(_("status"), null=True)
    body: models.BinaryField[Any, bytes] = models.BinaryField(_("body"), default=b"")
    created_at: models.DateTimeField[Any, datetime] = models.DateTimeField(
        _("created at"), auto_now_add=True, db_index=True
    )

    class Meta:
        ordering: ClassVar[Sequence[str]] = ["-pk"]
        verbose_name: ClassVar[Any] = _("idempotency record")
        verbose_name_plural: ClassVar[Any] = _("idempotency records")
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["key_digest"], name="storefront_store_idempotency_key"),
        ]

    def __str__(self) -> str:
        """Return the user and the beginning of the digest."""
        return f"{self.user_id}: {self.key_digest[:12]}"
