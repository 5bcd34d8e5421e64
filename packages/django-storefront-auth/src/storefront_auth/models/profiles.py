"""The profile of a user."""

from __future__ import annotations

from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext_lazy as _

from storefront_auth.accounts.validators import validate_printable
from storefront_auth.models.deletion import cascade_where_installed


def default_time_zone() -> str:
    """Return the site's time zone."""
    return settings.TIME_ZONE


def default_language() -> str:
    """Return the site's language as one of ``LANGUAGES``."""
    try:
        return get_supported_language_variant(settings.LANGUAGE_CODE)
    except LookupError:
        return settings.LANGUAGE_CODE


def validate_time_zone(value: str) -> None:
    """Raise ``ValidationError`` unless ``value`` names a time zone."""
    if value not in available_timezones():
        raise ValidationError(_("There is no such time zone."), code="unknown_time_zone")


def validate_language(value: str) -> None:
    """Raise ``ValidationError`` unless ``value`` is one of the site's ``LANGUAGES``."""
    if value not in dict(settings.LANGUAGES):
        raise ValidationError(_("This language is not available."), code="unknown_language")


class ProfileManager(models.Manager["Profile"]):
    """Finds profiles by the name of their user."""

    def get_by_natural_key(self, username: str) -> Profile:
        """Return the profile of the user with this name."""
        user = get_user_model()._default_manager.get_by_natural_key(username)
        return self.get(user=user)


class Profile(models.Model):
    """The public name and the preferences of a user, separate from the account."""

    user: models.OneToOneField[Any, Any] = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=cascade_where_installed,
        related_name="storefront_profile",
        verbose_name=_("user"),
    )
    display_name: models.CharField[str, str] = models.CharField(
        _("display name"), max_length=150, blank=True, validators=[validate_printable]
    )
    time_zone: models.CharField[str, str] = models.CharField(
        _("time zone"), max_length=63, default=default_time_zone, validators=[validate_time_zone]
    )
    language: models.CharField[str, str] = models.CharField(
        _("language"), max_length=35, default=default_language, validators=[validate_language]
    )

    objects: ClassVar[Any] = ProfileManager()

    class Meta:
        verbose_name: ClassVar[Any] = _("profile")
        verbose_name_plural: ClassVar[Any] = _("profiles")

    def __str__(self) -> str:
        """Return the display name, or the user's name."""
        return self.display_name or str(self.user)

    def save(self, *args: Any, force_insert: Any = False, using: str | None = None, **kwargs: Any) -> None:
        """Save the profile; a new one replaces the profile that was created with its user.

        Factories create a user and then a profile, although the user has one already.
        """
        if self._state.adding and not self.pk:
            profiles = type(self)._base_manager.using(using or self.user._state.db)
            existing = profiles.filter(user_id=self.user_id).values_list("pk", flat=True).first()
            self.pk = existing
            force_insert = force_insert and existing is None
        super().save(*args, force_insert=force_insert, using=using, **kwargs)

    save.alters_data = True  # type: ignore[attr-defined]

    def natural_key(self) -> tuple[str, ...]:
        """Return the natural key of the user."""
        return self.user.natural_key()

    natural_key.dependencies = [settings.AUTH_USER_MODEL]  # type: ignore[attr-defined]
