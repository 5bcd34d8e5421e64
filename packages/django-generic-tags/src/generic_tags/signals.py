from __future__ import annotations

from django.dispatch import Signal

# Sent after commit, when tags were attached to an object that did not have them. Sender: the object's model.
# Arguments:
# - instance: the object
# - tags: list of the tags that are new on it
# - using: alias of the database
object_tagged = Signal()

# Sent after commit, when tags were taken off an object. Not sent when the object itself is deleted.
# Arguments: as above; tags: list of the tags that were taken off
object_untagged = Signal()
