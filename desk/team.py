"""Who is of a manager's team, and who of them is there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts.model import Account
from conversations.agents import Attendance
from conversations.duty import FRESH_S, AgentStore


async def team_of(agents: AgentStore, account: Account) -> Sequence[Attendance]:
    """Return the active agents who work for one of the account's units, by name."""
    return [
        one
        for one in await agents.all()
        if not account.departments
        or not one.agent.departments
        or one.agent.departments & account.departments
    ]


def is_present(one: Attendance, now: datetime) -> bool:
    """Tell whether somebody is there and takes conversations."""
    fresh = one.beat_at is not None and one.beat_at > now - timedelta(seconds=FRESH_S)
    return one.available and fresh
