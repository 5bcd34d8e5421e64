"""A server that answers as Stripe does: sessions, refunds, idempotency keys, signed events. It keeps the money."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

import stripe

API_KEY = "sk_test_only"
ENDPOINT_SECRET = "whsec_only_for_tests"


class StripeServer:
    """What Stripe knows.

    Attributes:
        sessions: Checkout sessions by id.
        refunds: Refunds by id.
        calls: The paths that were asked for, in order.
        refuse_refunds: Whether refunds are refused.
        before_answer: Called with the path when a request was carried out and is not answered yet.
    """

    def __init__(self) -> None:
        self.sessions: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.calls: list[str] = []
        self.refuse_refunds = False
        self.before_answer: Callable[[str], object] = lambda path: None
        self._answers: dict[str, tuple[int, dict[str, Any]]] = {}
        self._numbers = count(1)
        self._lock = threading.RLock()
        self._server = _QuietServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def options(self) -> dict[str, Any]:
        """The options of a variant that talks to this server."""
        return {"api_key": API_KEY, "endpoint_secret": ENDPOINT_SECRET, "api_base": self.url, "timeout": 10}

    def variant(self) -> dict[str, Any]:
        return {"PROVIDER": "storefront_store.payments.providers.stripe.StripeProvider", "OPTIONS": self.options()}

    @contextmanager
    def running(self) -> Iterator[StripeServer]:
        thread = threading.Thread(target=self._server.serve_forever, args=[0.05], daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def session_of(self, token: Any) -> dict[str, Any]:
        """The session of a payment."""
        return next(row for row in self.sessions.values() if row["client_reference_id"] == str(token))

    def pay(self, token: Any) -> bool:
        """Let the customer pay; tell whether the session was still open."""
        with self._lock:
            session = self.session_of(token)
            if session["status"] != "open":
                return False
            session.update(status="complete", payment_status="paid", payment_intent=f"pi_{session['id']}")
            return True

    def event(self, token: Any, kind: str = "checkout.session.completed", **changes: Any) -> bytes:
        """The body of a webhook about a payment."""
        with self._lock:
            session = {**self.session_of(token), **changes}
        body = {"id": f"evt_{next(self._numbers)}", "object": "event", "type": kind, "data": {"object": session}}
        return json.dumps(body).encode()

    @staticmethod
    def sign(body: bytes, *, secret: str = ENDPOINT_SECRET, timestamp: int | None = None) -> str:
        """The header that Stripe sends along."""
        return stripe.WebhookSignature.generate_signature_header(body.decode(), secret, timestamp)

    def captured(self, token: Any) -> int:
        """The cents that the customer has paid."""
        session = self.session_of(token)
        return session["amount_total"] if session["payment_status"] == "paid" else 0

    def refunded(self, token: Any) -> int:
        """The cents that the customer got back."""
        intent = self.session_of(token).get("payment_intent")
        return sum(row["amount"] for row in self.refunds.values() if row["payment_intent"] == intent)

    def answer(self, method: str, path: str, form: dict[str, str], key: str | None) -> tuple[int, dict[str, Any]]:
        """Carry out a request, or replay what was answered to the same key."""
        with self._lock:
            self.calls.append(f"{method} {path}")
            if key is not None and key in self._answers:
                return self._answers[key]
            outcome = self._carry_out(method, path.strip("/").split("/")[1:], form)
            if key is not None:
                self._answers[key] = json.loads(json.dumps(outcome))
            return outcome

    def _carry_out(self, method: str, parts: list[str], form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if parts[:2] == ["checkout", "sessions"]:
            if len(parts) == 2:
                return self._create_session(form)
            session = self.sessions.get(parts[2])
            if session is None:
                return _error(404, "resource_missing", "No such checkout session")
            if parts[3:] == ["expire"]:
                if session["status"] != "open":
                    return _error(400, "checkout_session_not_open", "Only open sessions can be expired")
                session["status"] = "expired"
            return 200, session
        if parts == ["refunds"]:
            return self._create_refund(form) if method == "POST" else self._list_refunds(form)
        return _error(404, "unknown", "Unrecognized request URL")

    def _create_session(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        number = f"cs_test_{next(self._numbers)}"
        session = {
            "id": number,
            "object": "checkout.session",
            "url": f"https://checkout.stripe.example/{number}",
            "client_reference_id": form["client_reference_id"],
            "amount_total": int(form["line_items[0][price_data][unit_amount]"]),
            "currency": form["line_items[0][price_data][currency]"],
            "success_url": form["success_url"],
            "payment_intent": None,
            "payment_status": "unpaid",
            "status": "open",
        }
        self.sessions[number] = session
        return 200, session

    def _create_refund(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        intent, amount = form["payment_intent"], int(form["amount"])
        session = next(row for row in self.sessions.values() if row["payment_intent"] == intent)
        given = sum(row["amount"] for row in self.refunds.values() if row["payment_intent"] == intent)
        if self.refuse_refunds or amount > session["amount_total"] - given:
            return _error(400, "charge_already_refunded", "Refund amount is greater than unrefunded amount on charge")
        number = f"re_{next(self._numbers)}"
        refund = {
            "id": number,
            "object": "refund",
            "amount": amount,
            "payment_intent": intent,
            "status": "succeeded",
            "metadata": {"refund": form["metadata[refund]"]},
        }
        self.refunds[number] = refund
        return 200, refund

    def _list_refunds(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        rows = [row for row in self.refunds.values() if row["payment_intent"] == form["payment_intent"]]
        return 200, {"object": "list", "data": rows, "has_more": False, "url": "/v1/refunds"}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                self.reply("POST", self.path, self.rfile.read(length).decode())

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                self.reply("GET", parts.path, parts.query)

            def reply(self, method: str, path: str, text: str) -> None:
                form = {name: values[0] for name, values in parse_qs(text).items()}
                if self.headers.get("Authorization") != f"Bearer {API_KEY}":
                    status, body = _error(401, "invalid_api_key", "Invalid API Key provided")
                else:
                    status, body = server.answer(method, path, form, self.headers.get("Idempotency-Key"))
                data = json.dumps(body).encode()
                server.before_answer(path)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: Any) -> None:
                pass

        return Handler


class _QuietServer(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that are killed hang up."""


def _error(status: int, code: str, message: str) -> tuple[int, dict[str, Any]]:
    return status, {"error": {"type": "invalid_request_error", "code": code, "message": message}}
