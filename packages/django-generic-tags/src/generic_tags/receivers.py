"""Receivers of Django's signals."""

from __future__ import annotations

from generic_tags.links.deletion import DeletionWatch
from generic_tags.selectors import get_tagged_item_model

watch: DeletionWatch = DeletionWatch(get_tagged_item_model)
