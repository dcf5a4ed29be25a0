"""The contract of a store of answers from cases. Give the ``world`` fixture."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Protocol

import pytest

from cases.errors import CaseChanged, CaseNotFound, ReplyNotFound
from cases.model import Case, CaseState, EventKind
from cases.ports import CaseStore, Change
from cases.replies import Reply, ReplyState, replied, told, written_to_tell
from conversations.errors import ConversationNotFound
from conversations.floor import Change as FloorChange
from conversations.floor import Floor, UnsentLine
from conversations.handover_errors import NotYours
from conversations.model import Message
from conversations.reply_ports import ReplyStore
from kernel.language import Language
from tests.contracts.case_store import AGENT, NOON, opening

LATER = NOON + timedelta(seconds=3)


@dataclass
class World(Protocol):
    """A store of answers, and what it lies beside."""

    replies: ReplyStore
    cases: CaseStore
    conversation_id: str

    async def messages(self) -> Sequence[Message]:
        """Return what stands in the conversation."""


def a_reply(case: Case, **changes: Any) -> Reply:
    reply = Reply(
        id="r-1",
        case_number=case.number,
        author_id="mariam",
        text="رُدّ إليكم مبلغ الفاتورة INV-9",
        language=Language.AR,
        at=NOON,
        send_at=LATER,
        conversation_id=case.conversation_id,
        move_to=CaseState.RESOLVED,
        outcome="upheld",
    )
    return replace(reply, **changes)


def answered(case: Case, reply: Reply) -> Change:
    return replied(case, reply, at=LATER)


def saying(reply: Reply) -> Any:
    def say(floor: Floor) -> FloorChange:
        line = UnsentLine(
            id=reply.id,
            conversation_id=floor.conversation.id,
            author_id=reply.author_id,
            text=reply.text,
            language=reply.language,
            at=LATER,
            send_at=LATER,
        )
        controller = floor.conversation.controller
        return FloorChange(
            what="replied_from_case",
            actor=reply.actor,
            spell=None,
            controller=controller,
            lines=(line.as_message(),),
        )

    return say


def refusing(_: Floor) -> FloorChange:
    raise NotYours(by="agent-2")


class ReplyStoreContract:
    @pytest.fixture
    async def world(self) -> World:
        raise NotImplementedError("give the store under test")

    async def held(self, world: World, **changes: Any) -> tuple[Case, Reply]:
        case = await world.cases.open(2026, opening(conversation_id=world.conversation_id))
        return case, await world.replies.hold(a_reply(case, **changes), seen=case.version)

    async def test_keeps_an_answer_once_and_changes_nothing_yet(self, world: World) -> None:
        case, reply = await self.held(world, metadata={"template": {"name": "case_update"}})
        assert await world.replies.get(reply.id) == reply
        again = await world.replies.hold(replace(reply, text="غيره"), seen=case.version)
        assert again == reply
        assert await world.cases.get(case.number) == case
        assert await world.messages() == []
        assert await world.replies.of_case(case.number) == [reply]
        assert await world.replies.find("no such") is None

    async def test_refuses_an_answer_to_an_older_case(self, world: World) -> None:
        case, reply = await self.held(world)
        with pytest.raises(CaseChanged):
            await world.replies.hold(replace(reply, id="r-2"), seen=case.version + 1)
        unknown = replace(reply, id="r-3", case_number="DF-26-004173")
        with pytest.raises(CaseNotFound):
            await world.replies.hold(unknown, seen=0)
        assert await world.replies.of_case(case.number) == [reply]

    async def test_is_due_when_its_time_has_come_and_not_after(self, world: World) -> None:
        _, reply = await self.held(world)
        assert await world.replies.due(LATER - timedelta(seconds=1)) == []
        assert await world.replies.due(LATER) == [reply]
        await world.replies.send(reply.id, answered, saying(reply), at=LATER)
        assert await world.replies.due(LATER) == []

    async def test_says_it_once_and_moves_the_case_with_it(self, world: World) -> None:
        case, reply = await self.held(world)
        sent = await asyncio.gather(
            *(world.replies.send(reply.id, answered, saying(reply), at=LATER) for _ in range(5))
        )
        assert {one.state for one in sent} == {ReplyState.SENT}
        [message] = await world.messages()
        assert (message.id, message.text) == (reply.id, reply.text)
        after = await world.cases.get(case.number)
        assert (after.state, after.version) == (CaseState.RESOLVED, 1)
        *_, event = await world.cases.timeline(case.number)
        assert (event.kind, event.note) == (EventKind.REPLIED, reply.text)
        assert event.after == {
            "reply": "r-1",
            "way": "conversation",
            "state": "resolved",
            "outcome": "upheld",
        }

    async def test_all_or_nothing_when_the_conversation_takes_nothing(self, world: World) -> None:
        case, reply = await self.held(world)
        with pytest.raises(NotYours):
            await world.replies.send(reply.id, answered, refusing, at=LATER)
        assert await world.cases.get(case.number) == case
        assert (await world.replies.get(reply.id)).state is ReplyState.HELD
        other = replace(reply, id="r-2", conversation_id="00000000-0000-4000-8000-000000000000")
        await world.replies.hold(other, seen=case.version)
        with pytest.raises(ConversationNotFound):
            await world.replies.send(other.id, answered, saying(other), at=LATER)
        assert await world.messages() == []

    async def test_what_was_taken_back_is_never_said(self, world: World) -> None:
        case, reply = await self.held(world)
        way = {"was": ReplyState.HELD, "by": AGENT, "at": LATER}
        undone = await world.replies.settle(reply.id, ReplyState.UNDONE, **way)
        assert undone is not None
        assert (undone.state, undone.settled_by) == (ReplyState.UNDONE, AGENT)
        assert await world.replies.settle(reply.id, ReplyState.UNDONE, **way) is None
        left = await world.replies.send(reply.id, answered, saying(reply), at=LATER)
        assert left == undone
        assert await world.messages() == []
        assert await world.cases.get(case.number) == case

    async def test_of_taking_back_and_saying_one_wins(self, world: World) -> None:
        case, reply = await self.held(world)
        await asyncio.gather(
            world.replies.send(reply.id, answered, saying(reply), at=LATER),
            world.replies.settle(
                reply.id, ReplyState.UNDONE, was=ReplyState.HELD, by=AGENT, at=LATER
            ),
        )
        said = (await world.replies.get(reply.id)).state is ReplyState.SENT
        assert len(await world.messages()) == int(said)
        assert (await world.cases.get(case.number)).version == int(said)

    async def test_what_is_to_be_told_moves_the_case_when_it_was_told(self, world: World) -> None:
        case = await world.cases.open(2026, opening(conversation_id=""))
        reply = a_reply(case, state=ReplyState.TO_TELL, conversation_id=None)
        for _ in range(2):
            put_down = await world.replies.put_down(
                reply, lambda case, reply: written_to_tell(case, reply, at=NOON), seen=case.version
            )
        assert put_down == reply
        written = await world.cases.get(case.number)
        assert (written.state, written.version) == (CaseState.OPEN, 1)
        assert await world.replies.due(LATER) == []
        for expected in (ReplyState.TOLD, None):
            done = await world.replies.settle(
                reply.id,
                ReplyState.TOLD,
                was=ReplyState.TO_TELL,
                by=AGENT,
                at=LATER,
                make=lambda case, reply: told(case, reply, at=LATER, actor=AGENT),
            )
            assert (done.state if done else None) is expected
        after = await world.cases.get(case.number)
        assert (after.state, after.version) == (CaseState.RESOLVED, 2)
        *_, event = await world.cases.timeline(case.number)
        assert (event.kind, event.actor, event.note) == (EventKind.TOLD, AGENT, None)

    async def test_lists_what_is_to_be_told_in_the_units_asked_for(self, world: World) -> None:
        told_by: dict[str, str] = {}
        for place, (unit, secret) in enumerate((("DPS", False), ("DPS", True), ("REV", False))):
            case = await world.cases.open(
                2026, opening(caused_by=f"m-{place}", department=unit, confidential=secret)
            )
            reply = a_reply(case, id=f"r-{place}", state=ReplyState.TO_TELL, conversation_id=None)
            await world.replies.put_down(
                reply, lambda case, reply: written_to_tell(case, reply, at=NOON), seen=0
            )
            told_by[reply.id] = case.number
        other = await world.cases.open(2026, opening(caused_by="m-9"))
        await world.replies.hold(a_reply(other, id="r-9"), seen=0)

        async def listed(*units: str) -> dict[str, str]:
            found = await world.replies.to_tell(frozenset(units))
            return {reply.id: case.number for reply, case in found}

        assert await listed("DPS") == {one: told_by[one] for one in ("r-0", "r-1")}
        assert await listed("REV") == {"r-2": told_by["r-2"]}
        assert await listed() == {one: told_by[one] for one in ("r-0", "r-2")}
        await world.replies.settle(
            "r-2", ReplyState.TOLD, was=ReplyState.TO_TELL, by=AGENT, at=LATER
        )
        assert await listed("REV") == {}

    async def test_an_unknown_answer(self, world: World) -> None:
        with pytest.raises(ReplyNotFound):
            await world.replies.get("no such")
        with pytest.raises(ReplyNotFound):
            await world.replies.send("no such", answered, refusing, at=LATER)
