"""Compare two OpenAPI schemas, and report the changes that break clients of the old one.

    python scripts/schema_changes.py old.yaml new.yaml

The exit code is 1 if a change breaks clients.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import yaml

Direction = Literal["request", "response"]

METHODS: Final = ("get", "post", "put", "patch", "delete")
#: The keywords of lower limits, and those of upper limits.
LOWER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")


@dataclass(frozen=True)
class Change:
    """A difference between two schemas.

    Attributes:
        where: The operation, and the location in it.
        what: A description of the change.
        breaks: Whether it can break a client of the old schema.
    """

    where: str
    what: str
    breaks: bool = False

    def __str__(self) -> str:
        """Return a one-line description."""
        return f"{'BREAKS  ' if self.breaks else '        '}{self.where}: {self.what}"


def changes(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """Return the differences between two schemas, with those that break clients first.

    Args:
        old: The old schema.
        new: The new schema.
    """
    found = list(_Comparison(old, new).operations())
    return sorted(dict.fromkeys(found), key=lambda change: (not change.breaks, change.where, change.what))


class _Comparison:
    def __init__(self, old: dict[str, Any], new: dict[str, Any]) -> None:
        self.old, self.new = old, new
        self.compared: set[tuple[str, str, Direction]] = set()

    def operations(self) -> Iterator[Change]:
        before, after = _operations(self.old), _operations(self.new)
        for name in before.keys() | after.keys():
            if name not in after:
                yield Change(name, "the operation was removed", breaks=True)
            elif name not in before:
                yield Change(name, "the operation is new")
            else:
                yield from self.operation(name, before[name], after[name])

    def operation(self, name: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
        if old.get("operationId") != new.get("operationId"):
            yield Change(name, f"its ID was {old.get('operationId')} and is {new.get('operationId')}", breaks=True)
        if {} in old.get("security", [{}]) and {} not in new.get("security", [{}]):
            yield Change(name, "it needs a login now", breaks=True)
        yield from self.parameters(name, old, new)
        yield from self.request(name, old.get("requestBody"), new.get("requestBody"))
        yield from self.responses(name, old["responses"], new["responses"])

    def parameters(self, name: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
        before, after = _parameters(old), _parameters(new)
        for key in before.keys() | after.keys():
            where = f"{name} parameter {key[1]} in {key[0]}"
            if key not in after:
                yield Change(where, "it was removed", breaks=True)
            elif key not in before:
                required = after[key].get("required", False)
                yield Change(where, "it is new and required" if required else "it is new", breaks=required)
            else:
                if after[key].get("required") and not before[key].get("required"):
                    yield Change(where, "it is required now", breaks=True)
                yield from self.schema(where, before[key]["schema"], after[key]["schema"], "request")

    def request(self, name: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> Iterator[Change]:
        before, after = (old or {}).get("content", {}), (new or {}).get("content", {})
        where = f"{name} request"
        if not old and new:
            yield Change(where, "there is a body now", breaks=new.get("required", False))
        elif old and not new:
            yield Change(where, "there is no body any more")
        elif old and new and new.get("required") and not old.get("required"):
            yield Change(where, "the body is required now", breaks=True)
        yield from self.contents(where, before, after, "request")

    def responses(self, name: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
        for status in old.keys() | new.keys():
            where = f"{name} {status}"
            if status not in new:
                yield Change(where, "the status was removed", breaks=status < "400")
            elif status not in old:
                yield Change(where, "the status is new")
            else:
                missing = old[status].get("headers", {}).keys() - new[status].get("headers", {}).keys()
                for header in sorted(missing):
                    yield Change(where, f"the header {header} was removed", breaks=True)
                yield from self.contents(
                    where, old[status].get("content", {}), new[status].get("content", {}), "response"
                )

    def contents(self, where: str, old: dict[str, Any], new: dict[str, Any], direction: Direction) -> Iterator[Change]:
        for kind in old.keys() | new.keys():
            if kind not in new:
                yield Change(where, f"{kind} was removed", breaks=True)
            elif kind not in old:
                yield Change(where, f"{kind} is new")
            else:
                yield from self.schema(where, old[kind]["schema"], new[kind]["schema"], direction)

    def schema(self, where: str, old: Any, new: Any, direction: Direction) -> Iterator[Change]:
        references = old.get("$ref", ""), new.get("$ref", "")
        if any(references):
            pair = (*references, direction)
            if pair in self.compared:
                return
            if all(references):
                self.compared.add(pair)
                where = f"{_name(references[1])} ({direction})"
        before, after = _resolved(self.old, old), _resolved(self.new, new)
        yield from self.kinds(where, before, after, direction)
        yield from self.limits(where, before, after, direction)
        yield from self.properties(where, before, after, direction)
        if "items" in before and "items" in after:
            yield from self.schema(f"{where} items", before["items"], after["items"], direction)
        for key in ("oneOf", "anyOf", "allOf"):
            yield from self.choices(where, before.get(key, []), after.get(key, []), direction)

    def kinds(self, where: str, old: Any, new: Any, direction: Direction) -> Iterator[Change]:
        before, after = _types(old), _types(new)
        if before != after:
            narrower = bool(before - after) or not before
            wider = bool(after - before) or not after
            breaks = narrower if direction == "request" else wider
            yield Change(where, f"the type was {_listed(before)} and is {_listed(after)}", breaks=breaks)
        if old.get("format") != new.get("format"):
            yield Change(where, f"the format was {old.get('format')} and is {new.get('format')}", breaks=True)
        choices, now = set(old.get("enum", [])), set(new.get("enum", []))
        if choices != now:
            narrower = bool(now and (not choices or choices - now))
            wider = bool(choices and (not now or now - choices))
            breaks = narrower if direction == "request" else wider
            yield Change(where, f"the choices were {_listed(choices)} and are {_listed(now)}", breaks=breaks)

    def limits(self, where: str, old: Any, new: Any, direction: Direction) -> Iterator[Change]:
        for key, sign in (*((key, 1) for key in LOWER), *((key, -1) for key in UPPER)):
            before, after = old.get(key), new.get(key)
            if before == after:
                continue
            tighter = after is not None and (before is None or sign * after > sign * before)
            yield Change(where, f"{key} was {before} and is {after}", breaks=tighter and direction == "request")
        if old.get("pattern") != new.get("pattern"):
            what = f"the pattern was {old.get('pattern')} and is {new.get('pattern')}"
            yield Change(where, what, breaks=direction == "request" and "pattern" in new)

    def properties(self, where: str, old: Any, new: Any, direction: Direction) -> Iterator[Change]:
        before, after = old.get("properties", {}), new.get("properties", {})
        needed, needed_now = set(old.get("required", [])), set(new.get("required", []))
        for name in before.keys() | after.keys():
            inner = f"{where}.{name}"
            if name not in after:
                yield Change(inner, "the property was removed", breaks=True)
            elif name not in before:
                breaks = direction == "request" and name in needed_now
                yield Change(inner, "the property is new and required" if breaks else "the property is new", breaks)
            else:
                yield from self.schema(inner, before[name], after[name], direction)
                if (name in needed) != (name in needed_now):
                    breaks = (name in needed_now) == (direction == "request")
                    state = "is required now" if name in needed_now else "may be missing now"
                    yield Change(inner, f"the property {state}", breaks=breaks)

    def choices(self, where: str, old: list[Any], new: list[Any], direction: Direction) -> Iterator[Change]:
        if len(old) != len(new):
            yield Change(where, f"there were {len(old)} shapes and are {len(new)}", breaks=bool(old) or bool(new))
        for before, after in zip(old, new, strict=False):
            yield from self.schema(where, before, after, direction)


def _operations(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": item[method]
        for path, item in schema["paths"].items()
        for method in METHODS
        if method in item
    }


def _parameters(operation: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(each["in"], each["name"]): each for each in operation.get("parameters", [])}


def _resolved(document: dict[str, Any], schema: Any) -> dict[str, Any]:
    if "$ref" not in schema:
        return dict(schema)
    found: dict[str, Any] = document["components"]["schemas"][_name(schema["$ref"])]
    return found


def _name(reference: str) -> str:
    return reference.rpartition("/")[2]


def _types(schema: Any) -> set[str]:
    kind = schema.get("type")
    kinds = {kind} if isinstance(kind, str) else set(kind or ())
    return kinds | {"null"} if schema.get("nullable") else kinds


def _listed(values: set[Any]) -> str:
    return ", ".join(sorted(str(value) for value in values)) or "anything"


def main(old: str, new: str) -> int:
    """Print the changes between two schema files, and return the exit code."""
    found = changes(*(yaml.safe_load(Path(name).read_text()) for name in (old, new)))
    sys.stdout.write("".join(f"{change}\n" for change in found))
    return int(any(change.breaks for change in found))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
