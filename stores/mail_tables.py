"""The tables of mails to staff: what they say, the files with them, and to whom they went."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from stores.tables import Base, BigId, UtcTime

# A partial index serves a query only when it says the very same words.
WAITING_MAIL = sa.text("state = 'waiting'")


class MailRow(Base):
    """What one mail says; ``key`` sees to it that it is asked for once."""

    __tablename__ = "mail"
    __table_args__ = (sa.UniqueConstraint("key"), sa.Index(None, "queued_at"))

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(128))
    subject: Mapped[str] = mapped_column(sa.Text)
    text: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str | None] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.String(2))
    queued_at: Mapped[datetime] = mapped_column(UtcTime)


class MailFileRow(Base):
    """A file that goes along."""

    __tablename__ = "mail_file"

    mail_id: Mapped[str] = mapped_column(sa.ForeignKey("mail.id"), primary_key=True)
    place: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(sa.String(255))
    media_type: Mapped[str] = mapped_column(sa.String(127))
    data: Mapped[bytes] = mapped_column(sa.LargeBinary)


class MailSendingRow(Base):
    """One mail to one recipient; ``why`` is what the mail server said last."""

    __tablename__ = "mail_sending"
    __table_args__ = (
        sa.Index(None, "mail_id"),
        sa.Index(
            "ix_mail_sending_waiting",
            "next_try_at",
            sqlite_where=WAITING_MAIL,
            postgresql_where=WAITING_MAIL,
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    mail_id: Mapped[str] = mapped_column(sa.ForeignKey("mail.id"))
    recipient: Mapped[str] = mapped_column(sa.String(254))
    state: Mapped[str] = mapped_column(sa.String(8))
    attempts: Mapped[int] = mapped_column(sa.Integer)
    next_try_at: Mapped[datetime] = mapped_column(UtcTime)
    moved_at: Mapped[datetime] = mapped_column(UtcTime)
    why: Mapped[str | None] = mapped_column(sa.String(400))
