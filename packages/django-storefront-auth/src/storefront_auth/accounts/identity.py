"""When two names or two addresses mean the same person.

The rule must give the same verdict on every database, whose own ideas of case, accents and trailing blanks differ, so
it is computed here and stored as a digest: short, of fixed length, plain ASCII, and blind to any collation.
"""

from __future__ import annotations

import hashlib
import unicodedata

#: No name and no address is longer. Folding takes time that grows with the square of the length, so whatever a stranger
#: sent is cut, or refused, before it is folded.
MAX_IDENTIFIER_LENGTH = 254


def fold(text: str) -> str:
    """Return ``text`` without differences of case and of Unicode form, its e-mail domain in ASCII.

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
    # Lone surrogates can't be stored, yet may be asked for: they only have to give some key.
    return hashlib.sha256(fold(text).encode("utf-8", "surrogatepass")).hexdigest()
