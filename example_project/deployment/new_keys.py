"""Print new secret keys as lines for ``.env``: ``python deployment/new_keys.py >> .env``."""

from __future__ import annotations

import secrets
import sys

NAMES = ("SECRET_KEY", "JWT_SIGNING_KEY")


def new_keys() -> dict[str, str]:
    """Return a new key for each name."""
    return {name: secrets.token_urlsafe(50) for name in NAMES}


if __name__ == "__main__":
    sys.stdout.write("".join(f"{name}={key}\n" for name, key in new_keys().items()))
