"""Descriptions: HTML converted to plain text."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from django.utils.html import strip_tags

from storefront_store.interchange import values

BREAKS: Final = re.compile(r"(?i)<(?:br|/p|/div|/h[1-6]|/li|/tr|/ul|/ol)\b[^>]*>")
UNSEEN: Final = re.compile(r"(?is)<(script|style)\b.*?</\1\s*>|<!--.*?-->")
TAG: Final = re.compile(r"<[a-zA-Z/!]")


def description(value: object, *, is_html: bool) -> str:
    """Return a description as plain text."""
    text = values.label(value)
    return _plain(text) if is_html and TAG.search(text) else text


def _plain(html: str) -> str:
    """Return the text of HTML, with its paragraphs."""
    text = unescape(strip_tags(BREAKS.sub(lambda match: f"{match[0]}\n", UNSEEN.sub(" ", html))))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
