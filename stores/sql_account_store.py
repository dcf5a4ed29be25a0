"""Accounts in SQLite or PostgreSQL: who they are and how they prove it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from accounts.errors import AccountNotFound, AddressTaken, LastAdmin
from accounts.model import Account, Role, Secrets
from stores.account_rows import ACCOUNTS, account_from, account_values, secrets_from
from stores.database import reading
from stores.sql_desk_sessions import SqlDeskSessions, record_account


class SqlAccountStore(SqlDeskSessions):
    """One transaction per call, its audit row inside."""

    async def anybody(self) -> bool:
        """Tell whether there is any account yet."""
        async with reading(self._engine, snapshot=False) as connection:
            return await connection.scalar(sa.select(ACCOUNTS.c.id).limit(1)) is not None

    async def find(self, email: str) -> tuple[Account, Secrets] | None:
        """Return the account of an address, whatever its capital letters."""
        row = await self._row(ACCOUNTS.c.email == email.strip().lower())
        return (account_from(row), secrets_from(row)) if row else None

    async def find_subject(self, subject: str) -> Account | None:
        """Return the account that a single sign-on subject belongs to."""
        row = await self._row(ACCOUNTS.c.subject == subject)
        return account_from(row) if row else None

    async def get(self, account_id: str) -> Account:
        """Return an account; raises AccountNotFound."""
        return account_from(await self._known(account_id))

    async def secrets(self, account_id: str) -> Secrets:
        """Return what an account proves itself with; raises AccountNotFound."""
        return secrets_from(await self._known(account_id))

    async def list(self) -> Sequence[Account]:
        """Return all accounts, active ones first, by address."""
        order = (ACCOUNTS.c.active.desc(), ACCOUNTS.c.email)
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(sa.select(ACCOUNTS).order_by(*order))
            return [account_from(row) for row in rows.mappings()]

    async def add(
        self, account: Account, *, password_hash: str | None, actor: str, at: datetime
    ) -> None:
        """Keep a new account; raises AddressTaken."""
        values = account_values(account)
        try:
            async with self._engine.begin() as connection:
                await connection.execute(
                    sa.insert(ACCOUNTS).values(
                        id=account.id,
                        **values,
                        password_hash=password_hash,
                        password_temporary=account.password_temporary,
                        totp=None,
                        last_step=0,
                        recovery=[],
                        subject=None,
                        created_at=at,
                    )
                )
                await record_account(connection, account.id, "account_added", actor, at, {}, values)
        except IntegrityError:
            raise AddressTaken from None

    async def change(self, account: Account, *, actor: str, at: datetime) -> None:
        """Replace what is known of an account, its secrets aside."""
        values = account_values(account)
        try:
            async with self._engine.begin() as connection:
                await _in_turn(connection)
                row = await _locked(connection, account.id)
                changed = {name: new for name, new in values.items() if row[name] != new}
                if not changed:
                    return
                await connection.execute(
                    sa.update(ACCOUNTS).where(ACCOUNTS.c.id == account.id).values(**changed)
                )
                if _administers(row) and not (account.active and Role.ADMIN in account.roles):
                    await _somebody_administers(connection)
                if not account.active:
                    await self._end_all(connection, account.id, but=None)
                before = {name: row[name] for name in changed}
                await record_account(
                    connection, account.id, "account_changed", actor, at, before, changed
                )
        except IntegrityError:
            raise AddressTaken from None

    async def set_password(
        self, account_id: str, password_hash: str, *, temporary: bool, actor: str, at: datetime
    ) -> None:
        """Replace the password."""
        values = {"password_hash": password_hash, "password_temporary": temporary}
        await self._change_secret(account_id, "password_changed", values, actor, at)

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
        values = {"totp": totp, "last_step": last_step, "recovery": [*recovery]}
        action = "second_factor_enrolled" if totp else "second_factor_removed"
        await self._change_secret(account_id, action, values, actor, at)

    async def link_subject(
        self, account_id: str, subject: str, *, actor: str, at: datetime
    ) -> None:
        """Remember who an account is at the single sign-on."""
        await self._change_secret(account_id, "subject_linked", {"subject": subject}, actor, at)

    async def use_step(self, account_id: str, step: int) -> bool:
        """Note that the code of a time step was used; False when it was used before."""
        async with self._engine.begin() as connection:
            used = await connection.scalar(
                sa.update(ACCOUNTS)
                .where(ACCOUNTS.c.id == account_id, ACCOUNTS.c.last_step < step)
                .values(last_step=step)
                .returning(ACCOUNTS.c.id)
            )
            return used is not None

    async def use_recovery(
        self, account_id: str, *, before: Sequence[str], left: Sequence[str], at: datetime
    ) -> bool:
        """Take a recovery code off the list; False when the list has changed meanwhile."""
        async with self._engine.begin() as connection:
            row = await _locked(connection, account_id)
            if row["recovery"] != [*before]:
                return False
            await connection.execute(
                sa.update(ACCOUNTS).where(ACCOUNTS.c.id == account_id).values(recovery=[*left])
            )
            await record_account(
                connection,
                account_id,
                "recovery_code_used",
                f"agent:{account_id}",
                at,
                {"left": len(before)},
                {"left": len(left)},
            )
            return True

    async def _change_secret(
        self, account_id: str, action: str, values: Mapping[str, Any], actor: str, at: datetime
    ) -> None:
        """Write secrets; the audit row says that, never what."""
        async with self._engine.begin() as connection:
            await _locked(connection, account_id)
            await connection.execute(
                sa.update(ACCOUNTS).where(ACCOUNTS.c.id == account_id).values(**values)
            )
            await record_account(connection, account_id, action, actor, at, {}, {})

    async def _row(self, condition: sa.ColumnElement[bool]) -> sa.RowMapping | None:
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(sa.select(ACCOUNTS).where(condition))
            return rows.mappings().one_or_none()

    async def _known(self, account_id: str) -> sa.RowMapping:
        row = await self._row(ACCOUNTS.c.id == account_id)
        if row is None:
            raise AccountNotFound(account_id=account_id)
        return row


async def _locked(connection: AsyncConnection, account_id: str) -> sa.RowMapping:
    rows = await connection.execute(
        sa.select(ACCOUNTS).where(ACCOUNTS.c.id == account_id).with_for_update()
    )
    row = rows.mappings().one_or_none()
    if row is None:
        raise AccountNotFound(account_id=account_id)
    return row


def _administers(row: sa.RowMapping) -> bool:
    return bool(row["active"]) and Role.ADMIN.value in row["roles"]


async def _in_turn(connection: AsyncConnection) -> None:
    """Lock all accounts, in one order: two admins must not take each other's role at once."""
    await connection.execute(sa.select(ACCOUNTS.c.id).order_by(ACCOUNTS.c.id).with_for_update())


async def _somebody_administers(connection: AsyncConnection) -> None:
    """Raise LastAdmin when the change under way leaves no active admin."""
    rows = await connection.execute(sa.select(ACCOUNTS.c.roles).where(ACCOUNTS.c.active))
    if not any(Role.ADMIN.value in roles for (roles,) in rows):
        raise LastAdmin
