"""The keys under which attempts are counted: network addresses and account names."""

from __future__ import annotations

import ipaddress
import re
import unicodedata

from django.http import HttpRequest
from rest_framework.request import Request

from storefront_auth.accounts.identity import MAX_IDENTIFIER_LENGTH, fold
from storefront_auth.conf import app_settings

# Some proxies add the port, which differs for each connection.
_WITH_PORT = re.compile(r"\[(?P<v6>.+)\](:\d+)?|(?P<v4>[\d.]+):\d+")


def client_address(request: HttpRequest | Request) -> str:
    """Return the network address under which a request is counted.

    ``X-Forwarded-For`` is read only if ``NUM_PROXIES`` is set and the header has at least that many entries. Otherwise
    the address of the peer is used.

    Args:
        request: The request.

    Returns:
        The address, for IPv6 its network, because a client has many addresses in it; ``"unknown"`` if it is not valid.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if proxies := app_settings.NUM_PROXIES:
        forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        address = (forwarded[-proxies] if len(forwarded) >= proxies else "") or address
    if with_port := _WITH_PORT.fullmatch(address):
        address = with_port["v6"] or with_port["v4"]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def account_name(identifier: str) -> str:
    """Return the same name for all spellings that a database may treat as the same account.

    Collations ignore case, accents, blanks and invisible characters, so these must not allow additional attempts.

    Args:
        identifier: The name or address that was typed.
    """
    letters = unicodedata.normalize("NFKD", fold(identifier[:MAX_IDENTIFIER_LENGTH]))
    return "".join(letter for letter in letters if unicodedata.category(letter)[0] not in "MCZ")
