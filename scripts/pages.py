"""Parser for the code blocks of documentation pages.

The first line of a block may name a file, as in ``# shop/models.py``, to which the block is written. ``settings.py``
and ``urls.py`` are those of the project. Other ``python`` blocks, and all ``pycon`` blocks, are run in the project's
shell. ``console`` and ``sh`` blocks are commands. An ``http`` block is a request, and the ``json`` block after it is
the response, which begins with the status code. Other instructions are in HTML comments, which readers do not see:

``<!-- project: new -->``      the page begins with a new project, which may be given a name
``<!-- project: unmigrated -->``  the page begins with the project of the tutorial before its first ``migrate``
``<!-- project: continued -->``   the page begins with the project of the previous page
``<!-- project: none -->``     the page has no project; every block must have a reason for not being run
``<!-- not run: reason -->``   the next block is not run
``<!-- file … -->``            a file that is not shown
``<!-- run … -->``             Python code to run at this place, for preparation or for checks

Without a comment, a page begins with the project from the tutorial.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
RUNNABLE: Final = frozenset({"python", "pycon", "console", "sh", "bash", "http"})
PIECE: Final = re.compile(
    r"^(?P<indent> *)(?P<fence>`{3,})(?P<language>[\w+-]+)\n(?P<text>.*?)^(?P=indent)(?P=fence)$"
    r"|^ *<!-- (?P<comment>.*?)-->$",
    re.MULTILINE | re.DOTALL,
)
FILE: Final = re.compile(
    r"^(?:#|<!--|\{#) ?(?P<path>(?:[\w-]+/)*[\w-]+\.(?:py|html|txt|toml))(?:, [\w ]+)?(?: ?(?:-->|#\}))?\n"
)
PROJECT: Final = re.compile(r"project: (?P<start>new|shop|unmigrated|continued|none)(?: (?P<name>\w+))?")


@dataclass(frozen=True)
class Block:
    """A code block on a page.

    Attributes:
        language: The language of the block; ``hidden`` for Python in a comment.
        text: The content.
        line: The line number on the page.
        file: The file that it is written to, or ``None``.
        reason: Why it is not run, or an empty string.
        answer: The JSON of the expected response to a request.
    """

    language: str
    text: str
    line: int
    file: str | None = None
    reason: str = ""
    answer: str = ""

    @property
    def counts(self) -> bool:
        """Whether it has to be run by a test."""
        return self.language in RUNNABLE


@dataclass
class Page:
    """A page and its blocks.

    Attributes:
        path: The file.
        start: The project with which it begins: new, shop, unmigrated, continued or none.
        project: The name of the project.
        blocks: Its blocks in order.
    """

    path: Path
    start: str = "shop"
    project: str = "config"
    blocks: list[Block] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The path relative to the root of the repository."""
        return str(self.path.relative_to(ROOT))


def read_page(path: Path) -> Page:
    """Return a page with its blocks."""
    page = Page(path)
    text = path.read_text(encoding="utf-8")
    reason = ""
    pieces = list(PIECE.finditer(text))
    for index, piece in enumerate(pieces):
        line = text.count("\n", 0, piece.start()) + 1
        if piece["comment"] is not None:
            reason = _read_comment(page, piece["comment"], line) or reason
            continue
        language, code = piece["language"], _dedent(piece["text"], piece["indent"])
        if language in RUNNABLE or FILE.match(code):
            named = FILE.match(code)
            follower = pieces[index + 1] if index + 1 < len(pieces) else None
            answer = follower["text"] if language == "http" and follower and follower["language"] == "json" else ""
            file = named["path"] if named and language not in {"console", "sh", "bash"} else None
            page.blocks.append(Block(language, code, line, file, reason, answer))
        reason = ""
    return page


def _read_comment(page: Page, comment: str, line: int) -> str:
    """Apply a comment to the page; return the reason if the next block is not run."""
    words = comment.strip()
    if match := PROJECT.fullmatch(words):
        page.start, page.project = match["start"], match["name"] or page.project
    elif words.startswith("not run: "):
        return words.removeprefix("not run: ")
    elif words.startswith("file\n") and (named := FILE.match(words.removeprefix("file\n"))):
        page.blocks.append(Block("hidden", words.removeprefix("file\n") + "\n", line, named["path"]))
    elif words.startswith("run\n"):
        page.blocks.append(Block("hidden", words.removeprefix("run\n"), line))
    return ""


def _dedent(text: str, indent: str) -> str:
    return "".join(line.removeprefix(indent) for line in text.splitlines(keepends=True))


def tutorial_pages() -> list[Path]:
    """Return the pages of the tutorial in the order of its table of contents."""
    folder = ROOT / "docs" / "tutorial"
    index = (folder / "index.md").read_text(encoding="utf-8")
    toctree = re.search(r"```\{toctree\}\n(?::.*\n)*\n?((?:[\w-]+\n)+)", index)
    return [folder / f"{name}.md" for name in toctree[1].split()] if toctree else []


def all_pages() -> Iterator[Path]:
    """Yield every page whose blocks are run, with the tutorial first, because other pages use its project."""
    tutorial = tutorial_pages()
    yield from tutorial
    yield from sorted((ROOT / "packages").glob("*/README.md"))
    for folder in ("how-to", "explanation", "reference", "."):
        for path in sorted((ROOT / "docs" / folder).glob("*.md")):
            if path.name != "rest-api.md":  # its requests are sent in the tests of the example project
                yield path
    yield ROOT / "README.md"
