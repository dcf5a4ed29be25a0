"""Talk to the real Rasa with the real actions, on cases in memory; no browser, no database."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from aiohttp import ClientSession, web
from yarl import URL

from actions.registry import build_executor
from app.action_server import action_app
from app.bootstrap import PROJECT, forms_only
from app.free_ports import LOOPBACK
from app.training import ensure_model
from bench.rasa_process import free_port, rasa_server
from cases.calendar import WorkingCalendar
from cases.clocks import ServiceClocks
from cases.escalation import EscalationRules
from cases.model import Case, CaseKind, CaseState
from cases.priority import PriorityRules
from cases.routing import RoutingRules
from cases.service import CaseService, OpenRequest
from conversations.asking import Asking, Patience
from conversations.attention import Attention
from conversations.inbox import language_of
from conversations.model import (
    Address,
    Answer,
    Button,
    Controller,
    Conversation,
    Message,
    MessageState,
    Sender,
)
from conversations.rasa_assistant import RasaAssistant
from kernel.language import Language
from phrases.catalogue import Catalogue
from stores.memory_case_store import MemoryCaseStore

MONDAY_MORNING = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # 10:00 in Dubai
EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
TALKS = Path(__file__).parent / "talks"


def talks() -> Iterator[Mapping[str, Any]]:
    """Yield every conversation that is written down."""
    for path in sorted(TALKS.glob("*.yml")):
        for talk in yaml.safe_load(path.read_text("utf-8")):
            yield {"file": path.stem, **talk}


@dataclass
class Talk:
    """One person's conversation, and what the assistant said to it."""

    asking: Asking
    cases: CaseService
    conversation: Conversation
    answers: list[Answer] = field(default_factory=list)
    offered: list[Button] = field(default_factory=list)
    escalated: dict[str, Any] | None = None
    messages: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def says(self, text: str) -> None:
        """Write a message."""
        await self._tell(await self.filled(text), None)

    async def mumbles(self, text: str) -> None:
        """Write what is not understood, whatever the model of today makes of it."""
        language = self.conversation.language.value
        await self._tell(text, f'/nlu_fallback{{"language": "{language}"}}')

    async def comes_back(self, _from: str) -> None:
        """Come back to the assistant after people had the conversation."""
        self.conversation = replace(self.conversation, assistant_stale=True)

    async def presses(self, title: str) -> None:
        """Press the button with this title that was offered last."""
        titled = [one for one in self.offered if one.title == title]
        assert titled, f"no button {title!r} among {[one.title for one in self.offered]}"
        button = titled[-1]
        await self._tell(button.title, button.payload)

    async def hears(self, text: str | list[str]) -> None:
        """Look for words in the answers to the last message."""
        for one in [text] if isinstance(text, str) else text:
            assert await self.filled(one) in self.said, f"not heard: {one!r} in\n{self.said}"

    async def hears_not(self, text: str | list[str]) -> None:
        """See that the answers to the last message do not hold these words."""
        for one in [text] if isinstance(text, str) else text:
            assert await self.filled(one) not in self.said, f"heard: {one!r} in\n{self.said}"

    @property
    def said(self) -> str:
        """Return the answers to the last message, with the titles of their buttons."""
        return "\n".join(
            f"{one.text} {' '.join(f'[{b.title}]' for b in one.buttons)}" for one in self.answers
        )

    async def own_cases(self) -> list[Case]:
        """Return the person's cases, oldest first."""
        return list(await self.cases.cases_of(self.conversation.person_id))[::-1]

    async def filled(self, text: str) -> str:
        """Put the numbers of the person's cases in."""
        for place, case in enumerate(await self.own_cases(), 1):
            eastern = case.number.removeprefix("DF-").replace("-", " ").translate(EASTERN)
            text = text.replace(f"{{case {place}}}", case.number)
            text = text.replace(f"{{eastern {place}}}", eastern)
        return text

    async def _tell(self, text: str, payload: str | None) -> None:
        language = self.conversation.language
        if payload is None:
            language = language_of(text, self.conversation)
        self.conversation = replace(self.conversation, language=language)
        number = next(self.messages)
        message = Message(
            id=f"{self.conversation.id}-{number}",
            conversation_id=self.conversation.id,
            seq=number,
            sender=Sender.CITIZEN,
            text=text,
            payload=payload,
            language=language,
            state=MessageState.WAITING,
            sent_at=MONDAY_MORNING,
            stored_at=MONDAY_MORNING,
        )
        self.answers = list(await self.asking.ask(self.conversation, message, perhaps_asked=False))
        self.conversation = replace(self.conversation, assistant_stale=False)
        for answer in self.answers:
            self.offered += answer.buttons
            self.escalated = answer.metadata.get("escalate", self.escalated)


class Room:
    """Where talks take place: one Rasa, one set of actions; who is on duty can be told."""

    def __init__(self, asking: Asking, cases: CaseService, on_duty: dict[str, bool]) -> None:
        self._asking = asking
        self._cases = cases
        self._on_duty = on_duty
        self._talks = itertools.count(1)

    async def talk(self, told: Mapping[str, Any]) -> Talk:
        """Begin a conversation of a person with the cases in ``given``."""
        number = next(self._talks)
        person = f"p-{number}"
        self._on_duty["now"] = bool(told.get("on_duty"))
        for place, given in enumerate(told.get("given", ())):
            request = OpenRequest(
                kind=CaseKind(given["kind"]),
                text=given["text"],
                language=Language.AR,
                channel="web",
                person_id=person,
                conversation_id=f"c-{number}",
                caused_by=f"{person}-given-{place}",
                department=given["department"],
                department_confidence=1.0,
                contact=given.get("contact"),
                reference=given.get("reference"),
            )
            case = await self._cases.open(request)
            for state in given.get("moved", ()):
                await self._cases.move(case.number, CaseState(state), actor="agent:mariam")
        conversation = Conversation(
            id=f"c-{number}",
            address=Address("web", "session", f"s-{number}"),
            person_id=person,
            language=Language(told.get("language", "ar")),
            language_pinned=False,
            controller=Controller.BOT,
            control_version=0,
            created_at=MONDAY_MORNING,
        )
        return Talk(self._asking, self._cases, conversation)


class _Pins:
    async def pin_language(self, conversation_id: str, language: Language) -> None:
        """Keep nothing: the slot holds the language for the talk."""


@asynccontextmanager
async def a_room(folder: Path) -> AsyncIterator[Room]:
    """Train the model if there is none of this content, start Rasa and the actions."""
    on_duty = {"now": False}

    async def anybody(language: Language, department: str | None) -> bool:
        return on_duty["now"]

    calendar = WorkingCalendar.load()
    cases = CaseService(
        MemoryCaseStore(),
        calendar=calendar,
        clocks=ServiceClocks.load(),
        priorities=PriorityRules.load(),
        routes=RoutingRules.load(),
        now=lambda: MONDAY_MORNING,
    )
    phrases = Catalogue.load()
    attention = Attention(EscalationRules.load().hear, anybody, phrases.say)
    executor = build_executor(
        cases=cases,
        pins=_Pins(),
        phrases=phrases,
        calendar=calendar,
        on_duty=anybody,
        now=lambda: MONDAY_MORNING,
    )
    model = ensure_model(PROJECT, PROJECT / "var" / "models", folder, lambda _line: None)
    port = free_port()
    endpoints = folder / "endpoints.yml"
    endpoints.write_text(
        yaml.safe_dump(
            {
                "action_endpoint": {
                    "url": f"http://{LOOPBACK}:{port}/webhook",
                    "enable_selective_domain": True,
                },
                "tracker_store": {
                    "type": "bot.episodes.SqlEpisodes",
                    "dialect": "sqlite",
                    "db": str(folder / "rasa.sqlite"),
                },
            }
        ),
        "utf-8",
    )
    runner = web.AppRunner(action_app(executor, forms_only(PROJECT / "domain.yml")))
    await runner.setup()
    await web.TCPSite(runner, LOOPBACK, port).start()
    try:
        with rasa_server(model=model, endpoints=endpoints, log=folder / "rasa.log") as rasa:
            async with ClientSession() as http:
                assistant = RasaAssistant(http, url=str(URL(rasa.url)))
                yield Room(Asking(assistant, Patience(), attention), cases, on_duty)
    finally:
        await runner.cleanup()
