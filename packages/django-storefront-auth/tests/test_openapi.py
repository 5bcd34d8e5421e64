"""The OpenAPI schema: complete, without warnings, and optional where drf-spectacular is not installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("drf_spectacular")

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def schema(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    from drf_spectacular.drainage import GENERATOR_STATS
    from drf_spectacular.generators import SchemaGenerator
    from drf_spectacular.validation import validate_schema

    GENERATOR_STATS.reset()
    schema = SchemaGenerator().get_schema(public=True)
    validate_schema(schema)
    assert not GENERATOR_STATS, capsys.readouterr().err
    return schema


def operations(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method} {path}": operation
        for path, item in schema["paths"].items()
        for method, operation in item.items()
        if method in METHODS and path.startswith("/auth/") and path != "/auth/"
    }


def test_operations_have_summary_tags_and_error_responses(schema: dict[str, Any]) -> None:
    described = operations(schema)

    assert len(described) == 27
    for name, operation in described.items():
        answers = operation["responses"]
        assert operation["summary"], name
        assert operation["tags"][0] in ("Accounts", "Tokens"), name
        assert {"406", "503"} <= set(answers), name
        if "requestBody" in operation:
            assert {"400", "413", "415"} <= set(answers), name
        for status, answer in answers.items():
            if status >= "400":
                (content,) = {str(kind["schema"]) for kind in answer["content"].values()}
                assert "FieldErrors" in content if status == "400" else "Error" in content, name
    ids = [operation["operationId"] for operation in described.values()]
    assert len(set(ids)) == len(ids)


def test_login_response_contains_tokens_only(schema: dict[str, Any]) -> None:
    operation = schema["paths"]["/auth/jwt/create/"]["post"]

    assert operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith("/TokenPair")
    assert sorted(schema["components"]["schemas"]["TokenPair"]["properties"]) == ["access", "refresh"]
    assert not operation.get("security")
    assert schema["paths"]["/auth/users/me/"]["get"]["security"] == [{"jwtAuth": []}]


def test_urls_load_without_drf_spectacular() -> None:
    code = (
        "import sys; sys.modules['drf_spectacular'] = None\n"
        "import django; django.setup()\n"
        "from storefront_auth import urls\n"
        "print(len(urls.urlpatterns))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"DJANGO_SETTINGS_MODULE": "storefront_auth_testapp.settings", "PYTHONPATH": str(Path(__file__).parent)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == "7\n", done.stderr
