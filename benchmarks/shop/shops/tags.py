"""Tags of a page of objects: the same project with django-taggit, and with our generic_tags."""

from __future__ import annotations

from client import Answer, Request
from work import Work, expect

from shops.base import PROJECTS, Shop


class Taggit(Shop):
    """django-taggit."""

    name = "taggit"
    title = "django-taggit"
    environment = "taggit"
    folder = PROJECTS / "tags"
    seeds = "tags"
    variables = {"LIBRARY": "taggit"}

    def row_tags(self, different: int) -> Work:
        """A hundred articles with their tags."""

        def check(answer: Answer) -> None:
            rows = answer.json()["results"]
            expect("titles", [row["title"] for row in rows], [f"Article {number}" for number in range(1, 101)])
            wanted = sorted(f"tag {1 + (7 + slot * 40) % 200}" for slot in range(1, 6))
            expect("tags", sorted(rows[0]["tags"]), wanted)

        return Work([Request("GET", "/articles/")], check)


class GenericTags(Taggit):
    """Our generic_tags."""

    name = "generic_tags"
    title = "generic_tags"
    environment = "store"
    variables = {"LIBRARY": "generic_tags"}
