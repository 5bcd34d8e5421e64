"""Helpers to load settings in separate processes, as a site does when it starts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parent.parent
SHOW = """
import json, sys
from django.conf import settings
print(json.dumps([getattr(settings, name) for name in sys.argv[1:]], default=str))
"""
SECRETS = {
    "SECRET_KEY": "k" * 60 + "0123456789",
    "JWT_SIGNING_KEY": "j" * 60 + "0123456789",
    "ALLOWED_HOSTS": "shop.example",
}


def run(*arguments: str, settings: str, **variables: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": f"storefront.settings.{settings}", **variables}
    return subprocess.run(
        [sys.executable, *arguments], cwd=EXAMPLE, env=env, capture_output=True, text=True, timeout=60, check=False
    )


def values(*names: str, settings: str, **variables: str) -> list[object]:
    answer = run("-c", SHOW, *names, settings=settings, **variables)
    assert answer.returncode == 0, answer.stderr
    return list(json.loads(answer.stdout))
