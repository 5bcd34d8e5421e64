"""The package with the user models that a host may have, each in a process of its own: a model is chosen at start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

# What holds for every model with an address. The tests of our own model, its admin and its keys are left out.
CONTRACT = ["test_host_contract.py", "test_profile_api.py"]
CONTRACTS = {
    "storefront_auth_testapp.Member": CONTRACT,
    "storefront_auth_testapp.Subscriber": CONTRACT,
    "storefront_auth_testapp.Person": CONTRACT,
    "auth.User": CONTRACT,
    "storefront_auth_testapp.Player": ["test_host_without_address.py"],
}


@pytest.mark.parametrize("model", CONTRACTS)
def test_the_contract_holds_for_the_user_model_of_a_host(model: str) -> None:
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
