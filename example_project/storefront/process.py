"""The kind of the current process, which the entry points for servers set before the settings are read."""

from __future__ import annotations

#: Whether the process handles requests, as opposed to commands and tasks, which have no short timeouts.
serves_requests: bool = False
