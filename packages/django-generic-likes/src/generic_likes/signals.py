from __future__ import annotations

from django.dispatch import Signal

# Sent after commit, when a user likes an object that the user did not like before. Sender: the object's model.
# Arguments:
# - instance: the object
# - user: who likes it
# - using: alias of the database
object_liked = Signal()

# Sent after commit, when a user takes a like back. Not sent when the object or the user is deleted.
# Arguments: as above
object_unliked = Signal()
