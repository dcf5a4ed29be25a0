"""Send once more what did not get through, because somebody at the desk wants it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from conversations.agents import Agent
from conversations.handover import Handover
from conversations.handover_errors import MayDouble, NothingToRetry, NotYours
from conversations.model import MessageState
from conversations.sending import SendingStore
from conversations.wakeup import Wakeup


class Resending:
    """A message that failed goes out again; one that may have arrived only if they are sure."""

    def __init__(
        self,
        floor: Handover,
        store: SendingStore,
        *,
        to_send: Wakeup,
        now: Callable[[], datetime],
    ) -> None:
        self._floor = floor
        self._store = store
        self._to_send = to_send
        self._now = now

    async def again(
        self, conversation_id: str, message_id: str, agent: Agent, *, sure: bool
    ) -> None:
        """Have a message of ours sent once more, with an audit row.

        Args:
            sure: they know that the person may get it twice.

        Raises:
            NotYours: the conversation is not theirs to speak in.
            NothingToRetry: no message of ours in it failed under this id.
            MayDouble: it may have arrived, and they are not sure.
            WindowClosed: the service takes no plain message any more.
        """
        if not await self._floor.holds(conversation_id, agent):
            raise NotYours(by="")
        state = await self._store.state_of_ours(conversation_id, message_id)
        if state not in (MessageState.FAILED, MessageState.UNKNOWN, MessageState.QUARANTINED):
            raise NothingToRetry
        if state is not MessageState.FAILED and not sure:
            raise MayDouble
        await self._floor.check_window(conversation_id)
        if not await self._store.retry(message_id, by=agent.actor, at=self._now()):
            raise NothingToRetry
        self._to_send.wake()
