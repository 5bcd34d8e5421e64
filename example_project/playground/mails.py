"""Four ways to send a mail."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.core.mail import EmailMessage, EmailMultiAlternatives, mail_admins, send_mail
from django.template.loader import render_to_string

PICTURE: Final = Path(__file__).parent / "static" / "playground" / "kettle.svg"


def send_plain(subject: str, text: str, to: str) -> None:
    """Send a text mail."""
    send_mail(subject, text, None, [to])


def send_to_admins(subject: str, text: str, to: str) -> None:
    """Send a mail with text and HTML to ``ADMINS``."""
    html = render_to_string("playground/mail/message.html", {"text": text})
    mail_admins(subject, text, html_message=html)


def send_attachment(subject: str, text: str, to: str) -> None:
    """Send a mail with an image as attachment."""
    message = EmailMessage(subject, text, None, [to])
    message.attach_file(str(PICTURE))
    message.send()


def send_templated(subject: str, text: str, to: str) -> None:
    """Send a mail with text and HTML from templates."""
    context = {"text": text}
    message = EmailMultiAlternatives(subject, render_to_string("playground/mail/message.txt", context), None, [to])
    message.attach_alternative(render_to_string("playground/mail/message.html", context), "text/html")
    message.send()


WAYS: Final = {
    "plain": send_plain,
    "admins": send_to_admins,
    "attachment": send_attachment,
    "templated": send_templated,
}
