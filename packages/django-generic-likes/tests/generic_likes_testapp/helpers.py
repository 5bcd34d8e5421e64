from __future__ import annotations

import base64

from django.contrib.auth import get_user_model

from generic_likes_testapp.models import Article, Book, Chapter, Column, Country, Photo, Report

KINDS = ["article", "column", "report", "photo", "country", "chapter"]


def make(kind, name="one"):
    """Return a saved object of this kind."""
    if kind == "country":
        return Country.objects.create(code=name)
    if kind == "report":
        return Report.objects.create(title=name, agency="Wire")
    if kind == "chapter":
        return Chapter.objects.create(title=name, book=Book.objects.create(title="Book"))
    return {"article": Article, "column": Column, "photo": Photo}[kind].objects.create(title=name)


def login(name, **fields):
    """Return the client keywords of a new user who signs every request."""
    get_user_model().objects.create_user(name, password="secret", **fields)
    credentials = base64.b64encode(f"{name}:secret".encode()).decode()
    return {"headers": {"authorization": f"Basic {credentials}"}, "content_type": "application/json"}
