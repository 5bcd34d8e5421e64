from __future__ import annotations

from django.contrib import admin

from generic_likes_testapp.models import Article, Chapter, Photo

admin.site.register([Article, Chapter, Photo])
