"""What kind of process this is. The entry points for servers say so before the settings are read."""

from __future__ import annotations

#: Whether the process answers requests, as opposed to commands and tasks, which may take their time.
serves_requests: bool = False
