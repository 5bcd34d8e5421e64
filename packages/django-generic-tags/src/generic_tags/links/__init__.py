"""Links from rows of one table to objects of any registered model, whatever their primary keys.

django-generic-tags and django-generic-likes hold the same copy of this package, so that neither depends on the other.
It imports only relatively, and from the rest of its package only ``conf`` and ``exceptions``.
"""

from __future__ import annotations
