"""The instructions of the README produce a working site."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

README = Path(__file__).parents[1] / "README.md"
SCENARIO = """
import django
django.setup()
from rest_framework.test import APIClient
api = APIClient(SERVER_NAME="localhost")
body = {"username": "ann@example.com", "email": "ann@example.com", "password": "correct-horse-7"}
statuses = [api.post("/auth/users/", body).status_code]
first = api.post("/auth/jwt/create/", body)
statuses.append(first.status_code)
second = api.post("/auth/jwt/refresh/", {"refresh": first.json()["refresh"]})
statuses.append(second.status_code)
api.credentials(HTTP_AUTHORIZATION="JWT " + second.json()["access"])
change = {"current_password": "correct-horse-7", "new_password": "battery-staple-9"}
statuses.append(api.post("/auth/users/set_password/", change).status_code)
statuses.append(api.get("/auth/users/me/").status_code)
api.credentials()
third = api.post("/auth/jwt/create/", {**body, "password": "battery-staple-9"})
statuses.append(api.post("/auth/jwt/logout/", {"refresh": third.json()["refresh"]}).status_code)
statuses.append(api.post("/auth/jwt/refresh/", {"refresh": third.json()["refresh"]}).status_code)
print(statuses)
"""
MEMBER = """
from django.db import models
from storefront_auth.models import AbstractStorefrontUser


class Member(AbstractStorefrontUser):
    points = models.PositiveIntegerField(default=0)
"""


MEMBER_ADMIN = """
from django.contrib import admin
from members.models import Member
from storefront_auth.admin import UserAdmin
admin.site.register(Member, UserAdmin)
"""
PROJECT_SETTINGS = """
REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "PAGE_SIZE": 7,
}
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.RemoteUserBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
]
DATABASES["default"]["OPTIONS"] = {"timeout": 7}
SIMPLE_JWT = {"ACCESS_TOKEN_LIFETIME": __import__("datetime").timedelta(minutes=3)}
DJOSER = {"SEND_CONFIRMATION_EMAIL": True}
"""
CHECK_SETTINGS = """
import django
django.setup()
from django.conf import settings
api = settings.REST_FRAMEWORK
assert api["DEFAULT_PERMISSION_CLASSES"] == ["rest_framework.permissions.IsAuthenticated"]
assert api["DEFAULT_RENDERER_CLASSES"] == ["rest_framework.renderers.JSONRenderer"]
assert api["PAGE_SIZE"] == 7
assert [path.rpartition(".")[2] for path in api["DEFAULT_AUTHENTICATION_CLASSES"]] == [
    "SessionAuthentication", "JWTAuthentication"
]
assert [path.rpartition(".")[2] for path in settings.AUTHENTICATION_BACKENDS] == ["AccountBackend", "RemoteUserBackend"]
(least,) = [row for row in settings.AUTH_PASSWORD_VALIDATORS if row["NAME"].endswith("MinimumLengthValidator")]
assert least["OPTIONS"] == {"min_length": 12}
assert settings.SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"].seconds == 180
assert settings.DJOSER["SEND_CONFIRMATION_EMAIL"] and settings.DJOSER["TOKEN_MODEL"] is None
assert settings.MIDDLEWARE[0] == "django.middleware.security.SecurityMiddleware"
print("kept")
"""
DELETE = """
import django
django.setup()
from django.contrib.auth import get_user_model
from storefront_auth.tokens import RefreshToken
for number in range(3):
    user = get_user_model().objects.create_user(f"person{number}", f"person{number}@example.com", "x")
    RefreshToken.for_user(user)
get_user_model().objects.first().delete()
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken
OutstandingToken.objects.filter(user__username="person1").update(user=None)  # as older versions left them
"""
PRINT_LEFTOVERS = """
import django
django.setup()
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
ours = ("storefront_auth", "token_blacklist")
tables = [name for name in connection.introspection.table_names() if name.startswith(ours)]
types = list(ContentType.objects.filter(app_label__in=ours))
permissions = list(Permission.objects.filter(content_type__app_label__in=ours))
print(tables, types, permissions, django.contrib.auth.get_user_model().objects.count())
"""


class Project:
    """A blank project, made by Django's own command."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DJANGO_SETTINGS_MODULE", "PYTHONPATH", "TEST_USER_MODEL")
        }
        self.environment["JWT_SIGNING_KEY"] = "k" * 48
        self.run("-m", "django", "startproject", "site1", ".")
        self.environment["DJANGO_SETTINGS_MODULE"] = "site1.settings"

    def run(self, *command: str, fails: bool = False) -> str:
        done = subprocess.run(
            [sys.executable, *command],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert bool(done.returncode) is fails, done.stdout + done.stderr
        return done.stdout + (done.stderr if fails else "")

    def add(self, name: str, text: str) -> None:
        with (self.folder / "site1" / name).open("a") as file:
            file.write(text)


BLOCKS = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)


@pytest.mark.parametrize("own_model", [False, True], ids=["user of package", "user of project"])
def test_blank_project_works_after_readme_steps(tmp_path: Path, own_model: bool) -> None:
    project = Project(tmp_path)
    settings, urls = BLOCKS
    if own_model:
        project.run("manage.py", "startapp", "members")
        (tmp_path / "members" / "models.py").write_text(MEMBER)
        settings = settings.replace('"storefront_auth.User"', '"members.Member"') + 'INSTALLED_APPS += ["members"]\n'
    project.add("settings.py", settings)
    project.add("urls.py", urls)
    if own_model:
        project.run("manage.py", "makemigrations", "members")
    checked = ["check", "--fail-level", "WARNING"]
    if own_model:
        (tmp_path / "members" / "admin.py").write_text(MEMBER_ADMIN)
    project.run("manage.py", *checked)
    project.run("manage.py", "makemigrations", "--check")
    project.run("manage.py", "migrate")

    assert project.run("-c", SCENARIO).splitlines()[-1] == "[201, 200, 200, 204, 401, 204, 401]"


def test_settings_of_project_are_kept(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.add("settings.py", PROJECT_SETTINGS + BLOCKS[0])
    project.add("urls.py", BLOCKS[1])

    assert project.run("-c", CHECK_SETTINGS) == "kept\n"
    project.run("manage.py", "check")


def test_uninstall_instructions_remove_everything(tmp_path: Path) -> None:
    project = Project(tmp_path)
    before = {name: (tmp_path / "site1" / name).read_text() for name in ("settings.py", "urls.py")}
    project.add("settings.py", BLOCKS[0].replace('AUTH_USER_MODEL = "storefront_auth.User"', ""))
    project.add("urls.py", BLOCKS[1])
    project.run("manage.py", "migrate")
    project.run("-c", DELETE)

    for line in README.read_text().partition("## Take it out again")[2].splitlines():
        if line.startswith("$ python manage.py remove_stale"):
            for name, text in before.items():
                (tmp_path / "site1" / name).write_text(text)
        if line.startswith("$ python "):
            project.run(*line.removeprefix("$ python ").split())

    assert project.run("-c", PRINT_LEFTOVERS) == "[] [] [] 2\n"


@pytest.mark.parametrize(
    ("forgotten", "message"),
    [
        ("MIDDLEWARE =", "MIDDLEWARE += ['storefront_auth.middleware.SessionVersionMiddleware']"),
        ("DJOSER =", "DJOSER = {**recommended.DJOSER}"),
        ("urlpatterns", 'path("auth/", include("storefront_auth.urls"))'),
        ("AUTHENTICATION_BACKENDS", "storefront_auth.backends.AccountBackend"),
        ("REST_FRAMEWORK", "storefront_auth.authentication.JWTAuthentication"),
    ],
)
def test_checks_report_forgotten_step_with_line_to_add(tmp_path: Path, forgotten: str, message: str) -> None:
    project = Project(tmp_path)
    for name, block in zip(("settings.py", "urls.py"), BLOCKS, strict=True):
        project.add(name, "".join(line for line in block.splitlines(True) if not line.startswith(forgotten)))

    assert message in project.run("manage.py", "check", "--fail-level", "WARNING", fails=True)


def test_late_change_of_user_model_is_reported(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.run("manage.py", "migrate")
    for name, block in zip(("settings.py", "urls.py"), BLOCKS, strict=True):
        project.add(name, block)

    output = project.run("manage.py", "migrate", fails=True)

    assert "storefront_auth.E011" in output
    assert "Choose the user model before the first migration." in output


def test_readme_lists_every_route(settings: Any) -> None:
    from storefront_auth.urls import router, urlpatterns

    text = README.read_text()
    for pattern in [*router.urls, *urlpatterns]:
        route = re.sub(r"[\^$?]", "", str(pattern.pattern)).replace("(P<pk>[/.]+)", "{id}")
        if route and "format" not in route:
            assert f"`{route}" in text, route
