"""The settings of mails to staff."""

from __future__ import annotations

from dataclasses import dataclass, field

from app import setting_values as read
from app.setting_values import about


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """A part of ``Settings``."""

    smtp_host: str = field(
        default="",
        metadata=about("Mail server that takes our mails to staff. Empty: no mails are sent."),
    )
    smtp_port: int = field(
        default=587, metadata=about("Port of the mail server: 587, 465 or 25.", read.port)
    )
    smtp_user: str = field(
        default="", metadata=about("Who signs in to the mail server. Empty: nobody has to.")
    )
    smtp_password: str = field(
        default="", repr=False, metadata=about("What that user signs in with.")
    )
    smtp_tls: str = field(
        default="starttls",
        metadata=about(
            "How the mail server is spoken to: starttls (587), tls (465), or none in a network "
            "of our own.",
            read.smtp_tls,
        ),
    )
    smtp_authority: str = field(
        default="",
        metadata=about(
            "File with the certificate authority of the mail server. Empty: those of the system."
        ),
    )
    mail_from: str = field(
        default="", metadata=about("Address that our mails come from.", read.address)
    )
    alert_to: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "Who hears when a part of the service fails, with commas between. Empty: everybody "
            "with the role admin.",
            read.addresses,
        ),
    )
    alert_queue_s: float = field(
        default=900.0,
        metadata=about(
            "How long somebody may wait for a person in working time before supervisors "
            "get a mail.",
            read.seconds,
        ),
    )
    alert_failed: int = field(
        default=10,
        metadata=about(
            "From how many messages of a channel on that did not get through a mail is sent.",
            read.count,
        ),
    )
