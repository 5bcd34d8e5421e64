"""Colours for the requests of the documentation, which leave out the version of the protocol."""

from __future__ import annotations

from typing import Any, ClassVar

from pygments.lexer import RegexLexer, bygroups, using
from pygments.lexers.data import JsonLexer
from pygments.token import Keyword, Name, Number, Operator, Punctuation, String, Text


class RequestLexer(RegexLexer):
    """Reads a request or an answer: first line, headers, an empty line, a body in JSON."""

    name = "Requests"
    aliases: ClassVar[list[str]] = ["http"]
    tokens: ClassVar[dict[str, Any]] = {
        "root": [
            (r"([A-Z]+)( +)(\S+)(?:( +)(HTTP/[\d.]+))?(\n|\Z)", bygroups(
                Name.Function, Text, Name.Namespace, Text, Keyword.Reserved, Text), "headers"),
            (r"(HTTP/[\d.]+)( +)(\d{3})([^\n]*)(\n|\Z)", bygroups(
                Keyword.Reserved, Text, Number, Name.Exception, Text), "headers"),
        ],
        "headers": [
            (r"([\w-]+)( *)(:)( *)([^\n]*)(\n|\Z)", bygroups(
                Name.Attribute, Text, Operator, Text, String, Text)),
            (r"\n", Punctuation, "body"),
        ],
        "body": [(r"(?s).+", using(JsonLexer))],
    }  # fmt: skip


def setup(app: Any) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_lexer("http", RequestLexer)
    return {"parallel_read_safe": True}
