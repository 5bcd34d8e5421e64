from __future__ import annotations

from typing import Any, TypeAlias

#: A user of the model that ``AUTH_USER_MODEL`` names. Only the host knows which one it is.
AnyUser: TypeAlias = Any
