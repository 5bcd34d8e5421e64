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
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("jos\u00e9", "jose"), ("ann", "anne"), ("a.n@x.org", "an@x.org")])
def test_names_that_differ(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_a_domain_that_is_no_domain_is_left_alone() -> None:
    assert fold("a@" + "\u00fc" * 70) == "a@" + "\u00fc" * 70


TWINS = [
    {"username": "ANN", "email": "other@example.com"},
    {"username": "\uff41nn", "email": "other@example.com"},
    {"username": "other", "email": "ANN@example.com"},
    {"username": "other", "email": "ann@EXAMPLE.com"},
]


@pytest.mark.parametrize("values", TWINS)
def test_the_database_refuses_twins(user: Any, values: dict[str, str]) -> None:
    ways = [
        lambda: User.objects.create(**values),
        lambda: User.objects.bulk_create([User(**values)]),
        lambda: User(**values).save(),
    ]
    for way in ways:
        with pytest.raises(IntegrityError), transaction.atomic():
            way()

    assert User.objects.get() == user


@pytest.mark.parametrize("values", TWINS)
def test_an_account_can_not_become_a_twin(user: Any, make_user: Any, values: dict[str, str]) -> None:
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


def test_every_way_to_save_keeps_the_keys(make_user: Any) -> None:
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


def test_bulk_create_that_updates_keeps_the_keys(make_user: Any) -> None:
    user = make_user(username="ann")
    unique = {} if transaction.get_connection().vendor == "mysql" else {"unique_fields": ["id"]}
    twin = User(pk=user.pk, username="bob", email="bob@example.com", password="x")

    User.objects.bulk_create([twin], update_conflicts=True, update_fields=["username", "email"], **unique)

    assert key_of(user, "username_key") == identity_key("bob")
    assert key_of(user, "email_key") == identity_key("bob@example.com")


@pytest.mark.parametrize(("field", "value"), [("username", "ANN"), ("email", "Ann@Example.com")])
def test_forms_report_a_twin_at_its_field(user: Any, field: str, value: str) -> None:
    twin = User(**{"username": "bob", "email": "bob@example.com", "password": "x", field: value})

    with pytest.raises(ValidationError) as caught:
        twin.full_clean()

    assert list(caught.value.error_dict) == [field]


def test_an_exact_twin_is_reported_once(user: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        User(username="ann", email="bob@example.com", password="x").full_clean()

    assert len(caught.value.messages) == 1


def test_an_account_is_no_twin_of_itself(user: Any) -> None:
    user.username = "ANN"

    user.full_clean()


def test_accounts_travel_by_natural_keys(user: Any) -> None:
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


def test_a_fixture_needs_no_keys(tmp_path: Any, db: None) -> None:
    fixture = tmp_path / "users.json"
    fixture.write_text(
        '[{"model": "storefront_auth.user", "fields":'
        ' {"username": "ann", "email": "Ann@example.com", "password": "x"}}]'
    )

    call_command("loaddata", str(fixture), verbosity=0)

    assert key_of(User.objects.get(), "email_key") == identity_key("ann@example.com")


def test_a_new_user_has_a_profile_and_no_tokens(user: Any) -> None:
    assert str(user.storefront_profile) == "ann"
    assert not TokenState.objects.exists()


def test_a_bulk_update_ends_only_the_tokens_of_who_is_inactive(make_user: Any) -> None:
    awake, asleep = make_user(), make_user()
    versions = {state.pk: state.version for state in map(make_state, (awake, asleep))}
    asleep.is_active = False

    User.objects.bulk_update([awake, asleep], ["is_active"])

    ended = {state.pk: state.version - versions[state.pk] for state in TokenState.objects.all()}
    assert ended == {awake.pk: 0, asleep.pk: 1}


def make_state(user: Any) -> TokenState:
    return TokenState.objects.create(user=user)


@isolate_apps("storefront_auth_testapp")
def test_a_proxy_of_the_user_model_is_followed_as_the_model_is(user: Any, monkeypatch: Any) -> None:
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
def test_the_default_language_is_one_of_the_site(settings: Any, code: str, language: str) -> None:
    settings.LANGUAGE_CODE = code

    assert default_language() == language


def test_createsuperuser_refuses_a_twin(user: Any) -> None:
    from django.core.management.base import CommandError

    with pytest.raises(CommandError):
        call_command("createsuperuser", "--noinput", username="ANN", email="x@example.com", stdout=StringIO())


@pytest.mark.parametrize("user_model", ["storefront_auth.User", "auth.User", "storefront_auth_testapp.Member"])
def test_there_is_no_migration_missing(user_model: str) -> None:
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


def test_a_key_column_on_the_class_can_be_told_by_its_name() -> None:
    column: Any = User.username_key

    assert isinstance(column, DeferredAttribute)
    assert column.field.source == "username"


def test_a_host_may_name_people_by_a_field_of_its_own(user: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(User, "USERNAME_FIELD", "first_name")
    User.objects.update(first_name="Ann")

    assert User.objects.get_by_natural_key("Ann") == user
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key("nobody")


def test_the_bound_on_passwords_is_told_in_words() -> None:
    assert MaximumLengthValidator().get_help_text() == "Your password must not be longer than 1024 characters."
    with pytest.raises(ValidationError, match="longer than 3 characters"):
        MaximumLengthValidator(3).validate("four")
