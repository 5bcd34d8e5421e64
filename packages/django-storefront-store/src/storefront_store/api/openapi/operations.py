"""What the tables of operations are made of."""

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
        drop: Fields of the serializer that it does not have.
        add: Fields that it has besides, with their help texts; all of them are texts that may be missing.
        as_name: The name of the component, if ``drop`` or ``add`` make another one.
    """

    name: str
    many: bool = False
    pages: str = ""
    drop: tuple[str, ...] = ()
    add: tuple[tuple[str, str], ...] = ()
    as_name: str = ""


def one(name: str, **changes: Any) -> Body:
    """Return the body that shows one object."""
    return Body(name, **changes)


def rows(name: str, pages: str = "") -> Body:
    """Return the body of a list that is given at once, or in pages."""
    return Body(name, many=True, pages=pages)


def page(name: str) -> Body:
    """Return the body of a list in the pages of its view."""
    return rows(name, "view")


@dataclass(frozen=True)
class Example:
    """An example of a request's body, or of a response's if it has a status."""

    name: str
    value: Any
    status: int = 0


@dataclass(frozen=True)
class Operation:
    """One operation of a view.

    Attributes:
        name: The operation ID, which generated clients make a function of.
        summary: One line about it.
        success: The bodies by status; None for a response without one.
        request: The body of the request, if there is one.
        description: What the summary does not say.
        codes: Statuses of errors that can't be told from the view, and further codes of the others.
        once: Whether it takes an ``Idempotency-Key``.
        guest_key: Whether ``?key=`` opens it to guests.
        is_filtered: Whether it takes the filters of the list although it is none.
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
        tag: The heading that they stand under.
        model: The model of its rows: a name of a swappable one, or ``app_label.Model``.
        operations: By the name of the action; ``action.method`` where an action has several methods.
        rank: A subclass that is described by a table of its own has a higher one than its base.
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
        name: How their names begin, such as ``products``.
        noun: What one row is called.
        body: The serializer that shows a row.
        nouns: What several are called.
        article: The article of the noun.
        paged: Whether the list comes in pages.
        write: The body of requests, if it is not ``body``.
        change: The body of requests that change a row, if it is not ``write``.
        codes: Further codes of errors of requests that write.
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
