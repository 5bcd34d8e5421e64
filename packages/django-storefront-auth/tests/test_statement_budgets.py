"""Number of queries for saving and deleting users."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from storefront_auth.models import Profile
from storefront_auth.tokens import RefreshToken

pytestmark = [pytest.mark.django_db, pytest.mark.database]

MARKS = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


@pytest.fixture(autouse=True)
def _warm(make_user: Callable[..., Any]) -> None:
    """Look for the tables and read the content types, once for the process."""
    make_user().delete()


def statements(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return sum(not query["sql"].startswith(MARKS) for query in captured.captured_queries)


def values(number: int) -> dict[str, str]:
    return {"username": f"bulk{number}", "email": f"bulk{number}@example.com", "password": "x"}


def test_creating_user_takes_two_queries() -> None:
    assert statements(lambda: get_user_model().objects.create_user(**values(1))) == 2
    assert Profile.objects.filter(user__username="bulk1").exists()


@pytest.mark.parametrize("fresh", [False, True])
def test_saving_user_takes_one_query(user: Any, fresh: bool) -> None:
    user = get_user_model().objects.get() if fresh else user
    user.first_name = "An"

    assert statements(user.save) == 1
    assert statements(lambda: user.save(update_fields=["first_name"])) == 1


# Queries of a deletion without the package: the user, groups, permissions, the admin's log, and the app of the tests.
BASELINE = 5


@pytest.mark.parametrize("logins", [0, 1, 5])
def test_deleting_user_takes_at_most_eight_additional_queries(user: Any, logins: int) -> None:
    for _ in range(logins):
        RefreshToken.for_user(user)

    assert statements(user.delete) <= BASELINE + 8


def test_bulk_deletion_query_count_is_constant(make_user: Any) -> None:
    costs = []
    for number in (2, 20):
        for _ in range(number):
            RefreshToken.for_user(make_user())
        costs.append(statements(get_user_model().objects.all().delete))

    assert costs[0] == costs[1]
    assert costs[0] <= BASELINE + 1 + 8  # and the users are read
