"""The tables of accounts, their sessions, and failed attempts to sign in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from stores.tables import Base, BigId, UtcTime


class AccountRow(Base):
    """Somebody who works here. ``email`` is kept in lower case.

    ``totp`` is sealed, ``recovery`` holds hashes, ``subject`` is the single sign-on's name.
    """

    __tablename__ = "account"

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name_ar: Mapped[str] = mapped_column(sa.String(80))
    name_en: Mapped[str] = mapped_column(sa.String(80))
    roles: Mapped[list[Any]] = mapped_column(sa.JSON)
    departments: Mapped[list[Any]] = mapped_column(sa.JSON)
    languages: Mapped[list[Any]] = mapped_column(sa.JSON)
    capacity: Mapped[int] = mapped_column(sa.Integer)
    language: Mapped[str] = mapped_column(sa.String(2))
    theme: Mapped[str] = mapped_column(sa.String(8))
    active: Mapped[bool] = mapped_column(sa.Boolean)
    password_hash: Mapped[str | None] = mapped_column(sa.Text)
    password_temporary: Mapped[bool] = mapped_column(sa.Boolean)
    totp: Mapped[str | None] = mapped_column(sa.Text)
    last_step: Mapped[int] = mapped_column(BigId)
    recovery: Mapped[list[Any]] = mapped_column(sa.JSON)
    subject: Mapped[str | None] = mapped_column(sa.String(255), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class DeskSessionRow(Base):
    """One browser of one account. The token itself is not here."""

    __tablename__ = "desk_session"
    __table_args__ = (sa.Index(None, "account_id"),)

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"))
    step: Mapped[str] = mapped_column(sa.String(16))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)
    ends_at: Mapped[datetime] = mapped_column(UtcTime)
    address: Mapped[str] = mapped_column(sa.String(64))
    browser: Mapped[str] = mapped_column(sa.String(200))


class SignInFailureRow(Base):
    """A failed attempt under a key that shows neither address nor password."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (sa.Index("ix_sign_in_failure_key", "key", "at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(UtcTime)
