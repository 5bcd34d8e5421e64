from __future__ import annotations

from types import SimpleNamespace

import hypothesis
import pytest
from generic_tags_testapp import statuses
from generic_tags_testapp.helpers import KINDS, login, make

# A machine that is busy with other work is no failure.
hypothesis.settings.register_profile("tags", deadline=None, suppress_health_check=list(hypothesis.HealthCheck))
hypothesis.settings.load_profile("tags")


@pytest.fixture(autouse=True)
def _documented_statuses(request):
    """Fail a test in which an operation answered with a status that its OpenAPI description does not have."""
    yield
    undocumented = statuses.undocumented()
    assert request.node.get_closest_marker("undocumented") or undocumented == []


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def thing(kind, db):
    return make(kind)


@pytest.fixture
def other(kind, db):
    return make(kind, "two")


@pytest.fixture
def things(db):
    """One object of every kind."""
    return SimpleNamespace(**{kind: make(kind) for kind in KINDS})


@pytest.fixture
def staff(db):
    return login("staff", is_staff=True)


@pytest.fixture
def member(db):
    return login("member")


@pytest.fixture
def calls():
    """Count what a signal receiver is told."""
    received = []

    def receiver(signal, sender, **kwargs):
        received.append(SimpleNamespace(signal=signal, sender=sender, **kwargs))

    received_signals = []

    def watch(*signals):
        for signal in signals:
            signal.connect(receiver, weak=False)
            received_signals.append(signal)
        return received

    yield watch
    for signal in received_signals:
        signal.disconnect(receiver)
