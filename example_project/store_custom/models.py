"""Mail to customers, and what is known of their addresses."""

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


class MailKind(models.TextChoices):
    """What a mail is about; each kind has its templates."""

    CONFIRMATION = "confirmation", _("Confirmation")
    PAID = "paid", _("Paid")
    REFUNDED = "refunded", _("Refunded")
    SHIPPED = "shipped", _("Shipped")


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    """Mails by state."""

    def due(self) -> Self:
        """Those to be sent now, the longest waiting first."""
        return self.filter(due_at__lte=timezone.now()).order_by("due_at", "pk")

    def waiting(self) -> Self:
        """Those that will be sent, now or later."""
        return self.filter(due_at__isnull=False)

    def given_up(self) -> Self:
        """Those that failed too often and will not be tried again."""
        return self.filter(due_at__isnull=True, sent_at__isnull=True, attempts__gt=0)

    def held(self) -> Self:
        """Those that were never tried, because the address is not confirmed and had its mail of the day."""
        return self.filter(due_at__isnull=True, sent_at__isnull=True, attempts=0)


class OutboxMessage(models.Model):
    """A mail about an order. It holds everything that it will say, as values: the order as it was at that moment.

    ``due_at`` is when it is to be sent: a moment ahead while a process is sending it or after a failure, and null once
    it was sent, given up or held. Rows go with the account that they are about.
    """

    kind = models.CharField(_("kind"), max_length=16, choices=MailKind.choices, default=MailKind.CONFIRMATION)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
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
        verbose_name = _("mail")
        verbose_name_plural = _("mails")

    def __str__(self) -> str:
        """Return the number of the order and the recipient."""
        return f"#{self.order_number}: {self.recipient}"


class MailAddress(models.Model):
    """What is known of an address that mail went to. The address itself is not kept, only its digest."""

    digest = models.CharField(_("digest"), max_length=64, primary_key=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    last_mail_at = models.DateTimeField(_("last mail at"), null=True, blank=True)

    class Meta:
        verbose_name = _("mail address")
        verbose_name_plural = _("mail addresses")

    def __str__(self) -> str:
        """Return the beginning of the digest."""
        return self.digest[:12]
