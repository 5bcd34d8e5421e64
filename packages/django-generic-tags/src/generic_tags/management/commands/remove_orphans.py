"""An alias of ``remove_tag_orphans``, for projects in which no other app has a command of this name."""

from __future__ import annotations

from generic_tags.management.commands.remove_tag_orphans import Command

__all__ = ["Command"]
