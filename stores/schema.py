"""The whole schema: importing this fills ``metadata`` with the tables of every module."""

from __future__ import annotations

from stores import (
    account_tables,
    attachment_tables,
    audit_tables,
    block_tables,
    calendar_tables,
    canned_tables,
    case_tables,
    conversation_tables,
    delivery_tables,
    department_tables,
    floor_tables,
    improvement_tables,
    mail_tables,
    media_tables,
    mirror_tables,
    notice_tables,
    privacy_tables,
    proof_tables,
    rating_tables,
    release_tables,
    reply_tables,
    search_tables,
    survey_tables,
    watch_tables,
    webhook_tables,
)
from stores.tables import Base

__all__ = [
    "account_tables",
    "attachment_tables",
    "audit_tables",
    "block_tables",
    "calendar_tables",
    "canned_tables",
    "case_tables",
    "conversation_tables",
    "delivery_tables",
    "department_tables",
    "floor_tables",
    "improvement_tables",
    "mail_tables",
    "media_tables",
    "metadata",
    "mirror_tables",
    "notice_tables",
    "privacy_tables",
    "proof_tables",
    "rating_tables",
    "release_tables",
    "reply_tables",
    "search_tables",
    "survey_tables",
    "watch_tables",
    "webhook_tables",
]

metadata = Base.metadata
