"""Type aliases that the modules of the package share."""

from __future__ import annotations

from typing import TypeAlias

from django.contrib.auth.base_user import AbstractBaseUser

#: A user of the model that ``AUTH_USER_MODEL`` names.
AnyUser: TypeAlias = AbstractBaseUser
