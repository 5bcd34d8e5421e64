"""The state of a user's tokens."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from storefront_auth.models.deletion import cascade_where_installed
from storefront_auth.querysets import TokenStateQuerySet


def random_version() -> int:
    """Return a random version for a new token state.

    It is random so that the tokens of a deleted account are not valid for a new account with the same primary key. It
    is below 2**53 because the claim is a JSON number.
    """
    return secrets.randbelow(2**52)


class TokenState(models.Model):
    """The version that valid tokens and sessions of a user contain; created at the first login."""

    user: models.OneToOneField[Any, Any] = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=cascade_where_installed,
        primary_key=True,
        related_name="storefront_token_state",
        verbose_name=_("user"),
    )
    version: models.PositiveBigIntegerField[int, int] = models.PositiveBigIntegerField(
        _("version"), default=random_version
    )
    awaits_activation: models.BooleanField[bool, bool] = models.BooleanField(
        _("awaits activation"),
        default=False,
        help_text=_("Whether a link in a mail may activate the account. Never true for one that staff switched off."),
    )

    objects: ClassVar[Any] = TokenStateQuerySet.as_manager()

    class Meta:
        verbose_name: ClassVar[Any] = _("token state")
        verbose_name_plural: ClassVar[Any] = _("token states")

    def __str__(self) -> str:
        """Return the user's name."""
        return str(self.user)
