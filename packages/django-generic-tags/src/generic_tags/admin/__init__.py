"""Admin pages of tags, and inlines for the pages of other models."""

from __future__ import annotations

import swapper
from django.contrib import admin

from generic_tags.admin.inlines import TaggedItemStackedInline, TaggedItemTabularInline
from generic_tags.admin.tags import TagAdmin
from generic_tags.selectors import get_tag_model

__all__ = ["TagAdmin", "TaggedItemStackedInline", "TaggedItemTabularInline"]

if not swapper.is_swapped("generic_tags", "Tag"):
    admin.site.register(get_tag_model(), TagAdmin)
