"""What is over goes, whom we erase is gone from every table, and what is held stays."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.attachments import AttachmentKind, AttachmentState, NewAttachment
from conversations.model import Address
from privacy.errors import HeldBack, HoldNotFound, PersonUnknown, StillTalking, SubjectUnknown
from privacy.keeping import Keeping
from privacy.model import HoldKind, Kind
from stores.database import engine_for
from stores.rasa_trackers import RasaTrackers
from stores.schema import metadata
from stores.sql_attachment_store import SqlAttachmentStore
from stores.sql_case_store import SqlCaseStore
from stores.sql_erasure import SqlErasures
from stores.sql_hold_store import SqlHoldStore
from stores.sql_retention import SqlRetention
from tests.app.conversations.parts import Parts, all_parts, new_id
from tests.contracts.case_store import opening

NUMBER = "971501234567"
MARIAM = Address("fake", "phone", NUMBER)
KHALID = Address("fake", "phone", "971507654321")
WORDS = "فاتورة ابنتي شمسة INV-20931"
BY = "agent:noura"
YEARS = timedelta(days=3650)


@dataclass
class Forgetful:
    """Stands for Rasa's table; ``away``: cannot be reached."""

    gone: list[str] = field(default_factory=list)
    away: bool = False

    async def forget(self, conversation_ids: Sequence[str]) -> None:
        if self.away:
            raise OSError("unreachable")
        self.gone += conversation_ids


@dataclass
class City:
    """Mariam and Khalid wrote, sent a file, and each has a case."""

    engine: AsyncEngine
    parts: Parts
    folder: Path

    def __post_init__(self) -> None:
        self.trackers = Forgetful()
        self.erasures = SqlErasures(self.engine, self.folder)
        self.holds = SqlHoldStore(self.engine)
        self.retention = SqlRetention(self.engine, self.folder)
        self.keeping = Keeping(
            self.retention, self.erasures, self.trackers, now=self.parts.clock, at_once=2
        )
        self.files = SqlAttachmentStore(self.engine, self.folder)

    async def furnish(self) -> None:
        for place, who in enumerate((MARIAM, KHALID)):
            await self.parts.hear(WORDS, of=who)
            await self.parts.answer_all()
            await self.parts.send_all()
            conversation = await self.parts.conversation(who)
            await SqlCaseStore(self.engine).open(
                2026,
                opening(
                    person_id=conversation.person_id,
                    conversation_id=conversation.id,
                    contact=who.value,
                    text=WORDS,
                    caused_by=f"message:{place}",
                ),
            )
            file = NewAttachment(
                id=new_id(),
                conversation_id=conversation.id,
                path=self.files.arriving(f"arriving-{place}"),
                kind=AttachmentKind.IMAGE,
                media_type="image/png",
                file_name="صورة شمسة.png",
                size=3,
                sha256="0" * 64,
                state=AttachmentState.UNCHECKED,
                at=self.parts.clock(),
            )
            file.path.write_bytes(b"png")
            await self.files.put(file, hourly=9, most=9)
            message = (await self.parts.messages(who))[0]
            await self.files.attach(file.id, message.id, self.parts.clock())
            async with self.engine.begin() as connection:
                await connection.execute(
                    sa.text(
                        "INSERT INTO raw_webhook (id, channel, digest, received_at, size, body, "
                        "state, messages) VALUES (:id, 'fake', :id, :at, 9, :body, 'kept', 1)"
                    ).bindparams(sa.bindparam("at", type_=metadata.tables["event"].c.at.type)),
                    {"id": new_id(), "at": self.parts.clock(), "body": f'"from":"{who.value}"'},
                )

    async def person(self, who: Address = MARIAM) -> str:
        return (await self.parts.conversation(who)).person_id

    async def everything(self) -> str:
        """Return every cell of every table but the audit's."""
        cells = []
        async with self.engine.connect() as connection:
            for table in metadata.sorted_tables:
                for row in await connection.execute(sa.select(table)):
                    cells += [str(cell) for cell in row]
        return "\n".join(cells)

    def kept_files(self) -> list[Path]:
        return [path for path in self.folder.glob("kept/*/*") if path.is_file()]


@pytest_asyncio.fixture
async def city(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with all_parts(engine) as parts:
        city = City(engine, parts, tmp_path / "attachments")
        await city.furnish()
        yield city


async def test_an_erased_person_is_in_no_table_and_others_are_untouched(city: City) -> None:
    before = await city.everything()
    assert before.count(NUMBER) >= 3
    erasure = await city.erasures.erase(
        await city.person(), reason="طلب صاحبة البيانات", by=BY, at=city.parts.clock()
    )
    after = await city.everything()
    assert NUMBER not in after
    assert KHALID.value in after
    words = len(re.findall(WORDS, after))
    assert words * 2 == len(re.findall(WORDS, before))
    assert len(city.kept_files()) == 1
    assert dict(erasure.counts) == {
        "cases": 1, "conversations": 1, "files": 1, "identities": 1, "messages": 2, "notes": 0,
        "webhooks": 1,
    }  # fmt: skip
    case = await SqlCaseStore(city.engine).get("DF-26-000010")
    assert (case.contact, case.department) == (None, "DPS")
    assert "حُذف" in case.text or "erased" in case.text
    assert await city.erasures.get(erasure.id) == erasure
    async with city.engine.connect() as connection:
        kept = await connection.scalar(
            sa.text("SELECT CAST(\"after\" AS TEXT) FROM audit WHERE action = 'person_erased'")
        )
    assert erasure.digest in str(kept)


async def test_who_was_erased_and_writes_again_is_somebody_new(city: City) -> None:
    before = await city.person()
    await city.erasures.erase(before, reason="طلب", by=BY, at=city.parts.clock())
    await city.parts.hear("مرحبًا", of=MARIAM)
    assert await city.person() != before


async def test_the_assistant_forgets_now_or_later(city: City) -> None:
    conversation = (await city.parts.conversation(MARIAM)).id
    city.trackers.away = True
    erasure = await city.erasures.erase(
        await city.person(), reason="طلب", by=BY, at=city.parts.clock()
    )
    await city.keeping.finish_erasures()
    city.trackers.away = False
    assert erasure.tracker_done is None
    await city.keeping.turn()
    assert city.trackers.gone == [conversation]
    found = await city.erasures.get(erasure.id)
    assert found is not None
    assert found.tracker_done is not None
    assert found.digest == erasure.digest
    await city.keeping.turn()
    assert city.trackers.gone == [conversation]


async def test_a_tracker_is_deleted_from_rasas_own_table(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'rasa.sqlite'}"
    await RasaTrackers(url).forget(["c-1"])  # no table yet: nothing to forget
    engine = engine_for(url)
    async with engine.begin() as connection:
        await connection.exec_driver_sql("CREATE TABLE events (id INTEGER, sender_id TEXT)")
        await connection.exec_driver_sql("INSERT INTO events VALUES (1, 'c-1'), (2, 'c-2')")
    await RasaTrackers(url).forget(["c-1"])
    async with engine.connect() as connection:
        left = (await connection.exec_driver_sql("SELECT sender_id FROM events")).scalars().all()
    await engine.dispose()
    assert left == ["c-2"]


@pytest.mark.parametrize("kind", list(HoldKind))
async def test_nothing_that_is_held_goes(city: City, kind: HoldKind) -> None:
    person = await city.person()
    subject = person if kind is HoldKind.PERSON else "DF-26-000010"
    await city.holds.add(kind, subject, reason="نزاع قضائي", by=BY, at=city.parts.clock())
    with pytest.raises(HeldBack):
        await city.erasures.erase(person, reason="طلب", by=BY, at=city.parts.clock())
    await _close_cases(city)
    city.parts.clock.pass_(YEARS.total_seconds())
    await city.keeping.turn()
    after = await city.everything()
    assert after.count(NUMBER) >= 3
    assert len(re.findall(WORDS, after)) >= 2  # hers: a message with its case; Khalid's are gone
    assert len(city.kept_files()) == 1
    [hold] = await city.holds.standing()
    await city.holds.lift(hold.id, by=BY, at=city.parts.clock())
    await city.keeping.turn()
    assert WORDS not in await city.everything()
    assert city.kept_files() == []


async def test_what_is_over_is_counted_before_it_goes_and_statistics_stay(city: City) -> None:
    await _close_cases(city)
    periods = await city.retention.periods()
    assert set((await city.keeping.counts(periods)).values()) == {0}
    city.parts.clock.pass_(YEARS.total_seconds())
    counts = await city.keeping.counts(periods)
    assert (counts[Kind.MESSAGES], counts[Kind.CASES], counts[Kind.ATTACHMENTS]) == (4, 2, 2)
    assert WORDS in await city.everything()  # counting takes nothing away
    gone = await city.keeping.turn()
    assert {kind: count for kind, count in gone.items() if count} == {
        kind: count for kind, count in counts.items() if count
    }
    assert WORDS not in await city.everything()
    assert len(await city.parts.messages(MARIAM)) == 2
    assert not any((await city.keeping.turn()).values())


async def test_open_cases_and_messages_on_their_way_are_never_over(city: City) -> None:
    await city.parts.hear("لم تُقرأ بعد", of=MARIAM)
    city.parts.clock.pass_(YEARS.total_seconds())
    await city.keeping.turn()
    assert "لم تُقرأ بعد" in await city.everything()
    assert (await SqlCaseStore(city.engine).get("DF-26-000010")).text == WORDS


async def test_the_audit_goes_only_below_its_floor_and_never_what_a_case_needs(
    city: City,
) -> None:
    await city.holds.add(
        HoldKind.PERSON, await city.person(), reason="نزاع", by=BY, at=city.parts.clock()
    )

    async def delete_all() -> None:
        async with city.engine.begin() as connection:
            await connection.exec_driver_sql("DELETE FROM audit WHERE action = 'hold'")

    with pytest.raises(DBAPIError, match="append-only"):
        await delete_all()
    city.parts.clock.pass_(YEARS.total_seconds())
    assert (await city.keeping.turn()).get(Kind.AUDIT) is None  # kept for good unless told
    await city.retention.set_days({Kind.AUDIT: 400}, by=BY, at=city.parts.clock())
    assert (await city.keeping.turn())[Kind.AUDIT] >= 1
    async with city.engine.connect() as connection:
        left = (await connection.exec_driver_sql("SELECT action FROM audit")).scalars().all()
    assert "hold" not in left
    assert left.count("case_opened") == 2  # each case's own
    assert "retention_changed" in left


async def test_who_talks_right_now_is_not_erased(city: City) -> None:
    await city.parts.hear("أين الرد؟", of=MARIAM)
    with pytest.raises(StillTalking):
        await city.erasures.erase(await city.person(), reason="طلب", by=BY, at=city.parts.clock())
    with pytest.raises(PersonUnknown):
        await city.erasures.erase("nobody", reason="طلب", by=BY, at=city.parts.clock())


@pytest.mark.parametrize(
    "named", [NUMBER, "+971 50 123 4567", "٩٧١٥٠١٢٣٤٥٦٧", "DF-26-000010", "df-26-000010"]
)
async def test_a_person_is_found_by_something_exact(city: City, named: str) -> None:
    [found] = await city.erasures.find(named)
    assert found.person_id == await city.person()
    assert found.identities == ("fake …567",)
    assert (found.messages, found.files, found.cases) == (2, 1, ("DF-26-000010",))
    assert await city.erasures.find("97150") == []


async def test_only_what_is_there_can_be_held(city: City) -> None:
    with pytest.raises(SubjectUnknown):
        await city.holds.add(
            HoldKind.CASE, "DF-26-999999", reason="x", by=BY, at=city.parts.clock()
        )
    with pytest.raises(HoldNotFound):
        await city.holds.lift(1, by=BY, at=city.parts.clock())


async def _close_cases(city: City) -> None:
    async with city.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE cases SET state = 'closed'")
