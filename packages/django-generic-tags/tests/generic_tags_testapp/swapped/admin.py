from __future__ import annotations

from django.contrib import admin

from generic_tags.admin import TagAdmin
from generic_tags_testapp.swapped.models import Label

admin.site.register(Label, TagAdmin)
