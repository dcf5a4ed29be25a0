"""A way in on a fresh database, with a clock that tests move."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from argon2 import PasswordHasher
from sqlalchemy.ext.asyncio import AsyncEngine

from accounts.administration import Administration
from accounts.model import Account, Role
from accounts.passwords import Passwords
from accounts.sealing import Sealing
from accounts.signing_in import SignIn, SignInRules, Visitor
from stores.sql_account_store import SqlAccountStore

PASSWORD = "جملة قصيرة سهلة DF-26"
VISITOR = Visitor("192.0.2.7", "Firefox")
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class Gate:
    """Accounts, the way in, and the hands of the clock."""

    engine: AsyncEngine
    at: datetime = datetime(2026, 11, 25, 8, tzinfo=UTC)
    rules: SignInRules = field(default_factory=SignInRules)
    told: list[Account] = field(default_factory=list)
    tokens: count[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.store = SqlAccountStore(self.engine)
        self.passwords = Passwords(QUICK)
        self.sealing = Sealing(b"s" * 32, "second factor")
        self.administration = Administration(
            self.store,
            passwords=self.passwords,
            now=lambda: self.at,
            new_id=lambda: f"id-{next(self.tokens)}",
            new_password=lambda: f"given-{next(self.tokens)}",
            tell=self._hear,
        )
        self.sign_in = SignIn(
            self.store,
            passwords=self.passwords,
            sealing=self.sealing,
            rules=self.rules,
            now=lambda: self.at,
            new_token=lambda: f"token-{next(self.tokens)}",
        )

    async def _hear(self, account: Account) -> None:
        self.told.append(account)

    def pass_time(self, **by: float) -> None:
        self.at += timedelta(**by)

    async def noura(
        self, *roles: Role, totp: str | None = None, temporary: bool = False
    ) -> Account:
        account = Account(
            id="noura",
            email="noura@finance.example",
            name_ar="نورة المزروعي",
            name_en="Noura Al Mazrouei",
            roles=frozenset(roles or {Role.AGENT}),
            password_temporary=temporary,
        )
        await self.store.add(
            account, password_hash=self.passwords.hashed(PASSWORD), actor="system:test", at=self.at
        )
        if totp:
            await self.store.set_second_factor(
                "noura",
                totp=self.sealing.seal(totp),
                last_step=0,
                recovery=(),
                actor="system:test",
                at=self.at,
            )
        return await self.store.get("noura")


@pytest.fixture
def gate(engine: AsyncEngine) -> Gate:
    return Gate(engine)
