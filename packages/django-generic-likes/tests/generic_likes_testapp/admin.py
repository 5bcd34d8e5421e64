from __future__ import annotations

from django.contrib import admin

from generic_likes_testapp.models import Article, Photo

admin.site.register([Article, Photo])
