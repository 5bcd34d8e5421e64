"""Comparison of user names and of email addresses, independent of the database.

Databases compare case, accents and trailing blanks differently. Names and addresses are therefore normalized in Python
and stored as a digest, which is short, has a fixed length, is plain ASCII and does not depend on a collation.
"""

from __future__ import annotations

import hashlib
import unicodedata

#: The maximum length of a name or an address. Folding takes time quadratic in the length, so longer input is truncated
#: or rejected before it is folded.
MAX_IDENTIFIER_LENGTH = 254


def fold(text: str) -> str:
    """Return ``text`` case-folded and in one Unicode form, with its email domain in ASCII.

    >>> fold("Ann@BÜCHER.example") == fold("ann@xn--bcher-kva.example")
    True
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).strip()
    local, at, domain = folded.rpartition("@")
    if at and not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            return folded
    return f"{local}{at}{domain}"


def identity_key(text: str) -> str:
    """Return the digest under which a name or an address is unique."""
    # Lone surrogates can't be stored, but a request may contain them: any key will do.
    return hashlib.sha256(fold(text).encode("utf-8", "surrogatepass")).hexdigest()
