"""Make the tables and fill them with as many articles as the shops have products: ``python seed.py SIZE``."""

from __future__ import annotations

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

TAGS, EACH = 200, 5
TABLES = {
    "taggit": (
        "INSERT INTO taggit_tag (name, slug) SELECT 'tag ' || n, 'tag-' || n FROM generate_series(1, %s) n",
        "INSERT INTO taggit_taggeditem (tag_id, content_type_id, object_id)",
    ),
    "generic_tags": (
        """INSERT INTO generic_tags_tag (label, label_key, slug)
        SELECT 'tag ' || n, 'tag ' || n, 'tag-' || n FROM generate_series(1, %s) n""",
        "INSERT INTO generic_tags_taggeditem (tag_id, content_type_id, object_int)",
    ),
}


def main() -> None:
    """Give each article five tags of two hundred."""
    call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0, run_syncdb=True)  # this app has no migrations, and refers to one that has
    from articles.models import Article

    size = int(sys.argv[1])
    kind = ContentType.objects.get_for_model(Article).pk
    tags, links = TABLES[settings.LIBRARY]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO articles_article (title) SELECT 'Article ' || n FROM generate_series(1, %s) n", [size]
        )
        cursor.execute(tags, [TAGS])
        cursor.execute(
            f"{links} SELECT 1 + (article * 7 + slot * 40) %% {TAGS}, %s, article"
            f" FROM generate_series(1, %s) article, generate_series(1, {EACH}) slot",
            [kind, size],
        )


main()
