"""What a label is, when two labels are the same, and how a label looks in a URL.

The key of a label is its comparable form. A slug is a function of the key alone and no two keys share one: where
``slugify`` keeps everything but the spaces the slug is what it gives, anywhere else 128 bits of a digest follow an
underscore, which the first kind never contains. So a slug needs no look-up, and no two writers can compete for one.
"""

from __future__ import annotations

import hashlib
import unicodedata

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from generic_tags.exceptions import InvalidLabelError

MAX_LENGTH = 255
SLUG_STEM = 200

# Letters and marks that are drawn as nothing, beside the category Cf.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {chr(c) for c in range(0xFE00, 0xFE10)}
_CONTROL = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean_label(label: object) -> str:
    """Return the label as it is stored: NFC, trimmed, single spaces.

    Raises:
        InvalidLabelError: it is no text, empty or invisible, too long, or holds control characters.
    """
    if not isinstance(label, str):
        raise InvalidLabelError(_("A label must be text."), "invalid")
    if len(label) > 4 * MAX_LENGTH:
        raise InvalidLabelError(_("A label may have at most 255 characters."), "max_length")
    text = unicodedata.normalize("NFC", label.strip())
    if any(unicodedata.category(character) in _CONTROL for character in text):
        raise InvalidLabelError(_("A label may not contain control characters."), "control_characters")
    text = " ".join(text.split())
    key = label_key(text)
    if not key:
        raise InvalidLabelError(_("A label may not be blank."), "blank")
    if max(len(text), len(key)) > MAX_LENGTH:
        raise InvalidLabelError(_("A label may have at most 255 characters."), "max_length")
    return text


def label_key(label: str) -> str:
    """Return what is equal for labels that differ in case, Unicode form, spacing or invisible characters only.

    A key is its own key.
    """
    key = _fold(label)
    return key if key == label else label_key(key)  # without what was between them letters may compose


def _fold(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold()
    text = "".join(c for c in text if c not in _BLANK and unicodedata.category(c) != "Cf")
    return " ".join(text.split())


def slug_for(key: str) -> str:
    """Return the slug of the label with this key."""
    slug = slugify(key, allow_unicode=True)
    if slug.replace("-", " ") == key and "_" not in slug and len(slug) <= SLUG_STEM:
        return slug
    digest = hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
    return f"{slug[:SLUG_STEM]}_{digest}"
