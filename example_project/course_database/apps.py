"""The app's configuration."""

from __future__ import annotations

from django.apps import AppConfig


class CourseDatabaseConfig(AppConfig):
    """Imports the database of a project that follows the well-known Django course."""

    name = "course_database"
    verbose_name = "Course database"
