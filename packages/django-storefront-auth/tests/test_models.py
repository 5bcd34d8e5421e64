from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models.query_utils import DeferredAttribute
from django.test.utils import isolate_apps

from storefront_auth import receivers
from storefront_auth.accounts.identity import fold, identity_key
from storefront_auth.accounts.validators import MaximumLengthValidator
from storefront_auth.models import Profile, TokenState
from storefront_auth.models.profiles import default_language

pytestmark = [pytest.mark.django_db, pytest.mark.database]

User = get_user_model()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann@Example.com", "ann@example.COM"),
        ("stra\u00dfe", "STRASSE"),
        ("\uff21\uff4e\uff4e", "ann"),
        ("jose\u0301", "jos\u00e9"),
        ("\u212belvin", "\u00e5elvin"),
        ("a@b\u00fccher.example", "a@xn--bcher-kva.example"),
        ("a@B\u00dcCHER.example", "a@b\u00fccher.example"),
        (" ann ", "ann"),
    ],
)
def test_equivalent_names_are_folded_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("jos\u00e9", "jose"), ("ann", "anne"), ("a.n@x.org", "an@x.org")])
def test_different_names_are_folded_differently(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_invalid_domain_is_left_unchanged() -> None:
    assert fold("a@" + "\u00fc" * 70) == "a@" + "\u00fc" * 70


DUPLICATES = [
    {"username": "ANN", "email": "other@example.com"},
    {"username": "\uff41nn", "email": "other@example.com"},
    {"username": "other", "email": "ANN@example.com"},
    {"username": "other", "email": "ann@EXAMPLE.com"},
]


@pytest.mark.parametrize("values", DUPLICATES)
def test_database_rejects_duplicates(user: Any, values: dict[str, str]) -> None:
    ways = [
        lambda: User.objects.create(**values),
        lambda: User.objects.bulk_create([User(**values)]),
        lambda: User(**values).save(),
    ]
    for way in ways:
        with pytest.raises(IntegrityError), transaction.atomic():
            way()

    assert User.objects.get() == user


@pytest.mark.parametrize("values", DUPLICATES)
def test_account_cannot_be_changed_to_duplicate(user: Any, make_user: Any, values: dict[str, str]) -> None:
    field, value = next(pair for pair in values.items() if "other" not in pair[1])
    bob = make_user(username="bob")
    setattr(bob, field, value)
    ways = [
        lambda: bob.save(),
        lambda: bob.save(update_fields=[field]),
        lambda: User.objects.filter(pk=bob.pk).update(**{field: value}),
        lambda: User.objects.bulk_update([bob], [field]),
    ]
    for way in ways:
        with pytest.raises(IntegrityError), transaction.atomic():
            way()


def key_of(user: Any, name: str) -> str:
    """Return what is stored, and not what the instance would compute."""
    return User.objects.filter(pk=user.pk).values_list(name, flat=True).get()


def test_every_way_to_save_updates_keys(make_user: Any) -> None:
    user = make_user(username="ann")
    assert key_of(user, "username_key") == identity_key("ann")

    user.username = "Bob"
    user.save()
    assert key_of(user, "username_key") == identity_key("bob")

    user.username = "Cid"
    user.save(update_fields=["username"])
    assert key_of(user, "username_key") == identity_key("cid")

    User.objects.update(username="Dan", email="Dan@example.com")
    assert key_of(user, "username_key") == identity_key("dan")
    assert key_of(user, "email_key") == identity_key("dan@example.com")

    user.username = "Eve"
    User.objects.bulk_update([user], ["username"])
    assert key_of(user, "username_key") == identity_key("eve")

    partial = User.objects.only("username").get()
    partial.username = "Fay"
    partial.save()
    assert key_of(user, "username_key") == identity_key("fay")


def test_bulk_create_with_update_conflicts_updates_keys(make_user: Any) -> None:
    user = make_user(username="ann")
    unique = {} if transaction.get_connection().vendor == "mysql" else {"unique_fields": ["id"]}
    duplicate = User(pk=user.pk, username="bob", email="bob@example.com", password="x")

    User.objects.bulk_create([duplicate], update_conflicts=True, update_fields=["username", "email"], **unique)

    assert key_of(user, "username_key") == identity_key("bob")
    assert key_of(user, "email_key") == identity_key("bob@example.com")


@pytest.mark.parametrize(("field", "value"), [("username", "ANN"), ("email", "Ann@Example.com")])
def test_full_clean_reports_duplicate_on_its_field(user: Any, field: str, value: str) -> None:
    duplicate = User(**{"username": "bob", "email": "bob@example.com", "password": "x", field: value})

    with pytest.raises(ValidationError) as caught:
        duplicate.full_clean()

    assert list(caught.value.error_dict) == [field]


def test_exact_duplicate_is_reported_once(user: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        User(username="ann", email="bob@example.com", password="x").full_clean()

    assert len(caught.value.messages) == 1


def test_account_is_not_duplicate_of_itself(user: Any) -> None:
    user.username = "ANN"

    user.full_clean()


def test_serialization_with_natural_keys(user: Any) -> None:
    user.storefront_profile.display_name = "Ann"
    user.storefront_profile.save()
    options = {"use_natural_foreign_keys": True, "use_natural_primary_keys": True}
    data = serializers.serialize("json", [user, user.storefront_profile], **options)
    user.delete()

    for row in serializers.deserialize("json", data):
        row.save()

    assert User.objects.get_by_natural_key("ANN").storefront_profile.display_name == "Ann"
    assert key_of(User.objects.get(), "email_key") == identity_key("ann@example.com")
    assert Profile.objects.get_by_natural_key("ann") == Profile.objects.get()


def test_loaddata_computes_keys(tmp_path: Any, db: None) -> None:
    fixture = tmp_path / "users.json"
    fixture.write_text(
        '[{"model": "storefront_auth.user", "fields":'
        ' {"username": "ann", "email": "Ann@example.com", "password": "x"}}]'
    )

    call_command("loaddata", str(fixture), verbosity=0)

    assert key_of(User.objects.get(), "email_key") == identity_key("ann@example.com")


def test_new_user_has_profile_and_no_token_state(user: Any) -> None:
    assert str(user.storefront_profile) == "ann"
    assert not TokenState.objects.exists()


def test_bulk_update_revokes_tokens_of_inactive_users_only(make_user: Any) -> None:
    active, inactive = make_user(), make_user()
    versions = {state.pk: state.version for state in map(make_state, (active, inactive))}
    inactive.is_active = False

    User.objects.bulk_update([active, inactive], ["is_active"])

    ended = {state.pk: state.version - versions[state.pk] for state in TokenState.objects.all()}
    assert ended == {active.pk: 0, inactive.pk: 1}


def make_state(user: Any) -> TokenState:
    return TokenState.objects.create(user=user)


@isolate_apps("storefront_auth_testapp")
def test_receivers_handle_proxy_of_user_model(user: Any, monkeypatch: Any) -> None:
    class Colleague(User):  # type: ignore[misc, valid-type]
        class Meta:
            proxy = True
            app_label = "storefront_auth_testapp"

    monkeypatch.setattr(receivers, "apps", Colleague._meta.apps)
    receivers.connect()
    before = make_state(user).version

    new = Colleague.objects.create(username="bob", email="bob@example.com")
    colleague = Colleague.objects.get(pk=user.pk)
    colleague.is_active = False
    colleague.save()

    assert Profile.objects.filter(user_id=new.pk).exists()
    assert TokenState.objects.get(user_id=user.pk).version == before + 1


def test_token_states_start_from_different_versions(user: Any, make_user: Any) -> None:
    states = [TokenState.objects.create(user=user), TokenState.objects.create(user=make_user())]

    assert states[0].version != states[1].version
    assert str(states[0]) == "ann"


@pytest.mark.parametrize(("code", "language"), [("de-at", "de"), ("en-us", "en"), ("xx", "xx")])
def test_default_language_follows_language_code(settings: Any, code: str, language: str) -> None:
    settings.LANGUAGE_CODE = code

    assert default_language() == language


def test_createsuperuser_rejects_duplicate(user: Any) -> None:
    from django.core.management.base import CommandError

    with pytest.raises(CommandError):
        call_command("createsuperuser", "--noinput", username="ANN", email="x@example.com", stdout=StringIO())


@pytest.mark.parametrize("user_model", ["storefront_auth.User", "auth.User", "storefront_auth_testapp.Member"])
def test_no_migration_is_missing(user_model: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"],
        env={
            **os.environ,
            "TEST_DATABASE_URL": "",  # some versions of Django look at the server, where only the tests' database is
            "TEST_USER_MODEL": user_model,
            "DJANGO_SETTINGS_MODULE": "storefront_auth_testapp.settings",
            "PYTHONPATH": os.path.dirname(__file__),
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_key_field_is_deferred_attribute_on_class() -> None:
    column: Any = User.username_key

    assert isinstance(column, DeferredAttribute)
    assert column.field.source == "username"


def test_get_by_natural_key_with_custom_username_field(user: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(User, "USERNAME_FIELD", "first_name")
    User.objects.update(first_name="Ann")

    assert User.objects.get_by_natural_key("Ann") == user
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key("nobody")


def test_maximum_length_validator_messages() -> None:
    assert MaximumLengthValidator().get_help_text() == "Your password must not be longer than 1024 characters."
    with pytest.raises(ValidationError, match="longer than 3 characters"):
        MaximumLengthValidator(3).validate("four")
