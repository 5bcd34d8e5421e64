from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin, UserManager
from django.db import models

from storefront_auth.models import AbstractStorefrontUser
from storefront_auth.querysets import StorefrontUserManager


class Invoice(models.Model):
    """A row that protects its user."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)

    def __str__(self) -> str:
        return f"invoice of {self.user_id}"


class Member(AbstractStorefrontUser):
    """A host's user with fields of its own."""

    points = models.PositiveIntegerField(default=0)

    class Meta(AbstractStorefrontUser.Meta):
        swappable = "AUTH_USER_MODEL"


class PersonManager(UserManager["Person"]):
    def create_user(  # type: ignore[override]  # people have no username
        self, email: str, password: str | None = None, **values: object
    ) -> Person:
        values.pop("username", None)
        person = self.model(email=email, **values)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser, PermissionsMixin):
    """A host's user that has nothing of ours: known by the address, with a UUID for a key."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)

    objects = PersonManager()

    USERNAME_FIELD = "email"

    class Meta:
        swappable = "AUTH_USER_MODEL"

    def __str__(self) -> str:
        return self.email


class SubscriberManager(StorefrontUserManager):
    def create_user(self, email: str, password: str | None = None, **values: object) -> Subscriber:
        values.pop("username", None)
        subscriber = self.model(email=email, **values)
        subscriber.set_password(password)
        subscriber.save(using=self._db)
        return subscriber


class Subscriber(AbstractStorefrontUser):
    """A host's user that has the address for a name, and otherwise all of ours."""

    username = None  # type: ignore[assignment]
    username_key = None  # type: ignore[assignment]

    objects = SubscriberManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta(AbstractStorefrontUser.Meta):
        swappable = "AUTH_USER_MODEL"


class PlayerManager(BaseUserManager["Player"]):
    def create_user(self, nick: str, password: str | None = None, **values: object) -> Player:
        player = self.model(nick=nick, **values)
        player.set_password(password)
        player.save(using=self._db)
        return player


class Player(AbstractBaseUser, PermissionsMixin):
    """A host's user without an address."""

    nick = models.CharField(max_length=50, unique=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)

    objects = PlayerManager()

    USERNAME_FIELD = "nick"

    class Meta:
        swappable = "AUTH_USER_MODEL"

    def __str__(self) -> str:
        return self.nick
