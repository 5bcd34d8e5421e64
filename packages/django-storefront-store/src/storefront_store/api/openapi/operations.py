"""Classes for the tables of operations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

KEY_HEADER: Final = "Idempotency-Key"
GUEST_KEY: Final = "key"


@dataclass(frozen=True)
class Body:
    """The body of a request or a response.

    Attributes:
        name: A name in ``SERIALIZERS``, or the dotted path of a serializer.
        many: Whether it is a list.
        pages: The dotted path of the pagination; "view" for that of the view, "" for none.
        drop: Fields of the serializer to remove.
        add: Additional fields with their help texts; they are optional strings.
        as_name: The name of the component, if ``drop`` or ``add`` is given.
    """

    name: str
    many: bool = False
    pages: str = ""
    drop: tuple[str, ...] = ()
    add: tuple[tuple[str, str], ...] = ()
    as_name: str = ""


def one(name: str, **changes: Any) -> Body:
    """Return the body of one object."""
    return Body(name, **changes)


def rows(name: str, pages: str = "") -> Body:
    """Return the body of a list, with or without pages."""
    return Body(name, many=True, pages=pages)


def page(name: str) -> Body:
    """Return the body of a list with the pagination of its view."""
    return rows(name, "view")


@dataclass(frozen=True)
class Example:
    """An example of a request body, or of a response body if it has a status."""

    name: str
    value: Any
    status: int = 0


@dataclass(frozen=True)
class Operation:
    """One operation of a view.

    Attributes:
        name: The operation ID, from which generated clients derive the name of a function.
        summary: A summary of one line.
        success: The bodies by status; None for a response without one.
        request: The body of the request, if any.
        description: A longer description.
        codes: Statuses of errors that can't be derived from the view, and additional codes of the others.
        once: Whether it accepts an ``Idempotency-Key``.
        guest_key: Whether guests can use it with ``?key=``.
        is_filtered: Whether it accepts the filters of the list although it is not a list.
        examples: Examples of bodies.
    """

    name: str
    summary: str
    success: Mapping[int, Body | None]
    request: Body | None = None
    description: str = ""
    codes: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    once: bool = False
    guest_key: bool = False
    is_filtered: bool = False
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True)
class View:
    """The operations of one view.

    Attributes:
        tag: The tag of the operations.
        model: The model of its rows: the name of a swappable one, or ``app_label.Model``.
        operations: The operations by name of the action; ``action.method`` if an action has several methods.
        rank: The priority; a subclass with its own table has a higher one than its base.
    """

    tag: str
    model: str
    operations: Mapping[str, Operation]
    rank: int = -2


def crud(
    name: str,
    noun: str,
    body: str,
    *,
    nouns: str = "",
    article: str = "a",
    paged: bool = True,
    write: Body | None = None,
    change: Body | None = None,
    codes: Mapping[int, tuple[str, ...]] | None = None,
) -> dict[str, Operation]:
    """Return the six operations of a viewset.

    Args:
        name: The prefix of their names, such as ``products``.
        noun: The noun for one row.
        body: The serializer of a row.
        nouns: The plural of the noun.
        article: The article of the noun.
        paged: Whether the list is paginated.
        write: The request body, if it is not ``body``.
        change: The request body of updates, if it is not ``write``.
        codes: Additional error codes of requests that write.
    """
    write = write or one(body)
    change = change or write
    codes = codes or {}
    these = nouns or f"{noun}s"
    return {
        "list": Operation(f"{name}_list", f"List {these}", {200: page(body) if paged else rows(body)}),
        "create": Operation(f"{name}_create", f"Create {article} {noun}", {201: one(body)}, write, codes=codes),
        "retrieve": Operation(f"{name}_retrieve", f"Show {article} {noun}", {200: one(body)}),
        "update": Operation(f"{name}_replace", f"Replace {article} {noun}", {200: one(body)}, change, codes=codes),
        "partial_update": Operation(
            f"{name}_update", f"Change {article} {noun}", {200: one(body)}, change, codes=codes
        ),
        "destroy": Operation(f"{name}_delete", f"Delete {article} {noun}", {204: None}),
    }
