"""Admin pages that answer tampered addresses and forms without a server error.

Everything that an admin page reads from its address or from a form may have been edited by hand: filters, keys, page
numbers, initial values. ``HardenedModelAdmin`` checks them before a query is built, so that nothing has to be caught
afterwards: a defect in a list of a host's own stays an error. List pages answer as Django does, with a redirect to
``?e=1``; everything else is a 404, a form error or a 400.

This package knows nothing but Django. Copies of it in other packages are identical.
"""

from __future__ import annotations

from .forms import HardenedFormsMixin, KeyField, KeysField
from .pages import HardenedModelAdmin
from .values import is_key, is_searchable

__all__ = ["HardenedFormsMixin", "HardenedModelAdmin", "KeyField", "KeysField", "is_key", "is_searchable"]
