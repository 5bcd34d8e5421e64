"""Mail that has to go out because something else has happened."""

from __future__ import annotations

from email.utils import make_msgid, parseaddr
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def new_message_id() -> str:
    """Return an identifier that no other mail has."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return make_msgid(domain=address.rpartition("@")[2] or "localhost")


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    """Rows of the outbox."""

    def due(self) -> Self:
        """Those to be sent now, the longest waiting first."""
        return self.filter(due_at__lte=timezone.now()).order_by("due_at", "pk")

    def waiting(self) -> Self:
        """Those that will be sent, now or later."""
        return self.filter(due_at__isnull=False)

    def given_up(self) -> Self:
        """Those that nobody will try again."""
        return self.filter(due_at__isnull=True, sent_at__isnull=True)


class OutboxMessage(models.Model):
    """The confirmation of one order. Holds all that it will say, as values: it is the order as it was placed.

    ``due_at`` is when it is to be sent: a moment ahead while somebody is at it or after a failure, and nothing once it
    was sent or given up.
    """

    message_id = models.CharField(_("Message-ID"), max_length=255, unique=True, default=new_message_id, editable=False)
    recipient = models.EmailField(_("recipient"))
    order_number = models.CharField(_("order"), max_length=64, db_index=True)
    context = models.JSONField(_("content"))
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    due_at = models.DateTimeField(_("due at"), null=True, blank=True, default=timezone.now, db_index=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("confirmation mail")
        verbose_name_plural = _("confirmation mails")

    def __str__(self) -> str:
        return f"#{self.order_number}: {self.recipient}"
