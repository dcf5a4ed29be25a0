"""What accounts need from the outside; ``stores.sql_account_store`` implements it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from accounts.model import Account, Secrets, Session, Step


class AccountStore(Protocol):
    """Keeps accounts, sessions and attempts. Each change and its audit row are one transaction.

    ``actor`` is ``agent:<id>`` or ``system:<name>``, never empty.
    """

    async def anybody(self) -> bool:
        """Tell whether there is any account yet."""

    async def find(self, email: str) -> tuple[Account, Secrets] | None:
        """Return the account of an address, whatever its capital letters."""

    async def find_subject(self, subject: str) -> Account | None:
        """Return the account that a single sign-on subject belongs to."""

    async def get(self, account_id: str) -> Account:
        """Return an account; raises AccountNotFound."""

    async def secrets(self, account_id: str) -> Secrets:
        """Return what an account proves itself with; raises AccountNotFound."""

    async def list(self) -> Sequence[Account]:
        """Return all accounts, active ones first, by address."""

    async def add(
        self, account: Account, *, password_hash: str | None, actor: str, at: datetime
    ) -> None:
        """Keep a new account; raises AddressTaken."""

    async def change(self, account: Account, *, actor: str, at: datetime) -> None:
        """Replace what is known of an account, its secrets aside.

        An account that is not active any more loses its sessions.

        Raises:
            AccountNotFound: no account has this id.
            AddressTaken: another account has the address.
            LastAdmin: nobody would be left to administer.
        """

    async def set_password(
        self, account_id: str, password_hash: str, *, temporary: bool, actor: str, at: datetime
    ) -> None:
        """Replace the password; all sessions of the account but those in progress end."""

    async def set_second_factor(
        self,
        account_id: str,
        *,
        totp: str | None,
        last_step: int,
        recovery: Sequence[str],
        actor: str,
        at: datetime,
    ) -> None:
        """Replace the second factor; None takes it away."""

    async def use_step(self, account_id: str, step: int) -> bool:
        """Note that the code of a time step was used; False when it was used before."""

    async def use_recovery(
        self, account_id: str, *, before: Sequence[str], left: Sequence[str], at: datetime
    ) -> bool:
        """Take a recovery code off the list; False when the list has changed meanwhile."""

    async def link_subject(
        self, account_id: str, subject: str, *, actor: str, at: datetime
    ) -> None:
        """Remember who an account is at the single sign-on."""

    async def note_failure(self, keys: Sequence[str], *, at: datetime) -> None:
        """Count a failed attempt under each key."""

    async def failures(self, key: str, *, since: datetime) -> Sequence[datetime]:
        """Return when attempts under a key failed, newest first, at most 50."""

    async def forget_failures(self, keys: Sequence[str]) -> None:
        """Begin to count anew after a success, or when an admin says so."""

    async def open_session(self, session: Session, *, actor: str) -> None:
        """Keep a new session."""

    async def session(self, token_hash: str) -> tuple[Session, Account] | None:
        """Return a session that has not been ended, with its account."""

    async def seen(self, token_hash: str, at: datetime) -> None:
        """Note that a session was used."""

    async def advance(
        self, token_hash: str, *, new_hash: str, step: Step, ends_at: datetime
    ) -> bool:
        """Move a session to its next step under a new token; False when it has ended."""

    async def end_session(self, token_hash: str, *, actor: str, at: datetime) -> None:
        """End a session; does nothing when it has ended."""

    async def end_sessions(
        self, account_id: str, *, but: str | None, actor: str, at: datetime
    ) -> int:
        """End all sessions of an account, except one; return how many."""

    async def sessions(self, account_id: str) -> Sequence[Session]:
        """Return the sessions of an account that have not ended, newest first."""
