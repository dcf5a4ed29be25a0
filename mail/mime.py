"""A mail as mail servers and programs want it (RFC 5322, MIME)."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from kernel.bidi import strip_controls
from mail.model import Mail


def message_of(
    mail: Mail, *, mail_id: str, recipient: str, sender: str, sender_name: str, at: datetime
) -> EmailMessage:
    """Return the message for one recipient: text first, then the page, then the files.

    The id stays the same from attempt to attempt, so that a mail server which took it
    before its answer got lost can tell the second as the same.

    Args:
        at: when it was queued.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr((sender_name, sender))
    message["To"] = recipient
    message["Subject"] = _one_line(mail.subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{mail_id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte="base64")
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html", cte="base64")
    for one in mail.files:
        main, _, sub = one.media_type.partition("/")
        message.add_attachment(
            one.data,
            maintype=main or "application",
            subtype=sub or "octet-stream",
            filename=_one_line(one.name),
        )
    message["Content-Language"] = mail.language.value  # last: parts take Content- headers along
    return message


def _one_line(text: str) -> str:
    """Return a header's text: one line, and without marks that programs show as boxes there."""
    return " ".join(strip_controls(text).split())
