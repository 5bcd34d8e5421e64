"""A small HTTP client that keeps its connection and spends little, because it shares the machine with the servers."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlencode

HOST: Final = "127.0.0.1"
TIMEOUT_SECONDS: Final = 120
CHUNK: Final = 1 << 16
BODILESS: Final = (204, 304)


class WrongAnswer(Exception):
    """A shop has answered something else than the row asks for."""


@dataclass(frozen=True)
class Request:
    """What is sent: the same bytes each time. A body is sent as JSON, and a form as browsers do."""

    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None

    @cached_property
    def content(self) -> bytes:
        """The request as bytes."""
        headers = {"Host": HOST, "Accept": "application/json", **self.headers}
        body = b""
        if self.body is not None:
            body = json.dumps(self.body).encode()
            headers |= {"Content-Type": "application/json"}
        elif self.form is not None:
            body = urlencode(self.form).encode()
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        headers["Content-Length"] = str(len(body))
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{self.method} {self.path} HTTP/1.1\r\n{head}\r\n".encode() + body


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    head: str
    body: bytes

    def json(self) -> Any:
        """Return what the body says.

        Raises:
            WrongAnswer: If it is no JSON.
        """
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise WrongAnswer(f"no JSON: {self.body[:200]!r}") from error

    def header(self, name: str) -> str:
        """Return a header of the answer.

        Raises:
            WrongAnswer: If it has none of this name.
        """
        for line in self.head.split("\r\n"):
            header, _, value = line.partition(": ")
            if header.lower() == name:
                return value
        raise WrongAnswer(f"no header {name}")

    def cookie(self, name: str) -> str:
        """Return a cookie that the answer sets.

        Raises:
            WrongAnswer: If it sets none of this name.
        """
        for line in self.head.split("\r\n"):
            header, _, value = line.partition(": ")
            if header.lower() == "set-cookie" and value.startswith(f"{name}="):
                return value.partition("=")[2].partition(";")[0]
        raise WrongAnswer(f"no cookie {name}")


class Connection:
    """One connection that is kept open; opened again when the server has closed it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def send(self, request: Request) -> Answer:
        """Send a request and return the answer.

        Raises:
            WrongAnswer: If what comes back is no complete answer.
        """
        if self.socket is None:
            self.socket = socket.create_connection((HOST, self.port), TIMEOUT_SECONDS)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(request.content)
        answer = self._receive(self.socket)
        if "connection: close" in answer.head.lower():
            self.close()
        return answer

    def _receive(self, source: socket.socket) -> Answer:
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more(source)
        head = data[:end].decode("latin-1")
        if int(head[9:12]) in BODILESS:
            return Answer(int(head[9:12]), head, b"")
        lower = head.lower()
        start = lower.find("content-length: ")
        if start < 0:
            raise WrongAnswer(f"an answer of unknown length: {head[:200]}")
        length = int(lower[start + 16 :].partition("\r\n")[0])
        parts = [data[end + 4 :]]
        missing = length - len(parts[0])
        while missing > 0:
            parts.append(self._more(source))
            missing -= len(parts[-1])
        return Answer(int(head[9:12]), head, b"".join(parts))

    def _more(self, source: socket.socket) -> bytes:
        if not (data := source.recv(CHUNK)):
            self.close()
            raise WrongAnswer("the server closed the connection")
        return data
