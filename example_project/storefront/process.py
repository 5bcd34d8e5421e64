"""The kind of the current process, which the entry points for servers set before the settings are read."""

from __future__ import annotations

import gc

#: Whether the process handles requests, as opposed to commands and tasks, which have no short timeouts.
serves_requests: bool = False


def keep_loaded() -> None:
    """Exempt the objects that exist from garbage collection; to be called when the project is loaded.

    A full collection would examine every module, class and model. That pauses all requests for longer than several of
    them take, and frees nothing.
    """
    gc.collect()
    gc.freeze()
