"""Who looks, as conversations know them."""

from __future__ import annotations

from aiohttp import web

from accounts.model import Account, Role
from conversations.agents import Agent
from conversations.queues import QueueReader
from desk.access import ACCOUNT
from kernel.language import Language

Id = "{id:[0-9a-f-]{36}}"
"""The part of a path that names a conversation."""


def agent_of(account: Account) -> Agent:
    """Return what conversations know of an account."""
    return Agent(
        id=account.id,
        name_ar=account.name(Language.AR),
        name_en=account.name(Language.EN),
        languages=account.languages,
        departments=account.departments,
        capacity=account.capacity,
        supervises=account.may(Role.SUPERVISOR),
        active=account.may(Role.AGENT),
    )


async def theirs(request: web.Request, queues: QueueReader) -> tuple[str, Agent]:
    """Return the conversation that a path names and who looks at it.

    Raises:
        HTTPNotFound: it is not there, or not theirs to see: the two look alike.
    """
    agent = agent_of(request[ACCOUNT])
    conversation_id = request.match_info["id"]
    if not await queues.may_see(agent, conversation_id):
        raise web.HTTPNotFound
    return conversation_id, agent
