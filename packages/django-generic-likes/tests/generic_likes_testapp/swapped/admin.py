from __future__ import annotations

from django.contrib import admin

from generic_likes.admin import LikedItemAdmin
from generic_likes_testapp.swapped.models import Favourite

admin.site.register(Favourite, LikedItemAdmin)
