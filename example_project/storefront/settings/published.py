"""Keys that are published in this repository, for development and tests; the production settings reject them."""

from __future__ import annotations

from typing import Final

DEVELOPMENT_SECRET_KEY: Final = "not a secret: a published key for development on one machine"
DEVELOPMENT_JWT_SIGNING_KEY: Final = "not a secret either: it signs tokens in development only"
TEST_SECRET_KEY: Final = "only for tests, and long enough to sign with"
TEST_JWT_SIGNING_KEY: Final = "only for tests as well, and as long"

PUBLISHED_KEYS: Final = frozenset(
    {
        DEVELOPMENT_SECRET_KEY,
        DEVELOPMENT_JWT_SIGNING_KEY,
        TEST_SECRET_KEY,
        TEST_JWT_SIGNING_KEY,
        "fifty random characters",
        "fifty other random characters",
        # From earlier versions
        "not a secret: it is for a desk, where nobody else gets in",
        "nor is this one, with which a desk signs its tokens",
        "only-for-this-machine-0123456789-abcdefghijklmnopqrstuvwxyz",
        "only-for-this-machine-too-0123456789-abcdefghijklmnopqrst",
        "a key for this run alone: 0123456789-abcdefghijklmnopqrstuvwxyz",
        "another key for this run alone: 0123456789-abcdefghijklmnopqrst",
    }
)
