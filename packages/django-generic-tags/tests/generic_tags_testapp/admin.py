from __future__ import annotations

from django.contrib import admin

from generic_tags.admin import TaggedItemStackedInline, TaggedItemTabularInline
from generic_tags_testapp.models import Article, Country, Dessert, Meal, Photo, Report, Wine


class ArticleAdmin(admin.ModelAdmin):
    inlines = [TaggedItemTabularInline]


class PhotoAdmin(admin.ModelAdmin):
    inlines = [TaggedItemStackedInline]


admin.site.register([Article, Country, Report], ArticleAdmin)
admin.site.register(Photo, PhotoAdmin)
admin.site.register([Dessert, Meal, Wine])
