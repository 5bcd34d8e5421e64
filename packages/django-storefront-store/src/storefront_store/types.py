"""Types shared by the modules of the package."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

#: A user of the model that ``AUTH_USER_MODEL`` names, or an anonymous one.
AnyUser: TypeAlias = "AbstractBaseUser | AnonymousUser"
#: A primary key.
Key: TypeAlias = "int | str | UUID"
