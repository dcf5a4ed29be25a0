"""Leases for work that is just being stored. Each step expects to run inside a transaction
that has locked the conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.model import Message, OutboundMessage
from conversations.ports import Claim, Lease, Task
from stores.conversation_rows import LEASES, MESSAGES
from stores.conversation_tables import PENDING, WAITING
from stores.delivery_tables import ChannelStopRow
from stores.prepared import Prepared
from stores.tables import UtcTime

STOPS = cast(sa.Table, ChannelStopRow.__table__)


async def leased_to_answer(
    connection: AsyncConnection, message: Message, claim: Claim | None
) -> Lease | None:
    """Lease a message that waits, unless an earlier one waits or somebody holds the lease."""
    if claim is None:
        return None
    given = {"before": message.seq}
    return await _leased(connection, Task.RELAY, message.conversation_id, claim, given)


async def leased_to_send(
    connection: AsyncConnection, pending: Sequence[OutboundMessage], claim: Claim | None
) -> Lease | None:
    """Lease what was stored in a row to be sent.

    Not if something before it is pending, somebody holds the lease, or the channel is stopped.
    """
    if claim is None or not pending:
        return None
    first = pending[0]
    given = {"before": first.message.seq, "on": first.address.channel}
    return await _leased(connection, Task.SEND, first.message.conversation_id, claim, given)


async def _leased(
    connection: AsyncConnection,
    task: Task,
    conversation_id: str,
    claim: Claim,
    given: Mapping[str, object],
) -> Lease | None:
    told = {"of": conversation_id, "owned": claim.owner, "ends": claim.until, **given}
    added = await _GIVEN[task, connection.dialect.name].changed(connection, told)
    return Lease(conversation_id, task, claim.owner, claim.until) if added == 1 else None


def _giving(task: Task) -> sa.Select[str, str, str, object]:
    of = sa.bindparam("of", type_=sa.String)
    earlier = sa.select(sa.literal(1)).where(
        MESSAGES.c.conversation_id == of,
        {Task.RELAY: WAITING, Task.SEND: PENDING}[task],
        MESSAGES.c.seq < sa.bindparam("before"),
    )
    only: list[sa.ColumnElement[bool]] = [~earlier.exists()]
    if task is Task.SEND:
        stopped = sa.select(sa.literal(1)).where(STOPS.c.channel == sa.bindparam("on"))
        only.append(~stopped.exists())
    return sa.select(
        of,
        sa.literal(task.value, sa.String),
        sa.bindparam("owned", type_=sa.String),
        sa.bindparam("ends", type_=UtcTime),
    ).where(*only)


_COLUMNS = ["conversation_id", "task", "owner", "until"]
_GIVEN = {
    (task, name): Prepared(
        dialect.insert(LEASES).from_select(_COLUMNS, _giving(task)).on_conflict_do_nothing()
    )
    for task in Task
    for name, dialect in (("postgresql", postgresql), ("sqlite", sqlite))
}
