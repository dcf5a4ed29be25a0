"""Rows of accounts and sessions, and what they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import sqlalchemy as sa

from accounts.model import Account, Role, Secrets, Session, Step
from kernel.language import Language
from stores.account_tables import AccountRow, DeskSessionRow, SignInFailureRow

ACCOUNTS = cast(sa.Table, AccountRow.__table__)
SESSIONS = cast(sa.Table, DeskSessionRow.__table__)
FAILURES = cast(sa.Table, SignInFailureRow.__table__)


def account_from(row: Mapping[str, Any] | sa.RowMapping) -> Account:
    """Return the account of a row."""
    return Account(
        id=row["id"],
        email=row["email"],
        name_ar=row["name_ar"],
        name_en=row["name_en"],
        roles=frozenset(Role(one) for one in row["roles"]),
        departments=frozenset(row["departments"]),
        languages=frozenset(Language(one) for one in row["languages"]),
        capacity=row["capacity"],
        language=Language(row["language"]),
        theme=row["theme"],
        active=row["active"],
        password_temporary=row["password_temporary"],
        second_factor=row["totp"] is not None,
    )


def account_values(account: Account) -> dict[str, Any]:
    """Return the columns that an admin or the person changes."""
    return {
        "email": account.email.strip().lower(),
        "name_ar": account.name_ar,
        "name_en": account.name_en,
        "roles": sorted(one.value for one in account.roles),
        "departments": sorted(account.departments),
        "languages": sorted(one.value for one in account.languages),
        "capacity": account.capacity,
        "language": account.language.value,
        "theme": account.theme,
        "active": account.active,
    }


def secrets_from(row: sa.RowMapping) -> Secrets:
    """Return what the account of a row proves itself with."""
    return Secrets(
        password_hash=row["password_hash"],
        totp=row["totp"],
        last_step=row["last_step"],
        recovery=tuple(row["recovery"]),
    )


def session_from(row: Mapping[str, Any] | sa.RowMapping) -> Session:
    """Return the session of a row."""
    return Session(
        token_hash=row["token_hash"],
        account_id=row["account_id"],
        step=Step(row["step"]),
        created_at=row["created_at"],
        seen_at=row["seen_at"],
        ends_at=row["ends_at"],
        address=row["address"],
        browser=row["browser"],
    )
