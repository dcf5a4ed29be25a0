"""Hand mails to an SMTP server (RFC 5321)."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib

from mail.errors import MailDelayed, MailRefused

NEVER = range(500, 600)
LONGEST_WHY = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """Where and how. ``tls``: ``starttls``, ``tls`` from the first byte, or ``none``."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: str = "starttls"
    authority: Path | None = None
    sender: str
    timeout_s: float = 30.0


class SmtpCarrier:
    """One connection per mail: alerts and reports are few, and nothing must be kept alive.

    A server that offers no TLS where it is wanted gets nothing, least of all the password.
    """

    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    async def carry(self, message: EmailMessage, recipient: str) -> None:
        """Hand one mail over.

        Raises:
            MailDelayed: no connection, no access, or the server says 4xx; also when it refuses
                us rather than the mail, which somebody can mend.
            MailRefused: the server says 5xx to the recipient or to the mail.
        """
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            timeout=server.timeout_s,
            use_tls=server.tls == "tls",
            start_tls=server.tls == "starttls",
            tls_context=self._context(),
        )
        try:
            async with client:
                if server.user:
                    await client.login(server.user, server.password)
                await client.send_message(message, sender=server.sender, recipients=[recipient])
        except aiosmtplib.SMTPRecipientsRefused as error:
            first = error.recipients[0]
            raise _of(first.code, first.message) from error
        except aiosmtplib.SMTPDataError as error:
            raise _of(error.code, error.message) from error
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise MailDelayed(why=_short(f"{type(error).__name__}: {error}")) from error

    def _context(self) -> ssl.SSLContext | None:
        if self._server.tls == "none":
            return None
        authority = self._server.authority
        return ssl.create_default_context(cafile=str(authority) if authority else None)


def _of(code: int, said: str) -> MailDelayed | MailRefused:
    why = _short(f"{code} {said}")
    return MailRefused(why=why) if code in NEVER else MailDelayed(why=why)


def _short(why: str) -> str:
    return " ".join(why.split())[:LONGEST_WHY]
