"""The package with custom user models, each in its own process, as the model is chosen at startup."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Tests for every model with an email field; tests of the package's model, its admin and its keys are left out.
CONTRACT = ["test_host_contract.py", "test_profile_api.py"]
CONTRACTS = {
    "storefront_auth_testapp.Member": CONTRACT,
    "storefront_auth_testapp.Subscriber": CONTRACT,
    "storefront_auth_testapp.Person": CONTRACT,
    "auth.User": CONTRACT,
    "storefront_auth_testapp.Player": ["test_host_without_address.py"],
}


@pytest.mark.parametrize("model", CONTRACTS)
def test_contract_holds_for_custom_user_model(model: str) -> None:
    here = Path(__file__).parent
    files = [str(here / name) for name in CONTRACTS[model]]

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files],
        env={**os.environ, "TEST_USER_MODEL": model},
        cwd=here.parent,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-5000:]
