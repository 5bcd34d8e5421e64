"""Idempotency keys: a repeated request is executed once and gets the same response again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from storefront_store.conf import app_settings
from storefront_store.exceptions import Busy, IdempotencyMismatch, InvalidInput
from storefront_store.models import IdempotencyRecord
from storefront_store.services.transactions import use_case, using
from storefront_store.statements import PreparedChange, once
from storefront_store.types import AnyUser

MAX_KEY_LENGTH: Final = 255

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The response of a request.

    Attributes:
        status: The HTTP status.
        body: The exact bytes of the body.
        replayed: Whether it was stored by an earlier request.
    """

    status: int
    body: bytes
    replayed: bool


def digest(*parts: bytes) -> str:
    """Return a digest of the parts, each prefixed with its length so that different lists have different digests."""
    result = hashlib.sha256()
    for part in parts:
        result.update(len(part).to_bytes(8, "big") + part)
    return result.hexdigest()


def check_key(key: str) -> None:
    """Validate an idempotency key.

    Raises:
        InvalidInput: If it is empty, too long, or has control characters.
    """
    if not key.strip() or len(key) > MAX_KEY_LENGTH or not key.isprintable():
        raise InvalidInput(_("An idempotency key has 1 to %(limit)s printable characters.") % {"limit": MAX_KEY_LENGTH})


def run(
    user: AnyUser | None,
    key: str,
    fingerprint: str,
    action: Callable[[], ResultT],
    render: Callable[[ResultT], tuple[int, bytes]],
    *,
    guest: str = "",
) -> Outcome:
    """Execute ``action`` unless it was already executed for this key.

    The record of the key, the action and the stored response are written in one transaction. A concurrent request
    with the same key waits for it, then gets the stored response, or executes the action if the first one failed.

    Args:
        user: The owner of the key, or None for a guest. Keys of different users are independent.
        key: The key chosen by the client.
        fingerprint: A digest of the request; it must be the same for all requests with the key.
        action: The use case.
        render: Converts the result of the action to the status and body of the response.
        guest: A value that distinguishes guests, such as the cart.

    Returns:
        The response to send.

    Raises:
        InvalidInput: If the key is invalid.
        IdempotencyMismatch: If the key was used for another request.
        Busy: If the record could be neither written nor read.
    """
    check_key(key)
    owner = f"guest {guest}" if user is None else f"user {user.pk}"
    key_digest = digest(owner.encode(), key.encode("utf-8", "surrogatepass"))
    try:
        return _execute(user, key_digest, fingerprint, action, render)
    except _Taken:
        return _repeat(user, key_digest, fingerprint, action, render)


class _Taken(Exception):
    """There is a record for the key already. The transaction has done nothing yet, and ends."""


@use_case
def _execute(user: Any, key_digest: str, fingerprint: str, action: Any, render: Any) -> Outcome:
    """Insert the record, execute the action and store the response.

    Raises:
        _Taken: If there is a record already.
    """
    try:
        record = IdempotencyRecord.objects.using(using()).create(
            user=user, key_digest=key_digest, fingerprint=fingerprint
        )
    except IntegrityError as error:
        raise _Taken from error
    status, body = render(action())
    _storing().execute(using=using(), record=record.pk, status=status, body=body)
    return Outcome(status, body, replayed=False)


@use_case
def _repeat(user: Any, key_digest: str, fingerprint: str, action: Any, render: Any) -> Outcome:
    """Return the stored response, or execute the action if the record has expired or was deleted in the meantime."""
    records = IdempotencyRecord.objects.using(using()).filter(key_digest=key_digest)
    record = records.filter(created_at__gte=_oldest_kept()).first()
    if record is None:
        records.filter(created_at__lt=_oldest_kept()).delete()
        try:
            return _execute(user, key_digest, fingerprint, action, render)
        except _Taken as error:
            # The user is being deleted, or the snapshot of an outer transaction lacks the existing record.
            raise Busy from error
    if record.status is None:
        raise Busy
    if record.fingerprint != fingerprint:
        raise IdempotencyMismatch
    return Outcome(record.status, bytes(record.body), replayed=True)


@once
def _storing() -> PreparedChange:
    meta = IdempotencyRecord._meta
    return PreparedChange(
        lambda record, status, body: (
            IdempotencyRecord.objects.filter(pk=record),
            {"status": status, "body": body},
        ),
        bound={"record": meta.pk, "status": meta.get_field("status"), "body": meta.get_field("body")},
    )


def purge(
    *, batch_size: int = 1000, dry_run: bool = False, advance: Callable[[int], object] = lambda done: None
) -> int:
    """Delete expired records.

    Args:
        batch_size: Number of rows deleted in one transaction.
        dry_run: Whether to count without deleting.
        advance: Called with the number of records processed since the last call.

    Returns:
        The number of expired records.
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
