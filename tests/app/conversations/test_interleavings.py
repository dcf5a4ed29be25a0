"""Whatever order assistant and people act in: no word of the assistant after a claim, nothing
lost, nothing doubled. On both databases, through the real relay, inbox, outbox and timekeeper.

The long proof (docs/decisions/0008 says what it shows):

    INTERLEAVINGS=1000 SEED=4 .venv/bin/python -m pytest -s -k any_order tests/app/conversations
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    rule,
    run_state_machine_as_test,
)

from conversations.agents import Agent
from conversations.asking import Patience
from conversations.errors import AssistantError
from conversations.flood import FloodLimits
from conversations.floor import Reason
from conversations.floor_moves import Escalation
from conversations.handover_errors import HandoverError
from conversations.model import Address, Answer, Controller, Message, MessageState, Sender
from conversations.ports import Event
from stores.database import engine_for
from stores.sql_queue_reader import SqlQueueReader
from tests.app.conversations.parts import Parts, all_parts
from tests.app.conversations.test_handover import CHIEF, CLOSING
from tests.app.conversations.test_handover import KHALID as KHALID_OF_FIVE
from tests.app.conversations.test_handover import NOURA as NOURA_OF_FIVE
from tests.app.conversations.test_timekeeper import MONDAY_10, Day, a_keeper

EXAMPLES = int(os.environ.get("INTERLEAVINGS", "12"))
SEED = int(os.environ.get("SEED", "1"))
STEPS = 20
LONG = Patience(one_moment_s=60, give_up_s=120, most_errors=1, pause_s=0.01)
NOURA = replace(NOURA_OF_FIVE, capacity=1_000)  # on duty, however much they hold
KHALID = replace(KHALID_OF_FIVE, capacity=1_000)
AGENTS = st.sampled_from([NOURA, KHALID])
KINDS = st.sampled_from(["plain", "plain", "wish", "error"])
HOLD_S = 5
FINAL = {MessageState.ANSWERED, MessageState.FOR_AGENT}


class HeldAssistant:
    """Answers a message when it is told to, and how."""

    def __init__(self) -> None:
        self.asked: dict[str, asyncio.Future[str]] = {}
        self.was_asked = asyncio.Event()
        self.at_once = False
        self.resets: list[str] = []

    async def reply(
        self, conversation_id: str, text: str, metadata: Mapping[str, Any]
    ) -> Sequence[Answer]:
        if self.at_once:
            return [Answer(f"جواب: {text}")]
        held = self.asked[text] = asyncio.get_running_loop().create_future()
        self.was_asked.set()
        try:
            kind = await held
        finally:
            del self.asked[text]
        if kind == "error":
            raise AssistantError(problem="ordered")
        facts = {"escalate": {"reason": "asked"}} if kind == "wish" else {}
        return [Answer(f"جواب: {text}", (), facts)]

    async def recall(self, conversation_id: str, message_id: str) -> Sequence[Answer] | None:
        return None

    async def reset(self, conversation_id: str) -> None:
        self.resets.append(conversation_id)


class World:
    """One database and one event loop for all interleavings of a test."""

    def __init__(self, url: str) -> None:
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self.engine = engine_for(url)
        self.assistant = HeldAssistant()
        self.reader = SqlQueueReader(self.engine)
        self.numbers = count(1)
        self.talks = 0
        self.tried: Counter[str] = Counter()
        self.parts: Parts = self.run(
            self._stack.enter_async_context(
                all_parts(
                    self.engine,
                    patience=LONG,
                    hold_s=HOLD_S,
                    assistant=self.assistant,
                    flood=FloodLimits(1000, 1, 10_000),
                    handing=True,
                )
            )
        )
        for agent in (NOURA, KHALID):
            self.run(self.parts.agents.enrol(agent))

    def run[T](self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def close(self) -> None:
        self.run(self._stack.aclose())
        self.run(self.engine.dispose())
        self._runner.close()


class Talk(RuleBasedStateMachine):
    """One conversation. What was written and said is counted outside the database too."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world, self.parts = world, world.parts
        self.address = Address("fake", "user", f"u-{next(world.numbers)}")
        self.written: list[str] = []
        self.said: list[str] = []
        self.lines: list[str] = []
        self.turn: asyncio.Task[bool] | None = None
        self.parts.clock.at = MONDAY_10
        self.day: Day = a_keeper(self.parts, world.engine)
        self.day.here = (NOURA, KHALID)
        self.cursor = world.run(self._begin())
        self.id = world.run(self._write())

    async def _begin(self) -> int:
        await self.day.come(NOURA, KHALID)
        return await self.world.reader.newest()

    async def _write(self) -> str:
        text = f"رسالة {next(self.world.numbers)} INV-9"
        self.written.append(text)
        received = await self.parts.hear(text, of=self.address)
        return received.conversation.id

    @rule(handed=st.booleans())
    def the_person_writes(self, handed: bool) -> None:
        self.parts.keep_places(handed)
        self.world.run(self._write())

    @rule()
    def the_assistant_is_asked(self) -> None:
        if self.turn is not None:
            return

        async def begin() -> None:
            turn = await self.parts.next_turn()
            if turn is None:
                return
            self.world.assistant.was_asked.clear()
            self.turn = asyncio.ensure_future(self.parts.relay.work(*turn))
            asked = asyncio.ensure_future(self.world.assistant.was_asked.wait())
            await asyncio.wait({self.turn, asked}, return_when=asyncio.FIRST_COMPLETED)
            asked.cancel()

        self.world.run(begin())
        self._forget_a_finished_turn()

    @rule(kind=KINDS)
    def the_assistant_answers(self, kind: str) -> None:
        self.world.run(self._answer(kind))

    @rule(kind=KINDS, agent=AGENTS, move=st.sampled_from(["take_over", "claim", "give_back"]))
    def the_assistant_answers_while(self, kind: str, agent: Agent, move: str) -> None:
        async def both() -> None:
            await asyncio.gather(
                self._answer(kind), self._try(getattr(self.parts.handover, move)(self.id, agent))
            )

        self.world.run(both())

    @rule(agent=AGENTS, move=st.sampled_from(["claim", "take_over", "release", "give_back"]))
    def somebody_moves_it(self, agent: Agent, move: str) -> None:
        self.world.run(self._try(getattr(self.parts.handover, move)(self.id, agent)))

    @rule(move=st.sampled_from(["claim", "take_over"]))
    def both_want_it(self, move: str) -> None:
        wants = getattr(self.parts.handover, move)

        async def both() -> None:
            await asyncio.gather(
                self._try(wants(self.id, NOURA)), self._try(wants(self.id, KHALID))
            )

        self.world.run(both())

    @rule(reason=st.sampled_from(list(Reason)))
    def people_are_wanted(self, reason: Reason) -> None:
        wish = Escalation(reason)
        self.world.run(self._try(self.parts.handover.escalate(self.id, wish, actor="system:test")))

    @rule(agent=AGENTS, colleague=st.booleans())
    def somebody_transfers_it(self, agent: Agent, colleague: bool) -> None:
        to = {"to": KHALID.id} if colleague else {"department": "DPS"}
        self.world.run(self._try(self.parts.handover.transfer(self.id, agent, **to)))

    @rule(agent=AGENTS)
    def somebody_closes_it(self, agent: Agent) -> None:
        self.world.run(self._try(self.parts.handover.close(self.id, agent, CLOSING)))

    @rule(agent=AGENTS, take_over=st.booleans(), twice=st.booleans(), behind=st.integers(0, 2))
    def somebody_replies(self, agent: Agent, take_over: bool, twice: bool, behind: int) -> None:
        line_id = f"line-{next(self.world.numbers)}"

        async def reply() -> None:
            seen = (await self._messages())[-1].seq - behind
            call = self._reply(agent, line_id, seen, take_over=take_over)
            again = [self._reply(agent, line_id, seen, take_over=take_over)] if twice else []
            done = await asyncio.gather(call, *again)
            if any(done):
                self.said.append(line_id)
                self.lines.append(line_id)

        self.world.run(reply())

    @rule(agent=AGENTS)
    def somebody_takes_the_line_back(self, agent: Agent) -> None:
        if not self.lines:  # no precondition: who won a race must not change what is drawn
            return
        last = self.lines[-1]
        if self.world.run(self._try(self.parts.handover.undo(self.id, agent, last))):
            self.said.remove(last)
            self.lines.pop()

    @rule(seconds=st.sampled_from([1, 6, 200]))
    def time_passes(self, seconds: int) -> None:
        self.parts.clock.pass_(seconds)
        self.world.run(self.day.tick())

    @rule()
    def what_is_pending_is_sent(self) -> None:
        self.world.run(self.parts.send_all())

    def teardown(self) -> None:
        try:
            self.world.run(self._end())
            self._check()
            self.world.talks += 1
        finally:
            self.world.run(self._leave_nothing_behind())

    def _check(self) -> None:
        messages = self.world.run(self._messages())
        events = self.world.run(self._events())
        assert no_words_of_the_assistant_with_people(events)
        assert owner_and_controller_agree(events)
        assert [one.seq for one in messages] == list(range(1, len(messages) + 1))
        ours = [one for one in messages if one.sender is Sender.CITIZEN]
        assert [one.text for one in ours] == self.written
        assert {one.state for one in ours} <= FINAL
        assert answered_once(messages)
        agents = [one.id for one in messages if one.sender is Sender.AGENT]
        assert agents == self.said
        sent = [one.message.id for one in self.parts.channel.sent if one.address == self.address]
        assert sent == [one.id for one in messages if one.sender is not Sender.CITIZEN]

    async def _end(self) -> None:
        """Let everything come to its end: turns, what waits, lines on hold, what is pending."""
        self.world.assistant.at_once = True
        if self.turn is not None:
            await self._answer("plain")
        await self.parts.answer_all()
        self.parts.clock.pass_(HOLD_S + 1)
        await self.day.tick()
        await self.parts.send_all()
        self.world.assistant.at_once = False

    async def _leave_nothing_behind(self) -> None:
        """Close the conversation, so that the next one begins in the same world."""
        await self._try(self.parts.handover.give_back(self.id, CHIEF))
        await self.parts.send_all()

    async def _answer(self, kind: str) -> None:
        for held in list(self.world.assistant.asked.values()):
            held.set_result(kind)
        if self.turn is not None:
            await self.turn
        self.turn = None

    def _forget_a_finished_turn(self) -> None:
        if self.turn is not None and self.turn.done():
            self.turn.result()
            self.turn = None

    async def _try(self, move: Awaitable[object]) -> bool:
        """Make a move that may be refused; return whether something changed."""
        try:
            changed = await move is not None
        except HandoverError as error:
            self.world.tried[error.code] += 1
            return False
        self.world.tried["done" if changed else "already so"] += 1
        return changed

    async def _reply(self, agent: Agent, line_id: str, seen: int, *, take_over: bool) -> bool:
        return await self._try(
            self.parts.handover.reply(
                self.id, agent, f"رد {line_id}", seen_seq=seen, line_id=line_id, take_over=take_over
            )
        )

    async def _messages(self) -> Sequence[Message]:
        found, _ = await self.parts.store.history(self.id, after=0, limit=10_000)
        return found

    async def _events(self) -> list[Event]:
        events = await self.parts.store.events_after(self.cursor, limit=1_000_000)
        return [one for one in events if one.conversation_id == self.id]


def no_words_of_the_assistant_with_people(events: Sequence[Event]) -> bool:
    """Whether, in the order of commits, each line of the assistant came while it had the word."""
    controller = Controller.BOT.value
    for event in events:
        if event.kind == "control":
            controller = event.data["controller"]
        said = event.kind == "message" and event.data["sender"] == Sender.BOT.value
        if said and controller != Controller.BOT.value:
            return False
    return True


def owner_and_controller_agree(events: Sequence[Event]) -> bool:
    """Whether people have the word exactly while a spell is open, and its owner if it has one."""
    return all(
        event.data["controller"]
        == (
            Controller.BOT
            if event.data["outcome"]
            else Controller.AGENT
            if event.data["owner_id"]
            else Controller.QUEUE
        )
        for event in events
        if event.kind == "handover"
    )


def answered_once(messages: Sequence[Message]) -> bool:
    """Whether each message was answered by the assistant at most once, and only if it says so."""
    answers = Counter(one.text for one in messages if one.sender is Sender.BOT)
    expected = Counter(
        f"جواب: {one.text}"
        for one in messages
        if one.sender is Sender.CITIZEN and one.state is MessageState.ANSWERED
    )
    return answers == expected


def test_any_order_of_assistant_and_people(database_url: str) -> None:
    world = World(database_url)
    machine: Callable[[], Talk] = seed(SEED)(lambda: Talk(world))
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                print_blob=True,
                phases=[Phase.generate],  # shrinking takes minutes, and the seed repeats it
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        print(f"seed {SEED}: {world.talks} of {EXAMPLES} interleavings, {dict(world.tried)}")
        world.close()


@pytest.mark.parametrize("controller", ["queue", "agent"])
def test_the_proof_sees_what_it_looks_for(controller: str) -> None:
    def event(kind: str, **data: str) -> Event:
        return Event(1, MONDAY_10, kind, "c-1", data)

    taken = event("control", controller=controller)
    spoken = event("message", sender="bot")
    given_back = event("control", controller="bot")
    assert not no_words_of_the_assistant_with_people([taken, spoken])
    assert no_words_of_the_assistant_with_people([spoken, taken, given_back, spoken])
