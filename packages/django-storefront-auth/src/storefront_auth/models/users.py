"""The user model."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from storefront_auth.accounts.fields import IdentityKeyField, key_fields, refresh_keys, with_key_fields
from storefront_auth.accounts.identity import identity_key
from storefront_auth.accounts.validators import validate_printable, validate_unmistakable
from storefront_auth.querysets import StorefrontUserManager


class AbstractStorefrontUser(AbstractUser):
    """Django's user with a required email address.

    Names and addresses are unique regardless of case and Unicode form.
    """

    username = models.CharField(
        _("username"),
        max_length=150,
        unique=True,
        help_text=_("Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only."),
        validators=[UnicodeUsernameValidator(), validate_unmistakable],
        error_messages={"unique": _("A user with that username already exists.")},
    )
    first_name = models.CharField(_("first name"), max_length=150, blank=True, validators=[validate_printable])
    last_name = models.CharField(_("last name"), max_length=150, blank=True, validators=[validate_printable])
    email = models.EmailField(
        _("email address"),
        unique=True,
        error_messages={"unique": _("A user with that email address already exists.")},
    )
    username_key: ClassVar[Any] = IdentityKeyField(source="username")
    email_key: ClassVar[Any] = IdentityKeyField(source="email")

    objects: ClassVar[StorefrontUserManager] = StorefrontUserManager()

    class Meta(AbstractUser.Meta):
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save the user, together with the keys of a changed name or address."""
        if update_fields is not None:
            update_fields = with_key_fields(type(self), update_fields)
        else:
            # Django does not save a deferred key, even if its source changed.
            refresh_keys(self)
        super().save(*args, update_fields=update_fields, **kwargs)

    save.alters_data = True  # type: ignore[attr-defined]

    def validate_unique(self, exclude: Collection[str] | None = None) -> None:
        """Report a duplicate at the field that the user filled in, because forms do not contain the key columns."""
        exclude = set(exclude or ())
        keys = key_fields(type(self))
        errors: dict[str, Any] = {}
        try:
            super().validate_unique(exclude=exclude | set(keys.values()))
        except ValidationError as error:
            errors = error.error_dict
        others = type(self)._default_manager.using(self._state.db).exclude(pk=self.pk)
        for source, key in keys.items():
            if source in exclude or source in errors:
                continue
            if others.filter(**{key: identity_key(getattr(self, source) or "")}).exists():
                errors[source] = [self.unique_error_message(type(self), (source,))]
        if errors:
            raise ValidationError(errors)


class User(AbstractStorefrontUser):
    """User model for projects that need no further fields: ``AUTH_USER_MODEL = "storefront_auth.User"``."""

    class Meta(AbstractStorefrontUser.Meta):
        swappable = "AUTH_USER_MODEL"
