"""The kind of the current process, which the entry points for servers set before the settings are read."""

from __future__ import annotations

import gc
from typing import Final

YOUNG: Final = 10_000  # objects more than at the last collection that start one; Python's default is 700 to 2,000

#: Whether the process handles requests, as opposed to commands and tasks, which have no short timeouts.
serves_requests: bool = False


def keep_loaded() -> None:
    """Exempt the objects that exist from garbage collection; to be called when the project is loaded.

    A full collection would examine every module, class and model. That pauses all requests for longer than several of
    them take, and frees nothing. New objects are examined less often than by default: a request for a long list makes
    some thousands, which are freed without a collection when it is answered.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
