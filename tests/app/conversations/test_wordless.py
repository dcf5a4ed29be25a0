"""A file that came alone: in a form, after a case, and out of the blue; on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from cases.calendar import WorkingCalendar
from cases.clocks import ServiceClocks
from cases.model import CaseKind, CaseState, EventKind
from cases.opening import OpenRequest
from cases.priority import PriorityRules
from cases.routing import RoutingRules
from cases.service import CaseService
from conversations.attachment_intake import AttachmentIntake, AttachmentLimits
from conversations.attachments import Attachment
from conversations.file_answers import FileAnswers
from conversations.lines import FILE_FOR_CASE, FILE_IN_FORM, FILE_KEPT, NOT_READ, Lines
from conversations.model import MessageKind, Sender
from conversations.wakeup import Wakeup
from conversations.wordless import Wordless
from kernel.language import Language
from phrases.catalogue import Catalogue
from stores.sql_attachment_store import SqlAttachmentStore
from stores.sql_case_store import SqlCaseStore
from tests.app.conversations.parts import MARIAM, Parts, new_id

PDF = b"%PDF-1.7\n" + b"\x00" * 500


@dataclass
class Sent:
    parts: Parts
    store: SqlAttachmentStore
    engine: AsyncEngine

    async def file(self, text: str = "", kind: MessageKind = MessageKind.DOCUMENT) -> Attachment:
        """Send a file, with or without words, and have it answered."""
        conversation = await self.parts.store.ensure(MARIAM, Language.AR, self.parts.clock())
        intake = AttachmentIntake(
            self.store,
            AttachmentLimits(),
            scans=False,
            to_scan=Wakeup(),
            now=self.parts.clock,
            new_id=new_id,
        )

        async def pieces() -> AsyncIterator[bytes]:
            yield PDF

        taken = await intake.take(conversation.id, pieces(), file_name="إيصال INV-9.pdf")
        await self.parts.hear(text, kind=kind, attachments=(taken.attachment,))
        await self.parts.answer_all()
        return taken.attachment

    async def case(self, *, caused_by: str | None = None) -> str:
        """Open a case in Mariam's conversation, as an action would."""
        conversation = await self.parts.conversation()
        opened = await self.service.open(
            OpenRequest(
                kind=CaseKind.COMPLAINT,
                text="خُصم المبلغ مرتين INV-9",
                language=Language.AR,
                channel="fake",
                person_id=conversation.person_id,
                conversation_id=conversation.id,
                caused_by=caused_by or new_id(),
            )
        )
        return opened.number

    @property
    def service(self) -> CaseService:
        return CaseService(
            SqlCaseStore(self.engine),
            calendar=WorkingCalendar.load(),
            clocks=ServiceClocks.load(),
            priorities=PriorityRules.load(),
            routes=RoutingRules.load(),
            now=self.parts.clock,
        )

    async def said(self) -> list[tuple[Sender, str | None]]:
        return [
            (one.sender, one.reason)
            for one in await self.parts.messages()
            if one.sender is not Sender.CITIZEN
        ]


@pytest.fixture
def sent(parts: Parts, engine: AsyncEngine, tmp_path: Path) -> Sent:
    store = SqlAttachmentStore(engine, tmp_path / "attachments")
    lines = Lines(Catalogue.load(), new_id=new_id)
    sent = Sent(parts, store, engine)
    parts.relay._wordless = Wordless(
        parts.relay._asking._assistant,
        parts.store,
        store.to_recent_case,
        lines,
        new_id=new_id,
        answers=FileAnswers(sent.service).take,
    )
    return sent


async def test_out_of_the_blue_it_is_asked_what_the_file_is_for(sent: Sent) -> None:
    await sent.file()
    assert await sent.said() == [(Sender.SYSTEM, FILE_KEPT)]
    line = (await sent.parts.messages())[-1]
    assert line.buttons[0].title == "تقديم شكوى"
    assert sent.parts.rasa.heard == [], "nothing to understand in a file"
    await sent.parts.hear('/choose{"choice": "complaint"}')
    await sent.parts.answer_all()
    assert sent.parts.rasa.heard[0]["message"] == '/choose{"choice": "complaint"}'


async def test_in_a_form_it_is_acknowledged_and_the_open_question_asked_again(sent: Sent) -> None:
    await sent.parts.hear("أريد تقديم شكوى INV-9")
    await sent.parts.answer_all()
    question = (await sent.parts.messages())[-1]
    sent.parts.rasa.in_form.add(question.conversation_id)
    file = await sent.file()
    *_, acknowledged, again = await sent.parts.messages()
    assert (acknowledged.sender, acknowledged.reason) == (Sender.SYSTEM, FILE_IN_FORM)
    assert (again.sender, again.text) == (Sender.BOT, question.text)
    number = await sent.case()
    assert [one.attachment.id for one in await sent.store.of_case(number)] == [file.id]


async def test_after_a_case_it_goes_to_the_case(sent: Sent) -> None:
    await sent.parts.hear("شكوى")
    number = await sent.case()
    file = await sent.file()
    line = (await sent.parts.messages())[-1]
    assert line.reason == FILE_FOR_CASE
    assert number in line.text
    assert [one.attachment.id for one in await sent.store.of_case(number)] == [file.id]
    sent.parts.clock.pass_(3600)
    await sent.file()
    assert (await sent.said())[-1] == (Sender.SYSTEM, FILE_KEPT)


async def test_what_a_case_waits_for_is_its_answer_however_late(sent: Sent) -> None:
    await sent.parts.hear("شكوى")
    number = await sent.case()
    for state in (CaseState.OPEN, CaseState.WAITING_CITIZEN):
        await sent.service.move(number, state, actor="agent:mariam")
    sent.parts.clock.pass_(3 * 86_400)
    file = await sent.file()
    line = (await sent.parts.messages())[-1]
    assert line.reason == FILE_FOR_CASE
    assert number in line.text
    case = await sent.service.get(number)
    assert case.state is CaseState.OPEN
    assert [one.attachment.id for one in await sent.store.of_case(number)] == [file.id]
    *_, event = await sent.service.timeline(number)
    assert event.kind is EventKind.FOLLOWED_UP
    assert event.before == {"state": "waiting_citizen"}


async def test_a_file_with_words_goes_to_the_assistant_and_to_what_it_opens(sent: Sent) -> None:
    file = await sent.file("خُصم المبلغ مرتين، هذا الإيصال INV-9")
    assert sent.parts.rasa.heard[0]["message"] == "خُصم المبلغ مرتين، هذا الإيصال INV-9"
    ours = await sent.store.of_case(await sent.case())
    assert [one.attachment.id for one in ours] == [file.id]


async def test_a_voice_note_is_speech_and_is_said_to_be_unread(sent: Sent) -> None:
    await sent.file(kind=MessageKind.VOICE)
    assert await sent.said() == [(Sender.SYSTEM, NOT_READ)]


async def test_with_rasa_away_a_file_is_answered_all_the_same(sent: Sent) -> None:
    await sent.parts.rasa.stop()
    await sent.file()
    assert await sent.said() == [(Sender.SYSTEM, FILE_KEPT)]
