"""The querysets and managers of the package."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.auth.models import UserManager
from django.db import models, transaction
from django.db.models import F

from storefront_auth.accounts.fields import key_fields, refresh_keys, with_key_fields
from storefront_auth.accounts.identity import identity_key


def token_states(user_model: type[models.Model]) -> TokenStateQuerySet:
    """Return the token states of the users of ``user_model``."""
    relation: Any = user_model._meta.get_field("storefront_token_state")
    return relation.related_model._default_manager.all()


class UserQuerySet(models.QuerySet[Any]):
    """Queryset whose bulk operations also update the unique keys and end the tokens of deactivated users."""

    def update(self, **kwargs: Any) -> int:
        """Update as usual; a changed name or address must be a literal, because its key is computed from it."""
        for source, key in key_fields(self.model).items():
            if source in kwargs and key not in kwargs:
                kwargs[key] = identity_key(kwargs[source])
        if "is_active" not in kwargs:
            return super().update(**kwargs)
        with transaction.atomic(using=self.db):
            users = list(self.values_list("pk", flat=True))
            updated = super().update(**kwargs)
            states = token_states(self.model).using(self.db).of_users(users)
            # Read the stored values, because an expression may give each row a different value.
            states.filter(user__is_active=False).end_tokens()
            states.filter(user__is_active=True).clear_activation()
        return updated

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> int:
        """Update as usual, together with the keys of changed names and addresses."""
        objs, fields = list(objs), list(fields)
        wanted = with_key_fields(self.model, fields)
        if wanted != fields:
            for obj in objs:
                refresh_keys(obj)
        return super().bulk_update(objs, wanted, batch_size=batch_size)

    bulk_update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Create as usual; with ``update_fields``, the keys of changed names and addresses are updated too."""
        if kwargs.get("update_fields"):
            kwargs["update_fields"] = with_key_fields(self.model, kwargs["update_fields"])
        return super().bulk_create(objs, *args, **kwargs)

    bulk_create.alters_data = True  # type: ignore[attr-defined]


class StorefrontUserManager(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Manager that finds users by name regardless of case, because names are unique regardless of case."""

    def get_by_natural_key(self, username: str | None) -> Any:
        """Return the user with this name, regardless of case and Unicode form."""
        key = key_fields(self.model).get(self.model.USERNAME_FIELD)
        if key is None:
            return super().get_by_natural_key(username)
        return self.get(**{key: identity_key(username or "")})


class TokenStateQuerySet(models.QuerySet[Any]):
    """Queryset of token states."""

    def of_users(self, users: Collection[Any]) -> TokenStateQuerySet:
        """Return the states of the users with these primary keys."""
        return self.filter(user__in=users)

    def end_tokens(self) -> int:
        """Invalidate every token and session of these users, and return how many users had any."""
        return self.update(version=F("version") + 1)

    end_tokens.alters_data = True  # type: ignore[attr-defined]

    def clear_activation(self) -> int:
        """Invalidate activation links, which work once, and return how many accounts awaited activation.

        An account that became active otherwise must not be reactivated by an old link after staff deactivated it.
        """
        return self.filter(awaits_activation=True).update(awaits_activation=False)

    clear_activation.alters_data = True  # type: ignore[attr-defined]
