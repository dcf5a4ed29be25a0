"""Whether the customer was told of each event of a case by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from cases.model import Case
from cases.notices import TO_STAFF
from conversations.notice_ports import NoticeState, NoticeStore

SHOWN = frozenset(
    {NoticeState.DUE, NoticeState.KNOCKED, NoticeState.SAID, NoticeState.TO_TELL},
)


class CaseNoticeFacts:
    """Reads what was told, for the timeline."""

    def __init__(self, notices: NoticeStore) -> None:
        self._notices = notices

    async def facts(self, request: web.Request, case: Case) -> Mapping[str, Any]:
        """Return how far the customer was told, by the version that each event made."""
        found = await self._notices.of_case(case.number)
        return {
            "notices": {
                one.notice.version: one.state.value
                for one in found
                if one.state in SHOWN and one.notice.kind not in TO_STAFF
            }
        }
