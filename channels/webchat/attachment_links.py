"""Links to files: signed, for one file, and short-lived. Who has one needs nothing else."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote

PATH = "attachments"
LIFETIME = timedelta(minutes=15)


class AttachmentLinks:
    """Makes and checks links.

    Args:
        secret: at least 32 bytes, the one that signs sessions; the two never sign alike.
    """

    def __init__(
        self, secret: bytes, *, now: Callable[[], datetime], lifetime: timedelta = LIFETIME
    ) -> None:
        if len(secret) < 32:
            raise ValueError("the secret is shorter than 32 bytes")
        self._secret = secret
        self._now = now
        self._lifetime = lifetime

    def link(self, attachment_id: str, file_name: str) -> str:
        """Return a link below our own address; the name in it is for people only."""
        until = int((self._now() + self._lifetime).timestamp())
        signature = self._signature(attachment_id, until)
        name = quote(file_name, safe="")
        return f"{PATH}/{attachment_id}/{name}?until={until}&signature={signature}"

    def holds(self, attachment_id: str, until: str, signature: str) -> bool:
        """Tell whether a link is ours and still good."""
        if not (until.isascii() and until.isdecimal() and len(until) <= 12):
            return False
        ours = self._signature(attachment_id, int(until))
        if not hmac.compare_digest(signature.encode("utf-8", "replace"), ours.encode()):
            return False
        return self._now().timestamp() < int(until)

    def _signature(self, attachment_id: str, until: int) -> str:
        told = f"attachment:{attachment_id}:{until}".encode()
        digest = hmac.new(self._secret, told, hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")
