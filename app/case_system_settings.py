"""The settings of other case systems."""

from __future__ import annotations

from dataclasses import dataclass, field

from app import setting_values as read
from app.setting_values import about


@dataclass(frozen=True, kw_only=True)
class CaseSystemSettings:
    """A part of ``Settings``; without slots, as every base but one has to be."""

    rt_url: str = field(
        default="",
        metadata=about(
            "Address of a Request Tracker 5 that is to have our cases too, such as "
            "https://rt.finance.example. Empty: none.",
            read.http_url,
        ),
    )
    rt_token: str = field(
        default="", repr=False, metadata=about("Authentication token of our account in RT.")
    )
    rt_user: str = field(
        default="baddala", metadata=about("Our account in RT, where no token is given.")
    )
    rt_password: str = field(default="", repr=False, metadata=about("Password of that account."))
    rt_queues: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "RT's queue per department, such as DPS=Payments,ACC=Accounts. A department that is "
            "not named has a queue of its own name.",
            read.pairs,
        ),
    )
    case_webhook_url: str = field(
        default="",
        metadata=about(
            "Where every event of a case is posted as signed JSON. Empty: nowhere.", read.http_url
        ),
    )
    case_webhook_secret: str = field(
        default="",
        repr=False,
        metadata=about("Signs what is posted there; at least 32 characters.", read.secret),
    )

    def lacking_of_case_systems(self, prefix: str) -> list[str]:
        """Return what is missing where some is set up and some is not."""
        lacking: list[str] = []
        if self.rt_url and not (self.rt_token or self.rt_password):
            lacking.append(f"{prefix}RT_TOKEN: Request Tracker needs a token or a password")
        if self.case_webhook_url and not self.case_webhook_secret:
            lacking.append(f"{prefix}CASE_WEBHOOK_SECRET: is needed to sign what is posted")
        return lacking
