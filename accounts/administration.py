"""What an admin does with accounts, and what people do with their own."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from accounts.model import Account, Role
from accounts.passwords import Passwords
from accounts.ports import AccountStore
from kernel.language import Language

FIRST_EMAIL = "admin@baddala.local"
COMMAND_LINE = "system:command_line"


class Administration:
    """Every change names who made it; a password given by an admin is shown once.

    Args:
        tell: hears of every account as it is now, for those who keep a part of it themselves.
    """

    def __init__(
        self,
        store: AccountStore,
        *,
        passwords: Passwords,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        new_password: Callable[[], str],
        tell: Callable[[Account], Awaitable[None]],
    ) -> None:
        self.store = store
        self._passwords = passwords
        self._now = now
        self._new_id = new_id
        self._new_password = new_password
        self._tell = tell

    async def first_admin(self) -> tuple[str, str] | None:
        """Make the first account if there is none; return its address and one-time password."""
        if await self.store.anybody():
            return None
        account = Account(
            id=self._new_id(),
            email=FIRST_EMAIL,
            name_ar="مدير النظام",
            name_en="Administrator",
            roles=frozenset(Role),
            password_temporary=True,
        )
        return FIRST_EMAIL, await self._add(account, actor="system:first_start")

    async def add(self, account: Account, *, by: Account) -> str:
        """Keep a new account under a fresh id; return its one-time password.

        Raises:
            AddressTaken: another account has the address.
        """
        fresh = replace(account, id=self._new_id(), password_temporary=True)
        return await self._add(fresh, actor=_agent(by))

    async def _add(self, account: Account, *, actor: str) -> str:
        password = self._new_password()
        await self.store.add(
            account,
            password_hash=self._passwords.hashed(password),
            actor=actor,
            at=self._now(),
        )
        await self._tell(account)
        return password

    async def change(self, account: Account, *, by: Account) -> None:
        """Keep what an admin changed; see ``AccountStore.change`` for what is refused."""
        await self.store.change(account, actor=_agent(by), at=self._now())
        await self._tell(account)

    async def choose_look(self, account: Account, language: Language, theme: str) -> None:
        """Keep the language and the theme of somebody's own screens."""
        changed = replace(account, language=language, theme=theme)
        await self.store.change(changed, actor=_agent(account), at=self._now())

    async def reset_password(self, account_id: str, *, by: Account) -> str:
        """Give a new one-time password, end all sessions, forget failures; return it."""
        return await self._reset(await self.store.get(account_id), actor=_agent(by))

    async def restore(self, account: Account) -> str:
        """Do the same from the server's command line, and take the second factor away."""
        await self.store.set_second_factor(
            account.id, totp=None, last_step=0, recovery=(), actor=COMMAND_LINE, at=self._now()
        )
        return await self._reset(account, actor=COMMAND_LINE)

    async def _reset(self, account: Account, *, actor: str) -> str:
        password = self._new_password()
        await self.store.set_password(
            account.id,
            self._passwords.hashed(password),
            temporary=True,
            actor=actor,
            at=self._now(),
        )
        await self.store.end_sessions(account.id, but=None, actor=actor, at=self._now())
        await self.unlock(account)
        return password

    async def reset_second_factor(self, account_id: str, *, by: Account) -> None:
        """Take the second factor away: the next sign-in enrols a new one. Ends all sessions."""
        await self.store.set_second_factor(
            account_id, totp=None, last_step=0, recovery=(), actor=_agent(by), at=self._now()
        )
        await self.store.end_sessions(account_id, but=None, actor=_agent(by), at=self._now())

    async def unlock(self, account: Account) -> None:
        """Let somebody try again at once who had too many failed attempts."""
        await self.store.forget_failures(failure_keys(account))


def failure_keys(account: Account) -> tuple[str, ...]:
    """Return the keys under which somebody's failed attempts are counted."""
    return (f"email:{email_key(account.email)}", f"code:{account.id}", f"password:{account.id}")


def email_key(email: str) -> str:
    """Return an address as a key that does not show it."""
    return hashlib.sha256(email.strip().casefold().encode()).hexdigest()[:32]


def _agent(account: Account) -> str:
    return f"agent:{account.id}"
