"""What a process imports at its start, and keeps."""

from __future__ import annotations

import pytest
from tests.processes import run

START = """
import sys
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
get_wsgi_application()
call_command("check")
print(*sys.modules)
"""


def test_startup_does_not_import_document_or_task_libraries() -> None:
    answer = run("-c", START, settings="test")

    assert answer.returncode == 0, answer.stderr
    documents, tasks = {"fpdf", "fontTools", "openpyxl", "python_calamine"}, {"celery", "kombu", "redis"}
    assert (documents | tasks).isdisjoint(answer.stdout.split())


@pytest.mark.parametrize("entry", ["wsgi", "asgi"])
def test_servers_freeze_objects_loaded_at_startup(entry: str) -> None:
    answer = run("-c", f"import gc, storefront.{entry}; print(gc.get_freeze_count())", settings="test")

    assert answer.returncode == 0, answer.stderr
    assert int(answer.stdout) > 10_000


@pytest.mark.parametrize("entry", ["wsgi", "asgi"])
def test_servers_raise_garbage_collection_threshold(entry: str) -> None:
    answer = run("-c", f"import gc, storefront.{entry}; print(gc.get_threshold()[0])", settings="test")

    assert answer.returncode == 0, answer.stderr
    assert int(answer.stdout) >= 10_000
