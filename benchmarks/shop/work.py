"""What a row means for a shop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from client import Answer, Request, WrongAnswer

OK: Final = 200
CREATED: Final = 201
FOUND: Final = 302
NOT_MODIFIED: Final = 304


@dataclass(frozen=True, slots=True)
class Work:
    """Requests and how to tell whether they are answered rightly.

    Attributes:
        requests: What is sent.
        check: Raises :class:`WrongAnswer` if the answer isn't what the row asks for.
        status: What all of them must be answered with.
        then: Makes a second request from the answer to the first; both count as one.
    """

    requests: Sequence[Request]
    check: Callable[[Answer], None]
    status: int = OK
    then: Callable[[Answer], Request] | None = None


def expect(what: str, found: Any, wanted: Any) -> None:
    """Compare.

    Raises:
        WrongAnswer: If they differ.
    """
    if found != wanted:
        raise WrongAnswer(f"{what}{difference(found, wanted)}")


def difference(found: Any, wanted: Any) -> str:
    """Return where two structures begin to differ, and how."""
    if isinstance(found, dict) and isinstance(wanted, dict) and found.keys() == wanted.keys():
        pairs: Any = ((key, found[key], wanted[key]) for key in found)
    elif isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        pairs = zip(range(len(found)), found, wanted, strict=True)
    else:
        pairs = ()
    if isinstance(found, dict) and isinstance(wanted, dict) and (keys := found.keys() ^ wanted.keys()):
        return f": the keys differ in {', '.join(sorted(map(str, keys)))}"
    for key, one, other in pairs:
        if one != other:
            return f"[{key!r}]{difference(one, other)}"
    return f": {str(found)[:300]} instead of {str(wanted)[:300]}"
