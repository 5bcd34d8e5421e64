"""What attempts are counted by: a network address or an account name."""

from __future__ import annotations

import ipaddress
import re
import unicodedata

from django.http import HttpRequest
from rest_framework.request import Request

from storefront_auth.accounts.identity import MAX_IDENTIFIER_LENGTH, fold
from storefront_auth.conf import app_settings

# Some proxies write the port, too, which is another one with every connection.
_WITH_PORT = re.compile(r"\[(?P<v6>.+)\](:\d+)?|(?P<v4>[\d.]+):\d+")


def client_address(request: HttpRequest | Request) -> str:
    """Return the address to count a request by: for IPv6 the network, in which a client has many addresses.

    ``X-Forwarded-For`` counts only if ``NUM_PROXIES`` says how many trusted proxies write into it, and only if it has
    as many entries; otherwise it is the address of the peer.

    Args:
        request: The request.

    Returns:
        The address, or ``"unknown"`` if it is none.
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
    """Return one name for all spellings that some database would take for one account.

    Collations ignore case, accents, blanks and invisible characters; none of them may give another try.

    Args:
        identifier: The name or address that was typed.
    """
    letters = unicodedata.normalize("NFKD", fold(identifier[:MAX_IDENTIFIER_LENGTH]))
    return "".join(letter for letter in letters if unicodedata.category(letter)[0] not in "MCZ")
