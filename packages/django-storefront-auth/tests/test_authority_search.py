"""No privilege escalation: a search for sequences of writes by which somebody gets a right that they did not hold.

Every actor tries every write through the API and the admin, against every target, up to three in a row.
After each write the rights of all accounts are compared with the beginning. An account whose password or mailbox the
actor has come to know counts as the actor's own.

What keeps the search small loses nothing:

- A write after which rights, groups, passwords and mailboxes are as they were leads to a state that was searched
  already, whether it was refused or did nothing. Only new states are searched on, each with the most writes left that
  it was reached with. The database is rolled back to the state before each write.
- The code asks for permissions by model. A permission of a model without an admin page gives no access, so one of these
  stands for all; staff with each permission of a model that has one are all tried.
- What users do to their own accounts, or to new ones without rights, gives nobody a right and is no new state.
- Rights that differ only by name are granted alike, so three permissions at most stand for all: one of the actor's own,
  and two that the actor does not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.test import Client
from rest_framework.test import APIClient

from storefront_auth.accounts.authority import Rights, permission_names
from storefront_auth.tokens import RefreshToken

pytestmark = pytest.mark.django_db

DEPTH = 3
OWN = "correct-horse-7"
KNOWN = "the-climber-knows-9"
MAILBOX = "climber{}@evil.example"
SPARE = ("delete_user", "change_group")
GROUP_MANAGER = ("view_user", "change_user", "add_group", "change_group", "delete_group", "view_group")


class State(NamedTuple):
    """What the search compares: the stored rights, and who is known to the actor."""

    users: tuple[tuple[object, bool, bool, bool], ...]
    user_groups: frozenset[tuple[object, object]]
    user_permissions: frozenset[tuple[object, object]]
    group_permissions: frozenset[tuple[object, object]]

    @classmethod
    def read(cls, actor: Any) -> State:
        """Read the state by four queries; changes of own accounts without rights are no new state."""
        model: Any = get_user_model()
        own = {None if actor is None else actor.pk}
        columns = ("pk", "is_superuser", "is_staff", "email", "password")
        groups = frozenset(model.groups.through.objects.values_list("user_id", "group_id"))
        permissions = frozenset(model.user_permissions.through.objects.values_list("user_id", "permission_id"))
        users = []
        for pk, superuser, staff, email, password in model.objects.order_by("pk").values_list(*columns):
            is_known = pk not in own and (email.endswith("@evil.example") or check_password(KNOWN, password))
            holds = superuser or staff or any(pk == row[0] for row in groups | permissions)
            if holds or not email.startswith("new@"):
                users.append((pk, superuser, staff, is_known))
        return cls(
            tuple(users),
            groups,
            permissions,
            frozenset(Group.permissions.through.objects.values_list("group_id", "permission_id")),
        )


class AllRights(NamedTuple):
    """The rights of all accounts and groups."""

    users: dict[object, Rights]
    groups: dict[object, frozenset[str]]

    @classmethod
    def read(cls) -> AllRights:
        return cls(
            {user.pk: Rights.of(user) for user in get_user_model().objects.all()},
            {group.pk: permission_names(group.permissions.all()) for group in Group.objects.all()},
        )


class World:
    """The accounts and groups that are there, and the actor who tries."""

    def __init__(self, make_user: Any, permissions: tuple[str, ...] | None, is_staff: bool) -> None:
        self.root = make_user(username="root", is_staff=True, is_superuser=True)
        self.staff = make_user(username="clerk", is_staff=True)
        self.staff.user_permissions.add(Permission.objects.get(codename="add_user"))
        self.customer = make_user(username="customer")
        self.helpers = Group.objects.create(name="helpers")
        self.managers = Group.objects.create(name="managers")
        self.managers.permissions.add(*Permission.objects.filter(codename__in=SPARE))
        self.actor = None
        if permissions is not None:
            self.actor = make_user(username="actor", is_staff=is_staff)
            self.actor.user_permissions.add(*Permission.objects.filter(codename__in=permissions))
        self.held = Rights.of(self.actor) if self.actor is not None else Rights()
        own = permissions or ()
        self.permissions = [*(name for name in SPARE if name not in own), *own[:1]]

    def targets(self) -> list[Any]:
        return [user for user in (self.actor, self.customer, self.staff, self.root) if user is not None]

    def check(self, state: State, start: AllRights, path: list[str]) -> None:
        """Compare the rights of all accounts with those at the start."""
        now = AllRights.read()
        for pk, rights in now.users.items():
            before = start.users.get(pk, Rights())
            assert rights.superuser <= before.superuser, path
            assert rights.staff <= before.staff, path
            assert rights.permissions - before.permissions <= self.held.permissions, path
            assert rights.groups - before.groups <= self.held.groups, path
        for pk, *_, is_known in state.users:
            assert not is_known or self.held.include(now.users[pk]), path
        for pk, permissions in now.groups.items():
            assert permissions - start.groups.get(pk, frozenset()) <= self.held.permissions, path


class Actor:
    """The actor, who logs in once in each state: a write before may have changed the password."""

    def __init__(self, user: Any) -> None:
        self.headers: dict[str, str] = {}
        self.session = ""
        if user is not None:
            present = get_user_model().objects.get(pk=user.pk)
            self.headers = {"HTTP_AUTHORIZATION": f"JWT {RefreshToken.for_user(present).access_token}"}
            client = Client()
            client.force_login(present, "storefront_auth.backends.AccountBackend")
            self.session = client.cookies["sessionid"].value


def api(actor: Actor) -> APIClient:
    return APIClient(**actor.headers)


def pages(actor: Actor) -> Client:
    client = Client()
    if actor.session:
        client.cookies["sessionid"] = actor.session
    return client


def grants(world: World) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what a write may try to slip in."""
    yield "superuser", {"is_superuser": True}
    yield "staff", {"is_staff": True}
    for group in Group.objects.all():
        yield f"group {group.name}", {"groups": [group.pk]}
    for name in world.permissions:
        yield f"permission {name}", {"user_permissions": [Permission.objects.get(codename=name).pk]}


Write = tuple[str, Callable[[Any], Any]]


def api_writes(world: World) -> Iterator[Write]:
    new = {"username": "new", "email": "new@evil.example", "password": KNOWN}
    everything = {key: value for _, values in grants(world) for key, value in values.items()}
    everything["groups"] = [group.pk for group in Group.objects.all()]
    yield "API register", lambda actor: api(actor).post("/auth/users/", {**new, **everything})
    for number, user in enumerate(world.targets()):
        place = f"/auth/users/{user.pk}/"
        taken = {"email": MAILBOX.format(number), "current_password": OWN, "password": KNOWN, **everything}
        yield f"API patch {user}", lambda actor, p=place, b=taken: api(actor).patch(p, b)
        yield f"API put {user}", lambda actor, p=place, b=taken: api(actor).put(p, b)
    for number, user in enumerate(world.targets()):
        if user == world.actor:
            body = {"current_password": OWN, "new_password": KNOWN, "re_new_password": KNOWN, **everything}
            yield "API set_password", lambda actor, b=body: api(actor).post("/auth/users/set_password/", b)
            mine = {"email": MAILBOX.format(number), "current_password": OWN, **everything}
            yield "API patch me", lambda actor, b=mine: api(actor).patch("/auth/users/me/", b)
            body = {"user": world.root.pk, "display_name": "x", **everything}
            yield "API profile", lambda actor, b=body: api(actor).patch("/auth/profile/", b)


USERS, GROUPS = "/admin/storefront_auth/user/", "/admin/auth/group/"


def user_form(user: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Return the complete form of a user, with some values changed."""
    present = get_user_model().objects.get(pk=user.pk)
    form: dict[str, Any] = {
        "username": present.username,
        "email": present.email,
        "first_name": present.first_name,
        "last_name": present.last_name,
        "date_joined_0": "2026-01-01",
        "date_joined_1": "00:00:00",
        "groups": list(present.groups.values_list("pk", flat=True)),
        "user_permissions": list(present.user_permissions.values_list("pk", flat=True)),
        **{f"storefront_profile-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")},
    }
    for flag in ("is_active", "is_staff", "is_superuser"):
        if getattr(present, flag):
            form[flag] = "on"
    for name, value in values.items():
        form[name] = [*form[name], *value] if isinstance(value, list) else value
    return form


def admin_writes(world: World) -> Iterator[Write]:
    for number, user in enumerate(world.targets()):
        place = f"{USERS}{user.pk}/"
        changes = [*grants(world), ("mailbox", {"email": MAILBOX.format(number)})]
        if user != world.actor:
            changes.append(("withdrawal", {}))
        for name, values in changes:

            def change(actor: Any, user: Any = user, p: str = place, values: Any = values) -> Any:
                form = user_form(user, {key: "on" if value is True else value for key, value in values.items()})
                return pages(actor).post(f"{p}change/", form)

            yield f"admin {name} of {user}", change
        password = {"password1": KNOWN, "password2": KNOWN, "usable_password": "true"}
        yield f"admin password of {user}", lambda actor, p=place, b=password: pages(actor).post(f"{p}password/", b)
    new = {"username": "new", "email": "new@evil.example", "password1": KNOWN, "password2": KNOWN}
    flags = {"usable_password": "true", "is_superuser": "on", "is_staff": "on"}
    yield "admin add", lambda actor: pages(actor).post(f"{USERS}add/", {**new, **flags})
    listed = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-is_superuser": "on", "form-0-is_staff": "on"}
    for user in world.targets():
        body = {**listed, "form-0-id": user.pk, "_save": "Save"}
        yield f"admin list of {user}", lambda actor, b=body: pages(actor).post(USERS, b)
    wanted = [Permission.objects.get(codename=name).pk for name in world.permissions]
    for group in Group.objects.all():
        for pk in wanted:
            body = {"name": group.name, "permissions": [*group.permissions.values_list("pk", flat=True), pk]}
            place = f"{GROUPS}{group.pk}/change/"
            yield f"admin {pk} into {group}", lambda actor, p=place, b=body: pages(actor).post(p, b)
    for pk in wanted:
        body = {"name": f"new {pk}", "permissions": [pk]}
        yield f"admin new group {pk}", lambda actor, b=body: pages(actor).post(f"{GROUPS}add/", b)


def search(world: World, start: AllRights, state: State, path: list[str], seen: dict[State, int]) -> None:
    """Try every write in ``state``, and go on from each new state that one leads to."""
    left = DEPTH - len(path)
    if seen.get(state, 0) >= left:
        return
    seen[state] = left
    actor = Actor(world.actor)
    for name, write in [*api_writes(world), *admin_writes(world)]:
        before = new_savepoint()
        response = write(actor)
        assert response.status_code < 500, (path, name, response.content)
        now = State.read(world.actor)
        if now != state:
            world.check(now, start, [*path, name])
            search(world, start, now, [*path, name], seen)
        transaction.savepoint_rollback(before)


def new_savepoint() -> str:
    """Return a savepoint to go back to; Django 6.1 has another name for it."""
    create = getattr(transaction, "savepoint_create", None) or transaction.savepoint
    savepoint: str = create()
    return savepoint


def permissions_to_try() -> list[str]:
    """Return the permissions of every model with an admin page, and one of a model without."""
    labels = {f"{model._meta.app_label}.{model._meta.model_name}" for model in admin.site._registry}
    actions = ("add", "change", "delete", "view")
    return [f"{action}_{label.partition('.')[2]}" for label in sorted(labels) for action in actions] + ["view_session"]


@pytest.fixture(autouse=True)
def _no_throttles(settings: Any) -> None:
    from storefront_auth.conf import DEFAULTS

    settings.STOREFRONT_AUTH = {**settings.STOREFRONT_AUTH, "THROTTLE_RATES": dict.fromkeys(DEFAULTS["THROTTLE_RATES"])}


def search_from(make_user: Any, permissions: tuple[str, ...] | None, is_staff: bool = True) -> int:
    world = World(make_user, permissions, is_staff)
    seen: dict[State, int] = {}
    search(world, AllRights.read(), State.read(world.actor), [], seen)
    return len(seen)


@pytest.mark.parametrize("permissions", [None, ()], ids=["anonymous", "customer"])
def test_users_without_permissions_cannot_escalate(make_user: Any, permissions: tuple[str, ...] | None) -> None:
    search_from(make_user, permissions, is_staff=False)


def test_staff_without_permission_cannot_escalate(make_user: Any) -> None:
    search_from(make_user, ())


@pytest.mark.parametrize("permission", permissions_to_try())
def test_staff_with_one_permission_cannot_escalate(make_user: Any, permission: str) -> None:
    search_from(make_user, (permission,))


def test_group_managers_cannot_escalate(make_user: Any) -> None:
    assert search_from(make_user, GROUP_MANAGER) > 10  # they may do something, and the search goes on from there
