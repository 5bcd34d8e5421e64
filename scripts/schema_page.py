"""Generate the list of all operations, ``docs/reference/rest-operations.md``, from ``docs/openapi.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"
SCHEMA: Final = DOCS / "openapi.yaml"
PAGE: Final = DOCS / "reference" / "rest-operations.md"
METHODS: Final = ("get", "post", "put", "patch", "delete")
HEAD: Final = """# REST API: all operations

The [OpenAPI schema](../openapi.yaml) of the example project, in short: what each operation is called, who may call it,
and the statuses that it answers with. Any of them may also answer 401 (wrong credentials), 404 (nothing there, or an
unknown `?format=`), 406 and 503. This page and the schema are written by `make schema`.
"""
EVERYWHERE: Final = frozenset({"401", "404", "406", "503"})


def page_of(schema: dict[str, Any]) -> str:
    """Return the page for a schema, with a table for each tag."""
    tables: dict[str, list[str]] = {}
    for path, item in schema["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                tables.setdefault(operation["tags"][0], []).append(_row(method, path, operation))
    head = "| operation | | who | statuses |\n| --- | --- | --- | --- |\n"
    return "\n".join([HEAD, *(f"## {tag}\n\n{head}{''.join(tables[tag])}" for tag in sorted(tables))])


def _row(method: str, path: str, operation: dict[str, Any]) -> str:
    who = "everybody" if {} in operation.get("security", [{}]) else "signed in"
    statuses = ", ".join(status for status in sorted(operation["responses"]) if status not in EVERYWHERE)
    name = f"`{method.upper()} {path}`<br>`{operation['operationId']}`"
    return f"| {name} | {operation['summary']} | {who} | {statuses} |\n"


if __name__ == "__main__":
    PAGE.write_text(page_of(yaml.load(SCHEMA.read_text(), yaml.CSafeLoader)))
