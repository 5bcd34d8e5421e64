"""Admin classes that handle invalid URLs and form data without a server error.

Users can edit everything that an admin page reads from its URL or a form: filters, keys, page numbers, initial values.
``HardenedModelAdmin`` validates these values before it builds a query and catches no exceptions afterwards, so errors
in a project's own code are still reported. For invalid values list pages redirect to ``?e=1``, as Django's do; other
pages respond with 404, a form error or 400.

Lists count and show a bounded number of rows, so that a page of a large table costs as much as one of a small table.

This module depends only on Django. The copies of it in other packages are identical.
"""

from __future__ import annotations

from .forms import HardenedFormsMixin, KeyField, KeysField
from .lists import BoundedChangeList, BoundedPaginator
from .pages import HardenedModelAdmin
from .values import is_key, is_searchable

__all__ = [
    "BoundedChangeList",
    "BoundedPaginator",
    "HardenedFormsMixin",
    "HardenedModelAdmin",
    "KeyField",
    "KeysField",
    "is_key",
    "is_searchable",
]
