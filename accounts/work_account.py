"""What a single sign-on vouches for, and whose account that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from accounts.errors import AccountError
from accounts.model import Account
from accounts.ports import AccountStore


class NotVouchedFor(AccountError):
    """The single sign-on did not answer as it must; ``problem`` is for the log."""

    code: ClassVar[str] = "work_account_failed"


class WorkAccountUnknown(AccountError):
    """Somebody real, but with no account here."""

    code: ClassVar[str] = "work_account_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """Who somebody is at the provider. ``email`` is None unless the provider has proved it."""

    subject: str
    email: str | None


async def account_of(
    vouched: Vouched, store: AccountStore, *, now: Callable[[], datetime]
) -> Account:
    """Return the account of somebody the single sign-on vouches for.

    Known by subject; the first time by an e-mail address that the provider has proved,
    and by subject from then on. Nobody gets an account by merely coming.

    Raises:
        WorkAccountUnknown: no account fits, or it is switched off.
    """
    account = await store.find_subject(vouched.subject)
    if account is None and vouched.email:
        found = await store.find(vouched.email)
        if found is not None:
            account = found[0]
            await store.link_subject(
                account.id, vouched.subject, actor="system:single_sign_on", at=now()
            )
    if account is None or not account.active:
        raise WorkAccountUnknown
    return account
