"""The models of mails to customers and of their addresses."""

from __future__ import annotations

from email.utils import make_msgid, parseaddr
from functools import lru_cache
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def new_message_id() -> str:
    """Return a unique Message-ID."""
    return make_msgid(domain=_domain_of(settings.DEFAULT_FROM_EMAIL))


@lru_cache(maxsize=1)
def _domain_of(sender: str) -> str:
    """Return the domain of a mail address, which may have a name."""
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


class MailKind(models.TextChoices):
    """The kinds of mails, each of which has its templates."""

    CONFIRMATION = "confirmation", _("Confirmation")
    PAID = "paid", _("Paid")
    REFUNDED = "refunded", _("Refunded")
    SHIPPED = "shipped", _("Shipped")


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    """Queryset of mails, with filters by state."""

    def due(self) -> Self:
        """Return the mails that are to be sent now, the oldest first."""
        return self.filter(due_at__lte=timezone.now()).order_by("due_at", "pk")

    def waiting(self) -> Self:
        """Return the mails that will be sent, now or later."""
        return self.filter(due_at__isnull=False)

    def given_up(self) -> Self:
        """Return the mails that failed too often and will not be retried."""
        return self.filter(due_at__isnull=True, sent_at__isnull=True, attempts__gt=0)

    def held(self) -> Self:
        """Return the mails that are held, because the address is not confirmed and had its daily mail already."""
        return self.filter(due_at__isnull=True, sent_at__isnull=True, attempts=0)


class OutboxMessage(models.Model):
    """A mail about an order, with a copy of the order's data at the time when it is stored.

    ``due_at`` is the time at which it is to be sent. It is in the future while a process is sending the mail and after
    a failure, and null if the mail was sent, given up or held. A mail without ``attempts`` has not yet been checked
    against the limit of its address. Mails are deleted together with their account.
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
    recipient = models.EmailField(_("recipient"), db_index=True)
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
        indexes = [models.Index(fields=["sent_at", "due_at"], name="store_custom_mail_state")]

    def __str__(self) -> str:
        """Return the number of the order and the recipient."""
        return f"#{self.order_number}: {self.recipient}"


class MailAddress(models.Model):
    """The state of an email address to which mail was sent. Only a digest of the address is stored."""

    digest = models.CharField(_("digest"), max_length=64, primary_key=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    last_mail_at = models.DateTimeField(_("last mail at"), null=True, blank=True)

    class Meta:
        verbose_name = _("mail address")
        verbose_name_plural = _("mail addresses")

    def __str__(self) -> str:
        """Return the beginning of the digest."""
        return self.digest[:12]


class KeptFigures(models.Model):
    """Figures that are too expensive to be computed for a page, from the last time that they were computed."""

    DASHBOARD = "dashboard"

    name = models.CharField(_("name"), max_length=32, primary_key=True)
    content = models.JSONField(_("content"))
    computed_at = models.DateTimeField(_("computed at"))

    class Meta:
        verbose_name = _("kept figures")
        verbose_name_plural = _("kept figures")

    def __str__(self) -> str:
        """Return the name and the time."""
        return f"{self.name}, {self.computed_at}"
