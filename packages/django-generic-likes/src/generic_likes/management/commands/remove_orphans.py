"""An alias of ``remove_like_orphans``, for projects in which no other app has a command of this name."""

from __future__ import annotations

from generic_likes.management.commands.remove_like_orphans import Command

__all__ = ["Command"]
