"""Libraries that few requests need are not imported at start-up."""

from __future__ import annotations

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
