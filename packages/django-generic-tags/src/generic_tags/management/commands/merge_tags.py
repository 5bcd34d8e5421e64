"""The command ``merge_tags``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from generic_tags.exceptions import TagsError
from generic_tags.labels import label_key
from generic_tags.selectors import get_tag_model
from generic_tags.services import merge_tags


class Command(BaseCommand):
    """Merges tags into one."""

    help = "Move the objects of some tags to one tag and delete the others. Tags are named by label, in any case."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the arguments."""
        parser.add_argument("target", help="label of the tag to keep")
        parser.add_argument("sources", nargs="+", help="labels of the tags to delete")

    def handle(self, *args: Any, **options: Any) -> None:
        """Merge the tags."""
        named = {label_key(label): label for label in [options["target"], *options["sources"]]}
        tags = {tag.label_key: tag for tag in get_tag_model().objects.with_labels(named.values())}
        if unknown := [label for key, label in named.items() if key not in tags]:
            raise CommandError(_("There is no tag %(labels)s.") % {"labels": ", ".join(map(repr, unknown))})
        target = tags.pop(label_key(options["target"]))
        try:
            moved = merge_tags(target, tags.values())
        except TagsError as error:
            message = _("The tags were changed by someone else. Nothing was saved; please try again.")
            raise CommandError(message) from error
        self.stdout.write(_("%(count)d links moved to %(label)s") % {"count": moved, "label": target.label})
