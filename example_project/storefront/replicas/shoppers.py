"""Who has written recently: keys of shoppers, remembered in the shared cache for as long as a replica may lag."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import re
import time
from collections.abc import Iterable
from typing import Any, Final

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from storefront.replicas.monitor import TRUST_SECONDS

logger = logging.getLogger(__name__)

# UUIDs of carts, keys of guests' orders: whoever knows one acts for the one who has it.
TOKEN: Final = re.compile(rb"[0-9A-Za-z_-]{32,}")
MAX_TOKENS: Final = 20
MAX_BODY: Final = 16_384  # bytes that are searched for tokens
SCHEMES: Final = ("jwt", "bearer")


def hold_seconds() -> float:
    """Return how long after a write the primary is read: longer than the data of a usable replica can be old."""
    return float(settings.REPLICA_LAG_SECONDS + TRUST_SECONDS + 1)


def keys_of(request: HttpRequest) -> set[str]:
    """Return the keys of who sends a request: their account, their session, and the tokens in the URL."""
    names = {f"token:{token}" for token in tokens_in(request.get_full_path().encode())}
    if session := request.COOKIES.get(settings.SESSION_COOKIE_NAME):
        names.add(f"session:{session}")
    if user := claims_of(request).get(settings.SIMPLE_JWT.get("USER_ID_CLAIM", "user_id")):
        names.add(f"user:{user}")
    return digests(names)


def keys_in_body(request: HttpRequest) -> set[str]:
    """Return the keys of the tokens in the JSON body of a request, such as that of the cart that is bought.

    Long bodies and uploads contain none, and are left unread.
    """
    length = request.META.get("CONTENT_LENGTH") or ""
    if request.content_type != "application/json" or not length.isdecimal() or int(length) > MAX_BODY:
        return set()
    try:
        return digests(f"token:{token}" for token in tokens_in(request.body))
    except UnreadablePostError:  # the client has gone; the view handles that
        return set()


def keys_in_response(response: HttpResponse) -> set[str]:
    """Return the keys of the tokens and of the session that a response gives to a client."""
    content = b"" if response.streaming else response.content[:MAX_BODY]
    names = {f"token:{token}" for token in tokens_in(content)}
    if settings.SESSION_COOKIE_NAME in response.cookies:
        names.add(f"session:{response.cookies[settings.SESSION_COOKIE_NAME].value}")
    return digests(names)


def tokens_in(text: bytes) -> list[str]:
    """Return the tokens in a text."""
    return [found.group().decode() for found, _ in zip(TOKEN.finditer(text), range(MAX_TOKENS), strict=False)]


def digests(names: Iterable[str]) -> set[str]:
    """Return names as keys of the cache, which contain no secrets."""
    return {f"written:{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()}" for name in names}


def claims_of(request: HttpRequest) -> dict[str, Any]:
    """Return the claims of the access token.

    The signature is not verified: with a forged token, one reads from the primary and gets 401.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() not in SCHEMES or token.count(".") != 2:
        return {}
    payload = token.split(".")[1]
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def has_new_token(request: HttpRequest) -> bool:
    """Return whether the access token was issued recently, perhaps to an account that the replica does not know yet."""
    issued = claims_of(request).get("iat")
    return isinstance(issued, int | float) and time.time() - issued < hold_seconds()


def remember(keys: set[str]) -> None:
    """Record that these shoppers have written."""
    try:
        caches["default"].set_many(dict.fromkeys(keys, 1), hold_seconds())
    except Exception:  # any exception of the cache's client; reads from the primary until it is back
        logger.warning("Writes could not be recorded in the cache", exc_info=True)


def wrote_recently(keys: set[str]) -> bool:
    """Return whether one of these shoppers has written within :func:`hold_seconds`, or whether that is not known."""
    if not keys:
        return False
    try:
        return bool(caches["default"].get_many(keys))
    except Exception:  # noqa: BLE001  (any exception of the cache's client)
        return True
