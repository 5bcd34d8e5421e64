"""Keys that are published in this repository, for development and tests; the production settings reject them."""

from __future__ import annotations

from typing import Final

DESK_SECRET_KEY: Final = "not a secret: it is for a desk, where nobody else gets in"
DESK_JWT_SIGNING_KEY: Final = "nor is this one, with which a desk signs its tokens"
TEST_SECRET_KEY: Final = "only for tests, and long enough to sign with"
TEST_JWT_SIGNING_KEY: Final = "only for tests as well, and as long"

PUBLISHED_KEYS: Final = frozenset(
    {
        DESK_SECRET_KEY,
        DESK_JWT_SIGNING_KEY,
        TEST_SECRET_KEY,
        TEST_JWT_SIGNING_KEY,
        "fifty random characters",
        "fifty other random characters",
        # From earlier versions
        "only-for-this-machine-0123456789-abcdefghijklmnopqrstuvwxyz",
        "only-for-this-machine-too-0123456789-abcdefghijklmnopqrst",
        "a key for this run alone: 0123456789-abcdefghijklmnopqrstuvwxyz",
        "another key for this run alone: 0123456789-abcdefghijklmnopqrst",
    }
)
