from __future__ import annotations

from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request

from generic_likes.conf import app_settings


class Pagination(PageNumberPagination):
    """Pages of ``PAGE_SIZE``; ``?page_size=`` up to ``MAX_PAGE_SIZE``."""

    page_size_query_param = "page_size"

    def get_page_size(self, request: Request) -> int | None:
        self.page_size = app_settings.PAGE_SIZE
        self.max_page_size = app_settings.MAX_PAGE_SIZE
        return super().get_page_size(request)
