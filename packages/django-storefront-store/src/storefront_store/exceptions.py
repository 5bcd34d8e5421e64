"""What can go wrong in a use case. The API, the admin and commands each turn these into their own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


class StoreError(Exception):
    """The base of all errors that the use cases raise on purpose.

    Attributes:
        code: A stable, machine-readable name.
        message: What to tell a person.
        field: The input field at fault, or None.
    """

    code: ClassVar[str] = "error"
    message: Any = _("The request could not be carried out.")
    field: str | None = None

    def __init__(self, message: Any = None, *, field: str | None = None) -> None:
        self.message = message or self.message
        self.field = field or self.field
        super().__init__(self.message)


class NotFound(StoreError):
    """The thing acted on is not there, or not for this person."""

    code = "not_found"
    message: Any = _("Not found.")


class InvalidInput(StoreError):
    """A value is well-formed and still can't be accepted."""

    code = "invalid"


class Conflict(StoreError):
    """The state of things forbids the step."""

    code = "conflict"


class TotalChanged(Conflict):
    """The total is not the one that the client has shown."""

    code = "total_changed"
    message: Any = _("The total has changed.")

    def __init__(self, *, expected: Decimal, total: Decimal) -> None:
        super().__init__()
        self.expected = expected
        self.total = total


class InvalidTransition(Conflict):
    """An order can't go from the state it is in to the one asked for."""

    code = "invalid_transition"
    message: Any = _("This order can't take that step.")


class StaleInventory(Conflict):
    """The inventory of a product was changed from a number that is out of date."""

    code = "stale_inventory"
    message: Any = _("The stock has changed since it was read. Fetch the product again, or send its ETag in If-Match.")


class PreconditionFailed(StoreError):
    """The resource is not the version that the client has named."""

    code = "precondition_failed"
    message: Any = _("The resource has changed; fetch it again.")


class Protected(Conflict):
    """Other rows refer to what should be deleted."""

    code = "protected"


@dataclass(frozen=True, slots=True)
class Shortage:
    """One product of which a checkout wanted more than there is.

    Attributes:
        product_id: The product.
        requested: Units wanted.
        available: Units that could be had.
    """

    product_id: Any
    requested: int
    available: int


class _LinesRefused(Conflict):
    def __init__(self, items: Sequence[Shortage]) -> None:
        super().__init__()
        self.items: tuple[Shortage, ...] = tuple(items)


class OutOfStock(_LinesRefused):
    """Less in stock than the cart asks for."""

    code = "out_of_stock"
    message: Any = _("Some products are out of stock.")


class Unavailable(_LinesRefused):
    """The cart holds products that are no longer sold."""

    code = "unavailable"
    message: Any = _("Some products are no longer available.")


class IdempotencyMismatch(StoreError):
    """The idempotency key was used before, for another request."""

    code = "idempotency_mismatch"
    message: Any = _("This idempotency key was used for a different request.")


class Busy(StoreError):
    """The database was too busy, even after trying again."""

    code = "busy"
    message: Any = _("The service is busy. Please try again.")


class Forbidden(StoreError):
    """This person may not do that."""

    code = "permission_denied"
    message: Any = _("You do not have permission to perform this action.")


class OrderRefused(StoreError):
    """A receiver of ``order_placing`` failed, so the order was not placed."""

    code = "order_refused"
    message: Any = _("The order could not be placed. Please try again.")
