"""Signals of the package."""

from __future__ import annotations

from django.dispatch import Signal

# Sent after the commit, when a user likes an object that the user did not like before. Sender: the model of the object.
# Arguments:
# - instance: the object
# - user: the user
# - using: alias of the database
object_liked: Signal = Signal()

# Sent after the commit, when a user no longer likes an object. Not sent when the object or the user is deleted.
# Arguments: as above
object_unliked: Signal = Signal()
