"""Downloads from untrusted URLs: public hosts only, with limits on size and time."""

from __future__ import annotations

import http.client
import io
import ipaddress
import socket
import ssl
import time
from collections.abc import Collection
from typing import Any, Final
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.utils.translation import gettext as _

PORTS: Final = {"http": 80, "https": 443}
MOST_REDIRECTS: Final = 3
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
CHUNK: Final = 64 * 1024
SAFE: Final = "/?&=%:@!$'()*+,;~-._"  # characters that are not escaped in a request line
USER_AGENT: Final = "django-storefront-store"


class DownloadError(Exception):
    """The URL can't be fetched or is not allowed."""


def download(address: str, *, limit: int, seconds: float, private_hosts: Collection[str] = ()) -> bytes:
    """Return the content at a URL.

    The host is resolved once, and the connection is made to the checked IP address, so that a later change of the DNS
    record has no effect. Redirects are followed and checked in the same way.

    Args:
        address: An ``http`` or ``https`` URL.
        limit: The maximum number of bytes.
        seconds: The maximum time, including redirects.
        private_hosts: Hosts that may have private IP addresses and use any port.

    Raises:
        DownloadError: If the host is not public, or the response is an error, too large or too slow.
    """
    ends_at = time.monotonic() + seconds
    for _attempt in range(MOST_REDIRECTS + 1):
        parts = _split(address)
        connection = _Connection(parts, ends_at, parts.hostname in private_hosts)
        try:
            answer = connection.get()
            if answer.status in REDIRECTS:
                address = urljoin(address, answer.getheader("Location") or "")
                continue
            if answer.status != http.client.OK:
                raise DownloadError(_("it answers %(status)d") % {"status": answer.status})
            return _read(answer, limit)
        except TimeoutError as error:
            raise DownloadError(_("it takes longer than %(seconds)s seconds") % {"seconds": f"{seconds:g}"}) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise DownloadError(_("it can't be reached: %(reason)s") % {"reason": type(error).__name__}) from error
        finally:
            connection.close()
    raise DownloadError(_("it leads from one address to another"))


def _split(address: str) -> SplitResult:
    if address.startswith("//"):
        address = f"https:{address}"
    try:
        parts = urlsplit(address)
        _port = parts.port
    except ValueError as error:
        raise DownloadError(_("it is not an address")) from error
    if parts.scheme not in PORTS or not parts.hostname:
        raise DownloadError(_("only http and https addresses are fetched"))
    if parts.username or parts.password:
        raise DownloadError(_("addresses with a password are not fetched"))
    return parts


def _read(answer: http.client.HTTPResponse, limit: int) -> bytes:
    length = answer.getheader("Content-Length") or ""
    if length.isdigit() and int(length) > limit:
        raise DownloadError(_("it is larger than %(limit)d KB") % {"limit": limit // 1024})
    data = bytearray()
    while piece := answer.read1(CHUNK):
        data += piece
        if len(data) > limit:
            raise DownloadError(_("it is larger than %(limit)d KB") % {"limit": limit // 1024})
    return bytes(data)


def public_addresses(host: str, port: int, *, allow_private: bool = False) -> list[str]:
    """Resolve a host and return its addresses.

    Raises:
        DownloadError: If it has no address, or one that is not public.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise DownloadError(_("there is no such host")) from error
    addresses = [str(sockaddr[0]) for *_rest, sockaddr in found]
    if not allow_private and not all(_is_public(address) for address in addresses):
        raise DownloadError(_("it is not on a public address"))
    return addresses


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None)
    if inner is not None:
        parsed = inner
    if getattr(parsed, "teredo", None):
        return False
    if parsed in ipaddress.ip_network("64:ff9b::/96"):  # IPv4 behind NAT64
        parsed = ipaddress.ip_address(int(parsed) & 0xFFFFFFFF)
    return parsed.is_global and not parsed.is_multicast


class _Connection:
    """One request on a socket with a total time limit, however slowly data arrive."""

    def __init__(self, parts: SplitResult, ends_at: float, allow_private: bool) -> None:
        self._parts = parts
        self._ends_at = ends_at
        self._allow_private = allow_private
        self._socket: socket.socket | None = None

    def get(self) -> http.client.HTTPResponse:
        """Connect, send the request and return the response."""
        host, scheme = self._parts.hostname or "", self._parts.scheme
        port = self._parts.port or PORTS[scheme]
        if port != PORTS[scheme] and not self._allow_private:
            raise DownloadError(_("port %(port)d is not that of a web site") % {"port": port})
        address = public_addresses(host, port, allow_private=self._allow_private)[0]
        connection = http.client.HTTPConnection(host, port)
        self._socket = self._connect(address, port, host)
        connection.sock = _TimedSocket(self._socket, self._ends_at)
        path = self._parts.path or "/"
        target = f"{path}?{self._parts.query}" if self._parts.query else path
        connection.request("GET", quote(target, safe=SAFE), headers={"User-Agent": USER_AGENT, "Accept": "image/*"})
        return connection.getresponse()

    def close(self) -> None:
        """Close the socket."""
        if self._socket is not None:
            self._socket.close()

    def _connect(self, address: str, port: int, host: str) -> socket.socket:
        plain = socket.create_connection((address, port), timeout=_left(self._ends_at))
        if self._parts.scheme == "http":
            return plain
        try:
            return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise


class _TimedSocket:
    """The part of the socket interface that an HTTP connection uses, each step limited to the remaining time."""

    def __init__(self, inner: socket.socket, ends_at: float) -> None:
        self._inner = inner
        self._ends_at = ends_at

    def sendall(self, data: Any) -> None:
        """Send data."""
        self._inner.settimeout(_left(self._ends_at))
        self._inner.sendall(data)

    def makefile(self, *args: Any, **kwargs: Any) -> io.BufferedReader:
        """Return a stream to read from."""
        return io.BufferedReader(_TimedReader(self._inner, self._ends_at))

    def close(self) -> None:
        """Do nothing, because the body may still be unread when the HTTP connection closes its socket."""


class _TimedReader(io.RawIOBase):
    def __init__(self, inner: socket.socket, ends_at: float) -> None:
        self._inner = inner
        self._ends_at = ends_at

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._inner.settimeout(_left(self._ends_at))
        return self._inner.recv_into(buffer)


def _left(ends_at: float) -> float:
    left = ends_at - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
