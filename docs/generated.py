"""Makes the pages of the reference that come from the code: checks, commands, signals, exceptions, Python API.

The pages are written to ``reference/generated/`` before Sphinx reads its sources, and are no part of the repository.
"""

from __future__ import annotations

import ast
import importlib
import os
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from django.apps import apps
from django.core.management import get_commands, load_command_class

PACKAGES = ("storefront_store", "storefront_auth", "generic_tags", "generic_likes")
SIGNALS = (
    "storefront_store.signals",
    "storefront_store.payments.signals",
    "generic_tags.signals",
    "generic_likes.signals",
)
EXCEPTIONS = tuple(f"{package}.exceptions" for package in PACKAGES)
DOORS = "api|admin|management|migrations|templatetags|urls|apps|receivers|checks|interchange|links"
INTERNAL = re.compile(rf"\.({DOORS})(\.|$)")
NAMES = "services|models|signals|exceptions|conf|pricing|adjusters|baskets|people|selectors|managers|fields"
PUBLIC = re.compile(rf"\.({NAMES})(\.|$)")
TARGET = Path(__file__).parent / "reference" / "generated"


def modules() -> Iterator[ModuleType]:
    """Yield every module of the four packages that can be imported here."""
    for package in PACKAGES:
        root = importlib.import_module(package)
        yield root
        for found in pkgutil.walk_packages(root.__path__, f"{package}."):
            if ".migrations" not in found.name:
                try:
                    yield importlib.import_module(found.name)
                except ImportError:  # it needs an extra that is not installed
                    continue


def source_of(module: ModuleType) -> str:
    """Return the source of a module."""
    return Path(str(module.__file__)).read_text(encoding="utf-8")


def words(node: ast.expr | None, constants: dict[str, str]) -> str:
    """Return the text of a string in the code; what is filled in at run time becomes an ellipsis."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.Name):
        return constants.get(node.id, "…")
    if isinstance(node, ast.JoinedStr):
        return "".join(words(part, constants) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return words(node.value, constants)
    if isinstance(node, ast.BinOp):
        return words(node.left, constants) + words(node.right, constants)
    return "…"


def constants_of(module: ModuleType) -> dict[str, str]:
    """Return the strings that a module knows by a name in capitals."""
    return {name: value for name, value in vars(module).items() if name.isupper() and isinstance(value, str)}


def check_rows() -> dict[str, tuple[str, str]]:
    """Return the message and the hint of every system check by its id."""
    rows: dict[str, tuple[str, str]] = {}
    for module in modules():
        constants = constants_of(module)
        for node in ast.walk(ast.parse(source_of(module))):
            if not isinstance(node, ast.Call):
                continue
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            name = words(given.get("id"), constants)
            if re.fullmatch(r"\w+\.[EW]\d{3}", name) and node.args:
                rows.setdefault(name, (words(node.args[0], constants), words(given.get("hint"), constants)))
    return dict(sorted(rows.items()))


def cell(text: str) -> str:
    """Return text as it stands in a cell of a table."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*").replace("\n", " ").strip()


def checks_page() -> str:
    """Return the page of system checks."""
    lines = [
        "# System checks",
        "",
        "What `manage.py check` and `migrate` say, with the line to add. `…` stands for a name of yours.",
        "",
    ]
    for package in PACKAGES:
        rows = {name: row for name, row in check_rows().items() if name.startswith(package)}
        lines += [f"## {package}", "", "| id | message | hint |", "|---|---|---|"]
        lines += [f"| `{name}` | {cell(message)} | {cell(hint)} |" for name, (message, hint) in rows.items()]
        lines += [""]
    return "\n".join(lines)


def commands_page() -> str:
    """Return the page of management commands, with the help of each."""
    lines = ["# Management commands", "", "The help of each command, as `manage.py COMMAND --help` shows it.", ""]
    for name, app in sorted(get_commands().items()):
        if not str(app).startswith(PACKAGES) and getattr(app, "name", "") not in {a.name for a in ours()}:
            continue
        command: Any = load_command_class(str(app), name)
        parser = command.create_parser("manage.py", name)
        usage = re.sub(r"\x1b\[[\d;]*m", "", parser.format_help()).partition("\n  --version")[0]
        lines += [f"## {name}", "", f"App: `{app}`", "", "```text", usage.rstrip(), "```", ""]
    return "\n".join(lines)


def ours() -> list[Any]:
    """Return the installed apps of the four packages."""
    return [config for config in apps.get_app_configs() if config.name.startswith(PACKAGES)]


def signals_page() -> str:
    """Return the page of signals; what each says stands in comments above it."""
    lines = ["# Signals", "", "See [](../../how-to/webhooks.md) for receivers.", ""]
    for path in SIGNALS:
        module = importlib.import_module(path)
        lines += [f"## {path}", ""]
        for name, comment in commented_names(source_of(module)):
            lines += [f"### {name}", "", comment, ""]
    return "\n".join(lines)


def commented_names(source: str) -> Iterator[tuple[str, str]]:
    """Yield each signal with the comment before it."""
    comment: list[str] = []
    for line in source.splitlines():
        text = line.strip()
        if text.startswith("#"):
            comment.append(text.lstrip("#: ").rstrip())
        elif found := re.match(r"(\w+) = Signal\(", text):
            yield found[1], listed(comment)
            comment = []
        elif text:
            comment = []


def listed(comment: list[str]) -> str:
    """Return a comment as Markdown: a list needs an empty line before it."""
    lines: list[str] = []
    for line in comment:
        if line.startswith("- ") and lines and not lines[-1].startswith("- "):
            lines.append("")
        lines.append(line)
    return re.sub(r"``([^`]*)``", r"`\1`", "\n".join(lines))


def automodules(title: str, words_before: str, paths: list[str]) -> str:
    """Return a page that documents modules from their docstrings."""
    lines = [f"# {title}", "", words_before, ""]
    for path in paths:
        lines += [f"## {path}", "", "```{eval-rst}", f".. automodule:: {path}", "```", ""]
    return "\n".join(lines)


def python_paths() -> list[str]:
    """Return the modules that a project may import, beside its signals and exceptions."""
    found = [module.__name__ for module in modules()]
    return [
        name
        for name in found
        if PUBLIC.search(name) and not INTERNAL.search(name) and name not in SIGNALS + EXCEPTIONS and "._" not in name
    ]


def write() -> None:
    """Write all pages."""
    os.environ["COLUMNS"] = "100"  # the width that argparse writes help for
    TARGET.mkdir(parents=True, exist_ok=True)
    pages = {
        "checks": checks_page(),
        "commands": commands_page(),
        "signals": signals_page(),
        "exceptions": automodules(
            "Exceptions",
            "Each package has one base class. The API turns them into answers with a `code`.",
            list(EXCEPTIONS),
        ),
        "python-api": automodules(
            "Python API",
            "What a project may call and derive from. The [index](genindex) lists every name.",
            python_paths(),
        ),
    }
    for name, text in pages.items():
        path = TARGET / f"{name}.md"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def setup(app: Any) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("builder-inited", lambda _: write())
    return {"parallel_read_safe": True}
