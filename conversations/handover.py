"""Who may speak: what agents, actions and workers do with a conversation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from conversations.agents import Agent
from conversations.answer_clocks import AnswerClocks
from conversations.attachments import Attachment
from conversations.buttons import without_invisible_start
from conversations.duty import AgentStore
from conversations.floor import FILES, Change, Changed, Floor, Note, UnsentLine
from conversations.floor_moves import Escalation, Moves
from conversations.floor_words import Words
from conversations.handover_errors import (
    AgentNotFound,
    AlreadyClaimed,
    FileNotReady,
    TextNotUsable,
    WindowClosed,
)
from conversations.handover_ports import Decide, HandoverStore
from conversations.lines import LONGEST_TEXT, Lines
from conversations.model import NOTHING, Conversation
from conversations.wakeup import Wakeup
from conversations.window import TEMPLATE
from kernel.folding import for_display
from kernel.masking import mask, mask_but
from kernel.reading import read

__all__ = ["Escalation", "Handover"]

HOLD_S = 3.0


class Window(Protocol):
    """Tells until when a channel takes a plain message."""

    async def open_until(self, conversation: Conversation) -> datetime | None:
        """Return until when; None for a channel that always does."""


class Handover:
    """Each method is one transaction with its events and its audit row.

    Raises HandoverError with a code where something is not allowed now, and
    ConversationNotFound. What is already so is no error and changes nothing.

    Args:
        hold_s: how long an agent's line can be taken back before it is sent; 0: not at all.
    """

    def __init__(
        self,
        store: HandoverStore,
        agents: AgentStore,
        *,
        clocks: AnswerClocks,
        lines: Lines,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        to_send: Wakeup,
        changed: Wakeup | None = None,
        window: Window | None = None,
        hold_s: float = HOLD_S,
    ) -> None:
        self._store = store
        self._agents = agents
        self._now = now
        self._new_id = new_id
        self._to_send = to_send
        self._changed = changed or Wakeup()
        self._window = window
        self._hold = timedelta(seconds=hold_s)
        self._freed: Callable[[Agent], Awaitable[object]] | None = None
        self.moves = Moves(clocks, lines, new_id=new_id)
        self.words = Words(clocks, self.moves)

    def when_freed(self, freed: Callable[[Agent], Awaitable[object]]) -> None:
        """Have ``freed`` called with an agent who gave a conversation away."""
        self._freed = freed

    async def escalate(
        self, conversation_id: str, escalation: Escalation, *, actor: str
    ) -> Changed | None:
        """Put a conversation into the queue; None when people have it already."""
        at = self._now()
        return await self.apply(
            conversation_id,
            lambda floor: self.moves.escalate(floor, escalation, actor=actor, at=at),
            at,
        )

    async def claim(self, conversation_id: str, agent: Agent) -> Changed | None:
        """Make a waiting conversation the agent's.

        Raises:
            AlreadyClaimed: a colleague has it; names them.
        """
        at = self._now()
        try:
            return await self.apply(
                conversation_id, lambda floor: self.moves.claim(floor, agent, at=at), at
            )
        except AlreadyClaimed as error:
            winner = await self._agents.find(str(error.facts["by"]))
            if winner is None:
                raise
            names = {"name_ar": winner.name_ar, "name_en": winner.name_en}
            raise AlreadyClaimed(by=winner.id, **names) from error

    async def take_over(self, conversation_id: str, agent: Agent) -> Changed | None:
        """Make a conversation the agent's, whoever has it, the assistant included."""
        at = self._now()
        return await self.apply(
            conversation_id, lambda floor: self.moves.take_over(floor, agent, at=at), at
        )

    async def release(
        self, conversation_id: str, agent: Agent, *, note: str | None = None
    ) -> Changed | None:
        """Put a conversation back into the queue."""
        at = self._now()
        return await self.apply(
            conversation_id,
            lambda floor: self.moves.release(
                floor, agent, at=at, note=self._note(floor, agent, note, at)
            ),
            at,
        )

    async def transfer(
        self,
        conversation_id: str,
        agent: Agent,
        *,
        to: str | None = None,
        department: str | None = None,
        note: str | None = None,
    ) -> Changed | None:
        """Hand a conversation to a colleague (by id), or to a department's queue.

        Raises:
            AgentNotFound: no active colleague has this id, or neither is named.
        """
        colleague = None if to is None else await self._agents.find(to)
        if (colleague is None or not colleague.active) if to is not None else department is None:
            raise AgentNotFound(agent=to or "")
        at = self._now()
        return await self.apply(
            conversation_id,
            lambda floor: self.moves.transfer(
                floor,
                agent,
                to=colleague,
                department=department,
                note=self._note(floor, agent, note, at),
                at=at,
            ),
            at,
        )

    async def give_back(self, conversation_id: str, agent: Agent) -> Changed | None:
        """Return a conversation to the assistant, which begins anew, and tell the person once."""
        at = self._now()
        return await self._given_away(
            agent,
            await self.apply(
                conversation_id, lambda floor: self.moves.give_back(floor, agent, at=at), at
            ),
        )

    async def close(
        self, conversation_id: str, agent: Agent, closing: Mapping[str, str]
    ) -> Changed | None:
        """End a conversation with people.

        Args:
            closing: ``outcome``, ``department``, ``case``, ``summary`` and the like; which
                are required stands in ``answer_clocks.toml``.

        Raises:
            ClosingIncomplete: names the fields that are missing.
        """
        at = self._now()
        conversation = await self._store.conversation(conversation_id)
        until = await self._window.open_until(conversation) if self._window else None
        may_ask = until is None or until > at
        told = {name: mask(for_display(value)).text.strip() for name, value in closing.items()}
        return await self._given_away(
            agent,
            await self.apply(
                conversation_id,
                lambda floor: self.moves.close(floor, agent, told, at=at, may_ask=may_ask),
                at,
            ),
        )

    async def snooze(
        self, conversation_id: str, agent: Agent, *, until: datetime | None = None
    ) -> Changed | None:
        """Put a conversation aside until a time, or until the person writes."""
        at = self._now()
        return await self.apply(
            conversation_id,
            lambda floor: self.words.snooze(floor, agent, until=until, at=at),
            at,
        )

    async def reply(
        self,
        conversation_id: str,
        agent: Agent,
        text: str,
        *,
        seen_seq: int,
        line_id: str | None = None,
        take_over: bool = False,
        metadata: Mapping[str, Any] = NOTHING,
        files: Sequence[Attachment] = (),
        own_ibans: frozenset[str] = frozenset(),
    ) -> UnsentLine:
        """Say something to the person, with files or files alone.

        Args:
            seen_seq: the newest place that the writer has on screen.
            line_id: chosen by the screen, so that the same line is never said twice.
            take_over: the writer says so explicitly and becomes the owner.
            files: kept for this conversation, part of no message yet.
            own_ibans: accounts of the house, which stay readable.
            metadata: with ``template`` the line is an approved one, and needs no open window.

        Returns:
            The line; until its ``send_at`` it can be taken back.

        Raises:
            NotYours, NotWithPeople, StaleView, WindowClosed, TextNotUsable, FileNotReady: see
                there.
        """
        kept, at = usable(text, may_be_empty=bool(files), keep=own_ibans), self._now()
        if not all(one.state.given_out for one in files):
            raise FileNotReady(names=", ".join(one.file_name for one in files))
        line_id = line_id or self._new_id()
        before = await self._store.find_line(line_id)
        if before is not None:
            return before
        conversation = await self._store.conversation(conversation_id)
        if TEMPLATE not in metadata:
            await self._check_window(conversation, at)
        line = UnsentLine(
            id=line_id,
            conversation_id=conversation_id,
            author_id=agent.id,
            text=kept,
            language=read(kept).language or conversation.language,
            at=at,
            send_at=at + self._hold,
            metadata={
                **metadata,
                **({FILES: [one.facts() for one in files]} if files else {}),
                "agent": agent.id,
                "agent_ar": agent.name_ar,
                "agent_en": agent.name_en,
            },
        )

        def decide(floor: Floor) -> Change | None:
            known = {one.id for one in floor.unsent} | {one.id for one in floor.since}
            if line_id in known:
                return None  # the same line came twice at once
            return self.words.reply(floor, agent, line, take_over=take_over, at=at)

        await self.apply(conversation_id, decide, at, seen_seq=seen_seq)
        return line

    async def holds(self, conversation_id: str, agent: Agent) -> bool:
        """Tell whether the conversation is with people, and with this agent or a supervisor."""
        spell = await self._store.find(conversation_id)
        return agent.supervises if spell is None else _speaks_for(spell.owner_id, agent)

    async def undo(self, conversation_id: str, agent: Agent, line_id: str) -> Changed | None:
        """Take back the last line; raises NothingToUndo when it is not on hold."""
        return await self.apply(
            conversation_id,
            lambda floor: self.words.undo(floor, agent, line_id),
            self._now(),
        )

    async def note(
        self, conversation_id: str, agent: Agent, text: str, *, mentions: Sequence[str] = ()
    ) -> Changed | None:
        """Leave word for colleagues; ``mentions`` are the ids of those who should see it."""
        at = self._now()
        kept = usable(text)

        def decide(floor: Floor) -> Change:
            note = self._written(floor, agent, kept, at, tuple(mentions))
            return self.words.write_note(floor, agent, note)

        return await self.apply(conversation_id, decide, at)

    async def acknowledge(self, conversation_id: str, agent: Agent) -> Changed | None:
        """Stop the alert of a conversation for everybody."""
        at = self._now()
        return await self.apply(
            conversation_id, lambda floor: self.words.acknowledge(floor, agent, at=at), at
        )

    async def apply(
        self, conversation_id: str, decide: Decide, at: datetime, *, seen_seq: int | None = None
    ) -> Changed | None:
        """Keep a move and wake whoever goes on from there; for moves without an agent's hand."""
        changed = await self._store.change(conversation_id, decide, at=at, seen_seq=seen_seq)
        if changed is not None:
            self._changed.wake()
            if changed.messages:
                self._to_send.wake()
        return changed

    async def _given_away(self, agent: Agent, changed: Changed | None) -> Changed | None:
        if changed is not None and self._freed is not None:
            await self._freed(agent)
        return changed

    def _note(self, floor: Floor, agent: Agent, text: str | None, at: datetime) -> Note | None:
        if text is None or not text.strip():
            return None
        return self._written(floor, agent, usable(text), at, ())

    def _written(
        self, floor: Floor, agent: Agent, text: str, at: datetime, mentions: tuple[str, ...]
    ) -> Note:
        return Note(
            id=self._new_id(),
            conversation_id=floor.conversation.id,
            after_seq=floor.last_seq,
            author_id=agent.id,
            text=text,
            at=at,
            mentions=mentions,
        )

    async def check_window(self, conversation_id: str) -> None:
        """Raise WindowClosed where a channel takes no plain message now."""
        await self._check_window(await self._store.conversation(conversation_id), self._now())

    async def _check_window(self, conversation: Conversation, at: datetime) -> None:
        until = await self._window.open_until(conversation) if self._window else None
        if until is not None and until <= at:
            raise WindowClosed(until=until.isoformat())


def _speaks_for(owner_id: str | None, agent: Agent) -> bool:
    return owner_id == agent.id or agent.supervises


def usable(text: str, *, may_be_empty: bool = False, keep: frozenset[str] = frozenset()) -> str:
    """Return what may be kept and said of a text; raises TextNotUsable."""
    kept = mask_but(for_display(text), keep).text.strip()
    if may_be_empty and not kept:
        return ""
    if not without_invisible_start(kept) or len(kept) > LONGEST_TEXT:
        raise TextNotUsable(most=LONGEST_TEXT)
    return kept
