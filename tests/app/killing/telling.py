"""``python -m tests.app.killing.telling URL WHEN``: tells people of their cases, and is killed
with SIGKILL at the third of them: before it, inside its transaction before the commit, or after."""

from __future__ import annotations

import asyncio
import sys

from sqlalchemy import Engine, event

from stores.database import engine_for
from stores.sql_case_notices import SqlCaseNotices
from tests.app.killing.mortal import _committing, arm
from tests.app.killing.points import Point, When
from tests.app.notice_house import House

HITS = 2


async def tell(url: str) -> None:
    engine = engine_for(url)
    await House(engine).round("02 11:00")
    await engine.dispose()


if __name__ == "__main__":
    event.listen(Engine, "commit", _committing)
    arm(Point(SqlCaseNotices, "say", When(sys.argv[2]), hits=HITS))
    asyncio.run(tell(sys.argv[1]))
