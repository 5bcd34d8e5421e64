from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from generic_likes.admin import LikedItemAdmin
from generic_likes_testapp.swapped.models import Favourite, Person

admin.site.register(Favourite, LikedItemAdmin)
admin.site.register(Person, UserAdmin)
