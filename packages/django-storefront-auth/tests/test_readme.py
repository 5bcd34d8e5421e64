"""Who follows the README has a site that works."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

README = Path(__file__).parents[1] / "README.md"
STORY = """
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


@pytest.mark.parametrize("own_model", [False, True], ids=["our user", "a user of the host"])
def test_a_blank_project_that_follows_the_readme_works(tmp_path: Path, own_model: bool) -> None:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DJANGO_SETTINGS_MODULE", "PYTHONPATH", "TEST_USER_MODEL")
    }
    environment |= {"JWT_SIGNING_KEY": "k" * 48, "DJANGO_SETTINGS_MODULE": "site1.settings"}

    def run(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    settings, urls = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    environment.pop("DJANGO_SETTINGS_MODULE")
    run("-m", "django", "startproject", "site1", ".")
    environment["DJANGO_SETTINGS_MODULE"] = "site1.settings"
    if own_model:
        run("manage.py", "startapp", "members")
        (tmp_path / "members" / "models.py").write_text(MEMBER)
        settings = settings.replace('"storefront_auth.User"', '"members.Member"') + 'INSTALLED_APPS += ["members"]\n'
    for name, block in {"settings.py": settings, "urls.py": urls}.items():
        with (tmp_path / "site1" / name).open("a") as file:
            file.write(block)
    if own_model:
        run("manage.py", "makemigrations", "members")
    run("manage.py", "check", "--fail-level", "WARNING")
    run("manage.py", "makemigrations", "--check")
    run("manage.py", "migrate")

    assert run("-c", STORY).splitlines()[-1] == "[201, 200, 200, 204, 401, 204, 401]"


def test_the_readme_names_every_route(settings: Any) -> None:
    from storefront_auth.urls import router, urlpatterns

    text = README.read_text()
    for pattern in [*router.urls, *urlpatterns]:
        route = re.sub(r"[\^$?]", "", str(pattern.pattern)).replace("(P<pk>[/.]+)", "{id}")
        if route and "format" not in route:
            assert f"`{route}" in text, route
