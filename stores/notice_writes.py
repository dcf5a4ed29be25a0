"""A step of the transactions that change cases: keep whom the change is to be told to."""

from __future__ import annotations

from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.notices import notice_of
from cases.ports import Change
from conversations.notice_ports import NoticeState
from stores.notice_tables import CaseNoticeRow

NOTICES = cast(sa.Table, CaseNoticeRow.__table__)


async def keep_notice(connection: AsyncConnection, change: Change) -> None:
    """Keep what the change has somebody told, if it has; after the case itself."""
    notice = notice_of(change)
    if notice is not None:
        await connection.execute(
            sa.insert(NOTICES).values(
                id=notice.id,
                case_number=notice.case_number,
                version=notice.version,
                kind=notice.kind.value,
                at=notice.at,
                state=NoticeState.DUE.value,
            )
        )
