"""What tests read in the answers of the API."""

from __future__ import annotations

from typing import Any


def code_of(answer: Any) -> tuple[int, str]:
    """Return the status and the code of an error."""
    return answer.status_code, answer.json()["code"]


def titles(answer: Any) -> list[str]:
    """Return the titles of the rows on a page of a list."""
    assert answer.status_code == 200, answer.content
    return [row["title"] for row in answer.json()["results"]]
