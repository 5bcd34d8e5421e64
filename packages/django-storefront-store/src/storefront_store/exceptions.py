"""Exceptions raised by use cases. The API, the admin and the commands translate them into their own responses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


class StoreError(Exception):
    """Base class of the exceptions raised by use cases.

    Attributes:
        code: A stable, machine-readable name.
        message: A message for people.
        field: The input field concerned, or None.
    """

    code: ClassVar[str] = "error"
    message: Any = _("The request could not be carried out.")
    field: str | None = None

    def __init__(self, message: Any = None, *, field: str | None = None) -> None:
        self.message = message or self.message
        self.field = field or self.field
        super().__init__(self.message)


class NotFound(StoreError):
    """The object does not exist, or this user may not know of it."""

    code = "not_found"
    message: Any = _("Not found.")


class InvalidInput(StoreError):
    """A well-formed value is not acceptable."""

    code = "invalid"


class Conflict(StoreError):
    """The operation conflicts with the current state."""

    code = "conflict"


class TotalChanged(Conflict):
    """The total differs from the one that the client expected."""

    code = "total_changed"
    message: Any = _("The total has changed.")

    def __init__(self, *, expected: Decimal, total: Decimal) -> None:
        super().__init__()
        self.expected = expected
        self.total = total


class InvalidTransition(Conflict):
    """An order can't change from its current state to the requested one."""

    code = "invalid_transition"
    message: Any = _("This order can't take that step.")


class StaleInventory(Conflict):
    """A change of a product's inventory is based on an outdated number."""

    code = "stale_inventory"
    message: Any = _("The stock has changed since it was read. Fetch the product again, or send its ETag in If-Match.")


class PreconditionFailed(StoreError):
    """The resource has changed since the client fetched it."""

    code = "precondition_failed"
    message: Any = _("The resource has changed; fetch it again.")


class Protected(Conflict):
    """The object can't be deleted because other rows refer to it."""

    code = "protected"


@dataclass(frozen=True, slots=True)
class Shortage:
    """A product with fewer units available than requested.

    Attributes:
        product_id: The product.
        requested: Units requested.
        available: Units available.
    """

    product_id: Any
    requested: int
    available: int


class _LinesRefused(Conflict):
    def __init__(self, items: Sequence[Shortage]) -> None:
        super().__init__()
        self.items: tuple[Shortage, ...] = tuple(items)


class OutOfStock(_LinesRefused):
    """Fewer units are in stock than requested."""

    code = "out_of_stock"
    message: Any = _("Some products are out of stock.")


class Unavailable(_LinesRefused):
    """Some products of the cart are no longer on sale."""

    code = "unavailable"
    message: Any = _("Some products are no longer available.")


class IdempotencyMismatch(StoreError):
    """The idempotency key was already used for another request."""

    code = "idempotency_mismatch"
    message: Any = _("This idempotency key was used for a different request.")


class Busy(StoreError):
    """The database was too busy, even after retrying."""

    code = "busy"
    message: Any = _("The service is busy. Please try again.")


class Forbidden(StoreError):
    """The user does not have permission for the operation."""

    code = "permission_denied"
    message: Any = _("You do not have permission to perform this action.")


class OrderRefused(StoreError):
    """A receiver of ``order_placing`` failed, so the order was not placed."""

    code = "order_refused"
    message: Any = _("The order could not be placed. Please try again.")
