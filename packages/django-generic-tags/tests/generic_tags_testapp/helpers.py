from __future__ import annotations

import base64
import threading

from django.contrib.auth import get_user_model
from django.db import connections

from generic_tags.selectors import tags_for
from generic_tags_testapp.models import Article, Book, Chapter, Column, Country, Photo, Report

NOT_FOUND = {"detail": "Not found.", "code": "not_found"}
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


def labels(obj):
    """Return the labels of the tags of an object, in order."""
    return [tag.label for tag in tags_for(obj)]


def for_url(kind, key):
    """Return the URL of the tags of an object."""
    return f"/tags/for/generic_tags_testapp.{kind}/{key}/"


def login(name, **fields):
    """Return the client keywords of a new user who signs every request."""
    get_user_model().objects.create_user(name, password="secret", **fields)
    credentials = base64.b64encode(f"{name}:secret".encode()).decode()
    return {"headers": {"authorization": f"Basic {credentials}"}, "content_type": "application/json"}


def at_once(*actions):
    """Run all actions in threads that start together; return the exceptions that they raised."""
    start, errors = threading.Barrier(len(actions)), []

    def work(action):
        start.wait()
        try:
            action()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[action]) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors
