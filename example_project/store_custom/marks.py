"""The tags and likes of many objects, read by one statement.

Each package reads its own with one statement (``labels_by_key()`` and ``states_by_key()``). A list needs both, and a
statement costs more than what it reads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, Count, Value, When

from generic_likes.selectors import get_liked_item_model, is_saved_user
from generic_tags.links.registry import column_for, content_type_of
from generic_tags.selectors import get_tagged_item_model
from storefront_store.prepared import Prepared, is_plain


class Marks(NamedTuple):
    """What users have attached to an object.

    Attributes:
        tags: The labels of its tags, in order.
        likes_count: The number of users who like it.
        is_liked: Whether the user who asks does.
    """

    tags: list[str]
    likes_count: int = 0
    is_liked: bool = False


def marks_by_key(model: type[models.Model], keys: Iterable[Any], user: Any = None) -> dict[Any, Marks]:
    """Return the tags and likes of the objects with these primary keys.

    Args:
        model: A model that is registered for tags and likes.
        keys: Primary keys in the type of the field.
        user: The user for ``is_liked``, which is False for None and anonymous users.

    Returns:
        The marks by primary key, only for objects that have any.
    """
    tagged = get_tagged_item_model()
    using = tagged.objects.db
    values: dict[str, Any] = {"content_type": content_type_of(model, using).pk}
    if is_saved_user(user):
        values["user"] = user.pk
    statement = _statement(tagged, get_liked_item_model(), column_for(model), is_own="user" in values)
    labels: dict[Any, list[tuple[str, str]]] = defaultdict(list)
    likes: dict[Any, tuple[int, bool]] = {}
    for key, label_key, label, count, own in statement.fetch(list(keys), using=using, **values):
        if count:
            likes[key] = (count, bool(own))
        else:
            labels[key].append((label_key, label))
    return {
        key: Marks([label for _, label in sorted(labels.get(key, ()))], *likes.get(key, ()))
        for key in {*labels, *likes}
    }


@lru_cache(maxsize=16)
def _statement(tagged: Any, liked: Any, column: str, *, is_own: bool) -> Prepared:
    """Return the statement: a row for each tag, and a row with a number of likes for each object that has some."""

    def build(keys: Any, content_type: Any, user: Any = None) -> Any:
        found = {"content_type": content_type, f"{column}__in": keys}
        own = Count(Case(When(user=user, then=Value(1)))) if is_own else Value(0)
        likes = liked.objects.filter(**found).order_by().values(column).annotate(_count=Count("*"), _own=own)
        tags = tagged.objects.filter(**found).order_by()
        of_tags = tags.values_list(column, "tag__label_key", "tag__label", Value(0), Value(0))
        return of_tags.union(likes.values_list(column, Value(""), Value(""), "_count", "_own"), all=True).order_by()

    bound: dict[str, Any] = {"content_type": ContentType._meta.pk}
    if is_own:
        bound["user"] = liked._meta.get_field("user").target_field
    return Prepared(
        build,
        [column, "tag__label_key", "tag__label"],  # the numbers are constants to the query, and are read as they are
        key=tagged._meta.get_field(column),
        bound=bound,
        kept=is_plain(tagged.objects) and is_plain(liked.objects),
    )
