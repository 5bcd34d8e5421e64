"""Staff view mails in the admin and send them again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from model_bakery import baker

from store_custom.models import OutboxMessage
from store_custom.services import outbox

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("state", "shown"), [("sent", 1), ("waiting", 2), ("given_up", 3), ("held", 4), ("unknown", 10)]
)
def test_mails_can_be_filtered_by_state(admin_client: Client, state: str, shown: int) -> None:
    baker.make(OutboxMessage, context={}, due_at=None, sent_at=timezone.now())
    baker.make(OutboxMessage, 2, context={})
    baker.make(OutboxMessage, 3, context={}, due_at=None, attempts=outbox.MAX_ATTEMPTS)
    baker.make(OutboxMessage, 4, context={}, due_at=None)

    page = admin_client.get(f"/admin/store_custom/outboxmessage/?state={state}").content.decode()

    assert page.count('class="field-recipient"') == shown


def test_mail_is_read_only(admin_client: Client) -> None:
    message = baker.make(OutboxMessage, context={"name": "Cora"})
    path = f"/admin/store_custom/outboxmessage/{message.pk}"

    assert "Cora" in admin_client.get(f"{path}/change/").content.decode()
    assert admin_client.post(f"{path}/change/", {"recipient": "a@b.example"}).status_code == 403
    assert admin_client.post(f"{path}/delete/", {"post": "yes"}).status_code == 403


def test_resent_mail_has_new_message_id(admin_client: Client, buy: Callable[..., Any]) -> None:
    buy()
    outbox.deliver_due()
    message = OutboxMessage.objects.get()

    admin_client.post("/admin/store_custom/outboxmessage/", {"action": "send_again", "_selected_action": [message.pk]})

    assert outbox.deliver_due() == 1
    first, second = mail.outbox
    assert first.body == second.body
    assert first.extra_headers["Message-ID"] != second.extra_headers["Message-ID"]


def test_given_up_mail_is_retried(admin_client: Client, buy: Callable[..., Any]) -> None:
    buy()
    OutboxMessage.objects.update(due_at=None, attempts=outbox.MAX_ATTEMPTS)

    admin_client.post(
        "/admin/store_custom/outboxmessage/",
        {"action": "send_again", "_selected_action": [OutboxMessage.objects.get().pk]},
    )

    assert outbox.deliver_due() == 1
    assert OutboxMessage.objects.count() == 1


def test_view_permission_does_not_allow_resending(client: Client, create_user: Callable[..., Any]) -> None:
    from django.contrib.auth.models import Permission

    message = baker.make(OutboxMessage, context={}, due_at=None)
    staff = create_user("support", is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="view_outboxmessage"))
    client.force_login(staff, "django.contrib.auth.backends.ModelBackend")

    client.post("/admin/store_custom/outboxmessage/", {"action": "send_again", "_selected_action": [message.pk]})

    message.refresh_from_db()
    assert message.due_at is None
