"""Check or record the examples in ``docs/reference/rest-api.md`` against a running server.

An example is a request in an ``http`` block and its response in a ``json`` block that begins with the status code in a
comment. ``{name}`` in a response stores the value at this place, and is replaced by it in later requests and responses.
``{*}`` matches any value.

    python scripts/api_examples.py http://127.0.0.1:8000    # records the responses

Recording needs a new database, filled by ``manage.py seed_store`` and ``manage.py seed_demo --no-sales``. A database
can be used only once.
"""

from __future__ import annotations

import json
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

DOCUMENT: Final = Path(__file__).resolve().parent.parent / "docs" / "reference" / "rest-api.md"
EXAMPLE: Final = re.compile(r"```http\n(?P<request>.*?)```\n\n```json\n(?P<answer>.*?)```", re.DOTALL)
ANYTHING: Final = "{*}"
NAME: Final = re.compile(r"\{(\w+)\}")
VOLATILE: Final = frozenset({"placed_at", "cancelled_at", "last_update", "date", "at", "access", "refresh", "images"})
KEYS: Final = {  # the stored names that may replace the value of a key; other keys differ in each run
    "id": (),
    "user_id": (),
    "featured_product": (),
    "group": ("shirts",),
    "collection": ("garden",),
    "customer": ("me",),
    "order": (),
    "product_id": ("can",),
    "products": ("can",),
}
KEPT_ROWS: Final = 2  # of a long list that are shown in the document


class Spelled(float):
    """A number with a point that is equal only to one written in the same way.

    Args:
        text: The number as it is written.
    """

    text: str

    def __new__(cls, text: str) -> Self:
        """Keep how the number is written."""
        number = super().__new__(cls, text)
        number.text = text
        return number

    def __eq__(self, other: object) -> bool:
        """Compare how the numbers are written."""
        return isinstance(other, Spelled) and self.text == other.text

    __hash__ = float.__hash__


def parse_json(text: str | bytes) -> Any:
    """Return the value that JSON stands for, with the order of keys and the spelling of numbers."""
    return json.loads(text, parse_float=Spelled)


@dataclass(frozen=True)
class Request:
    """A request in the document."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


Send = Callable[[Request], tuple[int, Any]]


def parse_request(text: str) -> Request:
    """Return the request in an ``http`` block."""
    head, _, body = text.strip().partition("\n\n")
    first, *lines = head.splitlines()
    method, path = first.split()
    headers = dict(line.split(": ", 1) for line in lines)
    return Request(method, path, headers, json.loads(body) if body else None)


def parse_answer(text: str) -> tuple[int, Any]:
    """Return the status code and the body in a ``json`` block; the body is ``None`` if there is none."""
    first, _, rest = text.strip().partition("\n")
    return int(first.removeprefix("//").split()[0]), parse_json(rest) if rest else None


def fill(value: Any, names: dict[str, Any]) -> Any:
    """Replace names by their stored values, at any depth."""
    if isinstance(value, dict):
        return {key: fill(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [fill(item, names) for item in value]
    if isinstance(value, str):
        whole = NAME.fullmatch(value)
        if whole and whole[1] in names:
            return names[whole[1]]
        return NAME.sub(lambda found: str(names.get(found[1], found[0])), value)
    return value


def differences(expected: Any, actual: Any, names: dict[str, Any], where: str = "answer") -> list[str]:
    """Return the differences, and store the values of new names; the actual lists may be longer."""
    if expected == ANYTHING:
        return []
    if isinstance(expected, str) and (whole := NAME.fullmatch(expected)) and whole[1] not in names:
        names[whole[1]] = actual
        return []
    expected = fill(expected, names) if isinstance(expected, str) else expected
    if isinstance(expected, dict) and isinstance(actual, dict):
        found = [f"{where}: {list(expected)} expected, not {list(actual)}"] if list(expected) != list(actual) else []
        for key in expected.keys() & actual.keys():
            found += differences(expected[key], actual[key], names, f"{where}.{key}")
        return found
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) <= len(actual):
        found = []
        for index, (left, right) in enumerate(zip(expected, actual, strict=False)):
            found += differences(left, right, names, f"{where}[{index}]")
        return found
    same = type(expected) is type(actual) and expected == actual
    return [] if same else [f"{where}: {expected!r} expected, not {actual!r}"]


def replay(document: str, send: Send) -> list[str]:
    """Send every request in the document in order, and compare the responses.

    Args:
        document: The text of the page.
        send: Sends a request and returns the status code and the body.

    Returns:
        A line for each difference.
    """
    names: dict[str, Any] = {}
    found: list[str] = []
    for example in EXAMPLE.finditer(document):
        request, (status, body) = prepared(example["request"], names), parse_answer(example["answer"])
        actual_status, actual = send(request)
        title = f"{request.method} {request.path}"
        if actual_status != status:
            found.append(f"{title}: {status} expected, not {actual_status}: {actual}")
        found += [f"{title}: {line}" for line in differences(body, actual, names)]
    return found


def record(document: str, send: Send) -> str:
    """Return the document with the responses that ``send`` returns; names and ``{*}`` are kept."""
    names: dict[str, Any] = {}

    def answer(example: re.Match[str]) -> str:
        status, actual = send(prepared(example["request"], names))
        _, old = parse_answer(example["answer"])
        differences(old, actual, names)
        body = "" if actual is None else "\n" + json.dumps(masked(actual, old, names), indent=2, ensure_ascii=False)
        return f"```http\n{example['request']}```\n\n```json\n// {status}{body}\n```"

    return EXAMPLE.sub(answer, document)


def prepared(text: str, names: dict[str, Any]) -> Request:
    """Return the request in an ``http`` block, with stored values in place of names."""
    request = parse_request(text)
    return Request(request.method, fill(request.path, names), fill(request.headers, names), fill(request.body, names))


def masked(actual: Any, old: Any, names: dict[str, Any], key: str = "") -> Any:
    """Return a response with shortened lists, and with names or ``{*}`` in place of values that differ in each run."""
    if isinstance(old, str) and (old == ANYTHING or NAME.fullmatch(old)):
        return old
    if actual is None:
        return None
    if (key in VOLATILE and actual != []) or (isinstance(actual, str) and actual.startswith("http")):
        return ANYTHING
    if isinstance(actual, dict):
        before = old if isinstance(old, dict) else {}
        return {name: masked(value, before.get(name), names, name) for name, value in actual.items()}
    if isinstance(actual, list):
        shown = actual if len(actual) <= KEPT_ROWS + 1 else actual[:KEPT_ROWS]
        old_rows = [*(old if isinstance(old, list) else []), *[None] * len(shown)]
        return [masked(row, old_row, names, key) for row, old_row in zip(shown, old_rows, strict=False)]
    if key in KEYS:
        return next((f"{{{name}}}" for name in KEYS[key] if str(names.get(name)) == str(actual)), ANYTHING)
    return actual


def sender(base: str) -> Send:
    """Return a function that sends requests to the server at ``base``."""

    def send(request: Request) -> tuple[int, Any]:
        data = None if request.body is None else json.dumps(request.body).encode()
        outgoing = urllib.request.Request(  # noqa: S310  (the URL comes from the command line)
            base + request.path, data, {"Content-Type": "application/json", **request.headers}, method=request.method
        )
        try:
            with urllib.request.urlopen(outgoing, timeout=30) as answer:  # noqa: S310
                return answer.status, parse_json(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, parse_json(error.read() or b"null")

    return send


if __name__ == "__main__":
    DOCUMENT.write_text(record(DOCUMENT.read_text(), sender(sys.argv[1])))
