"""Generic links from the rows of a table to objects of any registered model, with any type of primary key.

django-generic-tags and django-generic-likes contain identical copies of this module, so that neither depends on the
other. All imports are relative, and only ``conf`` and ``exceptions`` are imported from the containing package.
"""

from __future__ import annotations
