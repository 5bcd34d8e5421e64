"""Signals of the package."""

from __future__ import annotations

from django.dispatch import Signal

# Sent after the commit, when tags were added to an object that did not have them. Sender: the model of the object.
# Arguments:
# - instance: the object
# - tags: list of the tags that are new on it
# - using: alias of the database
object_tagged: Signal = Signal()

# Sent after the commit, when tags were removed from an object. Not sent when the object or a tag is deleted.
# Arguments: as above; tags: list of the tags that were removed
object_untagged: Signal = Signal()
