"""A request that comes twice is carried out once, and answered twice with the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from storefront_store.conf import app_settings
from storefront_store.exceptions import Busy, IdempotencyMismatch, InvalidInput
from storefront_store.models import IdempotencyRecord
from storefront_store.services.transactions import use_case, using
from storefront_store.types import AnyUser

MAX_KEY_LENGTH: Final = 255

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer as it goes over the wire.

    Attributes:
        status: The HTTP status.
        body: The exact bytes.
        replayed: Whether they were kept from an earlier call.
    """

    status: int
    body: bytes
    replayed: bool


def digest(*parts: bytes) -> str:
    """Hash the parts, each framed by its length, so that no two lists of parts look alike."""
    result = hashlib.sha256()
    for part in parts:
        result.update(len(part).to_bytes(8, "big") + part)
    return result.hexdigest()


def check_key(key: str) -> None:
    """Refuse a key that nobody can have meant.

    Raises:
        InvalidInput: If it is empty, too long, or holds control characters.
    """
    if not key.strip() or len(key) > MAX_KEY_LENGTH or not key.isprintable():
        raise InvalidInput(_("An idempotency key has 1 to %(limit)s printable characters.") % {"limit": MAX_KEY_LENGTH})


@use_case
def run(
    user: AnyUser | None,
    key: str,
    fingerprint: str,
    action: Callable[[], ResultT],
    render: Callable[[ResultT], tuple[int, bytes]],
    *,
    guest: str = "",
) -> Outcome:
    """Carry out ``action`` unless it was under this key before.

    The claim on the key, the action and the kept answer are one transaction: whoever comes second waits for the
    first, then gets its answer, or takes its place if it failed.

    Args:
        user: Whose key it is. Other people's keys are independent. None for a guest.
        key: What the client chose.
        fingerprint: A digest of the request; another one under the same key is an error.
        action: The use case.
        render: Turns the action's result into the status and the bytes to answer with.
        guest: What tells one guest from another, such as the cart.

    Returns:
        The answer to send.

    Raises:
        InvalidInput: If the key is unusable.
        IdempotencyMismatch: If the key was used for another request.
        Busy: If the claim could be neither made nor read.
    """
    check_key(key)
    owner = f"guest {guest}" if user is None else f"user {user.pk}"
    key_digest = digest(owner.encode(), key.encode("utf-8", "surrogatepass"))
    record = _claim(user, key_digest, fingerprint)
    if record.status is not None:
        if record.fingerprint != fingerprint:
            raise IdempotencyMismatch
        return Outcome(record.status, bytes(record.body), replayed=True)
    status, body = render(action())
    IdempotencyRecord.objects.filter(pk=record.pk).update(status=status, body=body)
    return Outcome(status, body, replayed=False)


def _claim(user: Any, key_digest: str, fingerprint: str) -> IdempotencyRecord:
    """Insert the claim, or return the finished record that is in its way; one past its time gives way."""
    records = IdempotencyRecord.objects.filter(key_digest=key_digest)
    for _attempt in range(2):
        try:
            with transaction.atomic(using=using()):
                return IdempotencyRecord.objects.create(user=user, key_digest=key_digest, fingerprint=fingerprint)
        except IntegrityError:
            record = records.using(using()).filter(created_at__gte=_oldest_kept()).first()
            if record is not None:
                return record
            records.filter(created_at__lt=_oldest_kept()).delete()
    raise Busy  # the user is being deleted, or a transaction around this one is blind to the record in the way


def purge(
    *, batch_size: int = 1000, dry_run: bool = False, advance: Callable[[int], object] = lambda done: None
) -> int:
    """Delete the records that are past their time.

    Args:
        batch_size: Rows deleted in one transaction.
        dry_run: Count only.
        advance: Told the number of records dealt with since the last call.

    Returns:
        How many there were.
    """
    old = IdempotencyRecord.objects.filter(created_at__lt=_oldest_kept())
    if dry_run:
        return old.count()
    purged = 0
    while keys := list(old.order_by("created_at").values_list("pk", flat=True)[:batch_size]):
        purged += _purge_batch(keys)
        advance(len(keys))
    return purged


@use_case
def _purge_batch(keys: list[Any]) -> int:
    return IdempotencyRecord.objects.filter(pk__in=keys).delete()[0]


def _oldest_kept() -> Any:
    return timezone.now() - timedelta(hours=app_settings.IDEMPOTENCY_HOURS)
