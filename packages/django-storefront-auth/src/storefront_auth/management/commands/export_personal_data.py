"""The command ``export_personal_data``."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS

from storefront_auth.services.privacy import personal_data


class Command(BaseCommand):
    """Writes the data that is stored about a user as JSON."""

    help = "Writes everything that is held about a user as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("user", help="The name that the user logs in with.")
        parser.add_argument("--pk", action="store_true", help="USER is the primary key.")
        parser.add_argument("--output", type=Path, help="The file to write, readable by its owner only.")
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS, help="The database that the user is in.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        users = get_user_model()._default_manager.db_manager(options["database"])
        try:
            user = users.get(pk=options["user"]) if options["pk"] else users.get_by_natural_key(options["user"])
        except (users.model.DoesNotExist, ValueError, ValidationError):
            raise CommandError(f"There is no user {options['user']!r}.") from None
        text = json.dumps(personal_data(user), indent=2, ensure_ascii=False)
        if options["output"] is None:
            self.stdout.write(text)
            return
        try:
            handle = os.open(options["output"], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"{options['output']} can't be written: {error.strerror}") from None
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text + "\n")
