"""Closes kept database connections that their server has closed, before a request or a task uses them.

Django's ``CONN_HEALTH_CHECKS`` sends a statement at the start of each request for this, which costs as much as a
simple query. A server that ends a connection (because it restarts, or after a timeout) closes the socket, and then
the socket can be read although nobody asked for anything. Looking at the socket is a system call without a round trip,
and works for reads and writes alike. A connection that breaks without being closed, for example because a firewall
dropped it, is not noticed by this; TCP keepalives are for that.
"""

from __future__ import annotations

import select
from typing import Any

from django.core.signals import request_started
from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper


def has_unread_data(connection: BaseDatabaseWrapper) -> bool:
    """Return whether the socket of a connection can be read: the server has closed it, or sent a notice."""
    poll = select.poll()
    try:
        with connection.wrap_database_errors:
            poll.register(connection.connection.fileno(), select.POLLIN)
    except (Error, ValueError):  # already closed on this side
        return True
    return bool(poll.poll(0))


def drop_closed_connections(**kwargs: Any) -> None:
    """Close the connections of this thread that their server has closed; the next query opens new ones."""
    for connection in connections.all(initialized_only=True):
        if not hasattr(connection.connection, "fileno") or connection.in_atomic_block:  # not open, or SQLite
            continue
        if has_unread_data(connection) and not connection.is_usable():
            connection.close()


request_started.connect(drop_closed_connections, dispatch_uid="storefront.connections")
