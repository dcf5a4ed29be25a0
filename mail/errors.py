"""What can go wrong with a mail."""

from __future__ import annotations

from typing import ClassVar

from kernel.errors import BaddalaError


class MailError(BaddalaError):
    """The root of this package's errors."""

    code: ClassVar[str] = "mail_error"


class MailDelayed(MailError):
    """It did not go now: no connection, no access, the server is busy. ``why`` for the log."""

    code: ClassVar[str] = "mail_delayed"


class MailRefused(MailError):
    """The server takes this mail, or its recipient, never. ``why`` for the log."""

    code: ClassVar[str] = "mail_refused"
