"""The admin page of likes."""

from __future__ import annotations

import swapper
from django.contrib import admin

from generic_likes.admin.likes import LikedItemAdmin
from generic_likes.selectors import get_liked_item_model

__all__ = ["LikedItemAdmin"]

if not swapper.is_swapped("generic_likes", "LikedItem"):
    admin.site.register(get_liked_item_model(), LikedItemAdmin)
