"""Ask the same questions of generic_tags, generic_likes and django-taggit, on a million links and a million likes.

Usage: ``python compare_taggit.py postgresql://postgres@127.0.0.1:5432/bench`` in an environment with Django, psycopg,
django-environ, django-taggit and the two packages. The database must be nobody's: its tables are made anew, unless ``--reuse`` follows.
Medians of interleaved pairs go to standard output as Markdown, the plans after them. The exit status is 1 if a plan
reads a big table from end to end, or ours takes more than 1.2 times as long.
"""

# ruff: noqa: E402, E501, S608

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
import environ
from django.conf import settings

sys.path.insert(0, str(Path(__file__).parent))
settings.configure(
    DATABASES={"default": environ.Env.db_url_config(sys.argv[1])},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "taggit",
        "generic_tags",
        "generic_likes",
        "gallery",
    ],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    GENERIC_TAGS={"MODELS": ["gallery.Article"]},
    GENERIC_LIKES={"MODELS": ["gallery.Article"]},
    USE_TZ=True,
)
django.setup()

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, Exists, OuterRef
from gallery.models import Article, Fan

from generic_likes.selectors import liked_by, most_liked, with_likes
from generic_tags.selectors import most_common, similar_to, tagged_with, tags_for_many

ARTICLES, EACH, TAGS, USERS, ROUNDS = 100_000, 10, 1_000, 20_000, 5
SECONDS = 5  # on each question, if that allows more than the least number of rounds
BIG = ("generic_tags_taggeditem", "generic_likes_likeditem")


def build() -> None:
    """Make the tables and fill them in bulk; both sides hold exactly the same facts."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        call_command("migrate", verbosity=0)
        call_command("migrate", run_syncdb=True, verbosity=0)  # the host has no migrations
        kind = ContentType.objects.get_for_model(Article).pk
        run = cursor.execute
        run(f"INSERT INTO gallery_article (title) SELECT 'Article ' || n FROM generate_series(1, {ARTICLES}) n")
        run(
            "INSERT INTO auth_user (username, password, first_name, last_name, email, is_superuser, is_staff, is_active,"
            " date_joined) SELECT 'user ' || n, '', '', '', '', false, false, true, now()"
            f" FROM generate_series(1, {USERS}) n"
        )
        names = f"FROM generate_series(1, {TAGS}) n"
        run(
            f"INSERT INTO generic_tags_tag (label, label_key, slug) SELECT 'tag ' || n, 'tag ' || n, 'tag-' || n {names}"
        )
        run(f"INSERT INTO taggit_tag (name, slug) SELECT 'tag ' || n, 'tag-' || n {names}")
        run(f"INSERT INTO taggit_tag (name, slug) SELECT 'user ' || n, 'user-' || n FROM generate_series(1, {USERS}) n")
        # Each article has ten tags; the square makes some far commoner than others. Likes spread alike over articles.
        width = TAGS // EACH
        spot = f"(slot * {width} + (article * 7919) % {width})"
        links = f"FROM generate_series(1, {ARTICLES}::bigint) article, generate_series(0, {EACH - 1}) slot"
        run(
            "INSERT INTO generic_tags_taggeditem (tag_id, content_type_id, object_int)"
            f" SELECT DISTINCT 1 + {spot} * {spot} / {TAGS}, {kind}, article {links}"
        )
        run(
            "INSERT INTO taggit_taggeditem (tag_id, content_type_id, object_id)"
            " SELECT tag_id, content_type_id, object_int FROM generic_tags_taggeditem ORDER BY id"
        )
        # Half of the likes go to a few articles, half to any.
        hot = f"((who * 31 + n * 1999) % 317) * ((who * 17 + n * 7) % 317) % {ARTICLES}"
        run(
            "INSERT INTO generic_likes_likeditem (user_id, content_type_id, object_int, created_at)"
            f" SELECT who, {kind}, 1 + CASE WHEN n % 2 = 0 THEN {hot} ELSE (who * 13 + n * 7919) % {ARTICLES} END, now()"
            f" FROM generate_series(1, {USERS}::bigint) who, generate_series(1, 51) n ON CONFLICT DO NOTHING"
        )
        run(
            "INSERT INTO gallery_fan (tag_id, content_type_id, object_id)"
            f" SELECT t.id, {kind}, l.object_int FROM generic_likes_likeditem l JOIN auth_user u ON u.id = l.user_id"
            " JOIN taggit_tag t ON t.name = u.username"
        )
        run("VACUUM ANALYZE")


def questions() -> dict[str, tuple[Callable[[], Any], Callable[[], Any]]]:
    """Return each question as (ours, django-taggit's); both answer something that can be compared."""
    objects = Article.objects.all()
    user = get_user_model().objects.get(username="user 4711")
    fan = Fan.objects.filter(tag__name="user 4711", object_id=OuterRef("pk"), content_type__model="article")
    middle = Article.objects.get(title="Article 47110")
    three = sorted(tag.label for tag in tags_for_many([middle])[middle])[:3]
    page = slice(5_000, 5_100)

    def taggit_all() -> list[int]:
        queryset = objects
        for name in three:
            queryset = queryset.filter(tags__name=name)
        return [article.pk for article in queryset.order_by("pk")]

    def ours_with_tags() -> list[list[str]]:
        articles = list(objects.order_by("pk")[page])
        return [sorted(tag.label for tag in tags) for tags in tags_for_many(articles).values()]

    def state(articles: Any) -> list[tuple[int, int, bool]]:
        return [(article.pk, article.likes_count, article.is_liked) for article in articles]

    def by_fans() -> Any:
        return objects.annotate(likes_count=Count("fans"), is_liked=Exists(fan))

    return {
        "one tag: how many": (
            lambda: tagged_with(objects, ["tag 17"]).count(),
            lambda: objects.filter(tags__name__in=["tag 17"]).distinct().count(),
        ),
        "one tag: first page": (
            lambda: [a.pk for a in tagged_with(objects, ["tag 17"]).order_by("pk")[:100]],
            lambda: [a.pk for a in objects.filter(tags__name__in=["tag 17"]).distinct().order_by("pk")[:100]],
        ),
        "one rare tag: all": (
            lambda: [a.pk for a in tagged_with(objects, ["tag 999"]).order_by("pk")],
            lambda: [a.pk for a in objects.filter(tags__name__in=["tag 999"]).distinct().order_by("pk")],
        ),
        "three tags, any: how many": (
            lambda: tagged_with(objects, three).count(),
            lambda: objects.filter(tags__name__in=three).distinct().count(),
        ),
        "three tags, any: first page": (
            lambda: [a.pk for a in tagged_with(objects, three).order_by("pk")[:100]],
            lambda: [a.pk for a in objects.filter(tags__name__in=three).distinct().order_by("pk")[:100]],
        ),
        "three tags, all of them": (
            lambda: [a.pk for a in tagged_with(objects, three, match="all").order_by("pk")],
            taggit_all,
        ),
        "tags of a page of 100": (
            ours_with_tags,
            lambda: [
                sorted(tag.name for tag in a.tags.all()) for a in objects.order_by("pk").prefetch_related("tags")[page]
            ],
        ),
        "most common tags": (
            lambda: [tag.items_count for tag in most_common(Article)[:10]],
            lambda: [tag.num_times for tag in Article.tags.most_common()[:10]],
        ),
        "similar articles": (
            lambda: [a.shared_tags for a in similar_to(middle, limit=10)],
            lambda: [a.similar_tags for a in middle.tags.similar_objects()[:10]],
        ),
        "likes of a page of 100": (
            lambda: state(with_likes(objects, user).order_by("pk")[page]),
            lambda: state(by_fans().order_by("pk")[page]),
        ),
        "most liked, top ten": (
            lambda: state(most_liked(objects, user)[:10]),
            lambda: state(by_fans().order_by("-likes_count", "pk")[:10]),
        ),
        "liked by one user": (
            lambda: sorted(a.pk for a in liked_by(user, Article)),
            lambda: sorted(a.pk for a in objects.filter(fans__name__in=["user 4711"]).distinct()),
        ),
    }


def plans(ask: Callable[[], Any]) -> list[str]:
    """Return the plan of every statement that a question takes."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        ask()
    found = []
    with connection.cursor() as cursor:
        for sql, params in asked:
            cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) {sql}", params)
            found.append("\n".join(row[0] for row in cursor.fetchall()))
    return found


def clock(ask: Callable[[], Any]) -> float:
    """Return the milliseconds that a question takes."""
    start = time.perf_counter()
    ask()
    return (time.perf_counter() - start) * 1000


def main() -> int:
    """Build, compare, print; return the exit status."""
    if "--reuse" not in sys.argv:
        build()
    out, wrong = sys.stdout.write, []
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()")
        out(
            f"# {cursor.fetchone()[0]}\n\nDjango {django.get_version()}, medians of at least {ROUNDS} interleaved pairs\n\n"
        )
        for table in (*BIG, "taggit_taggeditem", "gallery_fan"):
            cursor.execute(f"SELECT count(*), pg_total_relation_size('{table}') / 1e6 FROM {table}")
            rows, size = cursor.fetchone()
            out(f"- {table}: {rows} rows, {size:.0f} MB with indexes\n")
    out("\n| question | ours, ms | taggit, ms | ours / taggit |\n|---|---|---|---|\n")
    details = ""
    for name, (ours, theirs) in questions().items():
        pairs: list[tuple[float, float]] = []
        while len(pairs) < ROUNDS or (len(pairs) < 10 * ROUNDS and sum(map(sum, pairs)) < SECONDS * 1000):
            pairs.append((clock(ours), clock(theirs)))
        if ours() != theirs():
            wrong.append(f"{name}: the answers differ")
        mine, other = (statistics.median(column) for column in zip(*pairs, strict=True))
        ratio = statistics.median(one / two for one, two in pairs)
        out(f"| {name} | {mine:.2f} | {other:.2f} | {ratio:.2f} |\n")
        if ratio > 1.2:
            wrong.append(f"{name}: takes {ratio:.2f} times as long as taggit")
        for plan in plans(ours):
            details += f"\n## {name}\n\n```\n{plan}\n```\n"
            if name != "most common tags":  # counts every link there is: somebody has to read them all
                wrong += [f"{name}: reads {table} from end to end" for table in BIG if f"Seq Scan on {table}" in plan]
    out(details)
    sys.stderr.write("".join(f"{line}\n" for line in wrong))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
