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


def test_start_and_checks_import_no_library_for_documents_or_tasks() -> None:
    answer = run("-c", START, settings="test")

    assert answer.returncode == 0, answer.stderr
    documents, tasks = {"fpdf", "fontTools", "openpyxl", "python_calamine"}, {"celery", "kombu", "redis"}
    assert (documents | tasks).isdisjoint(answer.stdout.split())


@pytest.mark.parametrize("entry", ["wsgi", "asgi"])
def test_what_a_server_has_loaded_is_left_out_of_garbage_collections(entry: str) -> None:
    answer = run("-c", f"import gc, storefront.{entry}; print(gc.get_freeze_count())", settings="test")

    assert answer.returncode == 0, answer.stderr
    assert int(answer.stdout) > 10_000


@pytest.mark.parametrize("entry", ["wsgi", "asgi"])
def test_a_server_collects_no_garbage_while_it_answers_a_long_list(entry: str) -> None:
    answer = run("-c", f"import gc, storefront.{entry}; print(gc.get_threshold()[0])", settings="test")

    assert answer.returncode == 0, answer.stderr
    assert int(answer.stdout) >= 10_000
