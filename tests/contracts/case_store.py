"""The contract every case store keeps. Subclass it and give the ``store`` fixture."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from cases.course import Course, Pause, Promise
from cases.errors import CaseChanged, CaseNotFound
from cases.model import Case, CaseEvent, CaseKind, CaseState, Due, EventKind, Priority, Segment
from cases.number import format_number
from cases.ports import CaseQuery, CaseStore, Change
from cases.timeline import moved, noted, opened
from kernel.language import Language

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
AGENT = "agent:mariam"


def a_case(number: str = "DF-26-000019", **changes: Any) -> Case:
    case = Case(
        number=number,
        kind=CaseKind.COMPLAINT,
        department="DPS",
        segment=Segment.SUPPLIER,
        priority=Priority.P2,
        language=Language.AR,
        channel="webchat",
        person_id="p-7",
        conversation_id="c-7",
        contact="+971501234567",
        text="انخصم المبلغ مرتين عن الفاتورة INV-9 😡\nوما وصل الإيصال",
        reference="INV-9",
        amount="520.50 درهم",
        confidential=False,
        refer_to="issuing_entity",
        opened_at=NOON,
        clocks=Due(contact_due_at=NOON + timedelta(days=1), resolve_due_at=None),
        caused_by="m-1",
    )
    return replace(case, **changes)


def opening(**changes: Any) -> Callable[[int], Change]:
    """Return what makes the first version of ``a_case`` out of a sequence number."""
    at = changes.get("opened_at", NOON)
    assert isinstance(at, datetime)

    def make(sequence: int) -> Change:
        case = a_case(format_number(at.year, sequence), **changes)
        return opened(case, actor=f"person:{case.person_id}", why={"route": "classifier"})

    return make


def followed_up(case: Case, words: str, caused_by: str) -> Change:
    """Return the change that keeps what the person says about their case."""
    event = CaseEvent(
        case_number=case.number,
        version=case.version + 1,
        kind=EventKind.FOLLOWED_UP,
        at=NOON,
        actor=f"person:{case.person_id}",
        before={},
        after={},
        note=words,
        caused_by=caused_by,
    )
    return Change(case, event)


def numbers(cases: Sequence[Case]) -> list[str]:
    return [case.number for case in cases]


class CaseStoreContract:
    AT_ONCE = 50
    """So many openings at the same time."""

    @pytest.fixture
    def store(self) -> CaseStore:
        raise NotImplementedError("give the store under test")

    async def test_gives_back_what_it_was_given(self, store: CaseStore) -> None:
        case = await store.open(2026, opening())
        assert case == a_case(format_number(2026, 1))
        assert await store.get(case.number) == case

    async def test_keeps_what_was_not_told_as_none(self, store: CaseStore) -> None:
        bare = {"segment": None, "contact": None, "reference": None, "amount": None}
        case = await store.open(2026, opening(**bare, refer_to=None, clocks=Due()))
        stored = await store.get(case.number)
        assert stored == case
        assert stored.segment is None
        assert stored.clocks == Due()

    async def test_times_come_back_in_utc(self, store: CaseStore) -> None:
        in_dubai = NOON.astimezone(timezone(timedelta(hours=4)))
        case = await store.open(2026, opening(opened_at=in_dubai))
        stored = await store.get(case.number)
        assert stored.opened_at == NOON
        assert stored.clocks.contact_due_at == NOON + timedelta(days=1)

    async def test_unknown_number(self, store: CaseStore) -> None:
        with pytest.raises(CaseNotFound, match="DF-26-004173"):
            await store.get("DF-26-004173")
        with pytest.raises(CaseNotFound):
            await store.timeline("DF-26-004173")
        with pytest.raises(CaseNotFound):
            await store.list(CaseQuery(after="DF-26-004173"))

    async def test_counts_each_year_by_itself(self, store: CaseStore) -> None:
        first = await store.open(2026, opening())
        second = await store.open(2026, opening(caused_by="m-2"))
        new_year = datetime(2027, 1, 1, tzinfo=UTC)
        third = await store.open(2027, opening(caused_by="m-3", opened_at=new_year))
        assert numbers([first, second, third]) == [
            format_number(2026, 1),
            format_number(2026, 2),
            format_number(2027, 1),
        ]

    async def test_one_message_opens_one_case_of_a_kind(self, store: CaseStore) -> None:
        first = await store.open(2026, opening())
        again = await store.open(2026, opening(text="مرة ثانية عن INV-9"))
        suggestion = await store.open(2026, opening(kind=CaseKind.SUGGESTION))
        assert again == first
        assert suggestion.number != first.number
        assert await store.find_caused("m-1", CaseKind.COMPLAINT) == first
        assert await store.find_caused("m-1", CaseKind.CALLBACK) is None
        assert await store.find_caused("m-2", CaseKind.COMPLAINT) is None
        assert len(await store.timeline(first.number)) == 1

    async def test_one_message_opens_one_case_across_the_new_year(self, store: CaseStore) -> None:
        first = await store.open(2026, opening())
        later = datetime(2027, 1, 1, tzinfo=UTC)
        assert await store.open(2027, opening(opened_at=later)) == first

    async def test_openings_at_once_get_different_numbers(self, store: CaseStore) -> None:
        openings = [opening(caused_by=f"m-{turn}") for turn in range(self.AT_ONCE)]
        cases = await asyncio.gather(*(store.open(2026, make) for make in openings))
        assert len(set(numbers(cases))) == self.AT_ONCE
        assert len(await store.list(CaseQuery(limit=100))) == self.AT_ONCE

    async def test_the_same_message_at_once_opens_one_case(self, store: CaseStore) -> None:
        cases = await asyncio.gather(*(store.open(2026, opening()) for _ in range(20)))
        assert len(set(numbers(cases))) == 1
        assert numbers(await store.list(CaseQuery())) == [cases[0].number]

    async def test_save_counts_versions(self, store: CaseStore) -> None:
        case = await store.open(2026, opening())
        later = NOON + timedelta(hours=1)
        saved = await store.save(moved(case, CaseState.OPEN, at=later, actor=AGENT))
        assert (saved.version, saved.state, saved.changed_at) == (1, CaseState.OPEN, later)
        assert await store.get(case.number) == saved

    async def test_refuses_a_save_from_an_old_reading(self, store: CaseStore) -> None:
        mine = theirs = await store.open(2026, opening())
        await store.save(moved(theirs, CaseState.OPEN, at=NOON, actor=AGENT))
        with pytest.raises(CaseChanged):
            await store.save(moved(mine, CaseState.CLOSED, at=NOON, actor=AGENT))
        assert (await store.get(mine.number)).state is CaseState.OPEN
        assert len(await store.timeline(mine.number)) == 2

    async def test_of_saves_at_once_one_wins(self, store: CaseStore) -> None:
        case = await store.open(2026, opening())
        outcomes = await asyncio.gather(
            *(store.save(noted(case, f"ملاحظة {n}", at=NOON, actor=AGENT)) for n in range(10)),
            return_exceptions=True,
        )
        assert [type(o) for o in outcomes].count(Case) == 1
        assert [type(o) for o in outcomes].count(CaseChanged) == 9

    async def test_cannot_save_what_was_never_opened(self, store: CaseStore) -> None:
        with pytest.raises(CaseNotFound):
            await store.save(moved(a_case(), CaseState.OPEN, at=NOON, actor=AGENT))

    async def test_the_timeline_tells_who_did_what(self, store: CaseStore) -> None:
        case = await store.open(2026, opening())
        later = NOON + timedelta(minutes=5)
        note = "اتصلنا ولم يرد على INV-9"
        case = await store.save(moved(case, CaseState.OPEN, at=later, actor=AGENT, note=note))
        await store.save(noted(case, "second", at=later, actor="system:clock"))
        begun, went, said = await store.timeline(case.number)
        assert (begun.kind, begun.actor, begun.at) == (EventKind.OPENED, "person:p-7", NOON)
        assert begun.after["department"] == "DPS"
        assert begun.after["route"] == "classifier"
        assert (went.kind, went.actor, went.note) == (EventKind.MOVED, AGENT, note)
        assert (dict(went.before), dict(went.after)) == ({"state": "new"}, {"state": "open"})
        assert (said.kind, said.actor, said.version) == (EventKind.NOTED, "system:clock", 2)

    async def test_a_person_sees_their_cases_newest_first(self, store: CaseStore) -> None:
        old = await store.open(2026, opening())
        later = NOON + timedelta(days=1)
        new = await store.open(2026, opening(caused_by="m-2", opened_at=later, confidential=True))
        await store.open(2026, opening(caused_by="m-3", person_id="p-8"))
        assert numbers(await store.cases_of("p-7")) == [new.number, old.number]
        assert numbers(await store.cases_of("p-7", limit=1)) == [new.number]
        assert await store.cases_of("nobody") == []

    async def test_lists_by_state_department_and_kind(self, store: CaseStore) -> None:
        first = await store.open(2026, opening())
        other = await store.open(2026, opening(caused_by="m-2", department="MIL"))
        idea = await store.open(2026, opening(caused_by="m-3", kind=CaseKind.SUGGESTION))
        await store.save(moved(other, CaseState.OPEN, at=NOON, actor=AGENT))

        async def listed(**wanted: Any) -> list[str]:
            return numbers(await store.list(CaseQuery(oldest_first=True, **wanted)))

        assert await listed(states=frozenset({CaseState.OPEN})) == [other.number]
        assert await listed(departments=frozenset({"DPS"})) == [first.number, idea.number]
        assert await listed(kinds=frozenset({CaseKind.SUGGESTION})) == [idea.number]
        assert await listed(
            states=frozenset({CaseState.NEW}), kinds=frozenset({CaseKind.COMPLAINT})
        ) == [first.number]

    async def test_confidential_cases_are_listed_only_when_asked_for(
        self, store: CaseStore
    ) -> None:
        case = await store.open(2026, opening(confidential=True))
        assert await store.list(CaseQuery()) == []
        assert numbers(await store.list(CaseQuery(with_confidential=True))) == [case.number]

    @pytest.mark.parametrize("oldest_first", [False, True])
    async def test_pages_miss_nothing_and_repeat_nothing(
        self, store: CaseStore, oldest_first: bool
    ) -> None:
        for turn in range(7):
            at = NOON + timedelta(hours=turn // 3)
            await store.open(2026, opening(caused_by=f"m-{turn}", opened_at=at))
        seen: list[str] = []
        after = None
        while page := await store.list(CaseQuery(limit=2, after=after, oldest_first=oldest_first)):
            seen += numbers(page)
            after = seen[-1]
        expected = [format_number(2026, sequence) for sequence in range(1, 8)]
        assert seen == (expected if oldest_first else expected[::-1])

    async def test_one_message_makes_one_event_of_a_case(self, store: CaseStore) -> None:
        case = await store.open(2026, opening())
        saved = await store.save(followed_up(case, "لين الحين ما وصلني شي عن INV-9", "m-5"))
        for again in (case, saved):  # read before and after the first went through
            assert await store.save(followed_up(again, "لين الحين", "m-5")) == saved
        more = await store.save(followed_up(saved, "وبعد ما رديتوا", "m-6"))
        other = await store.open(2026, opening(caused_by="m-2"))
        await store.save(followed_up(other, "نفس الرسالة", "m-5"))
        assert more.version == 2
        said = (await store.timeline(case.number))[1:]
        assert [(event.kind, event.caused_by, event.note) for event in said] == [
            (EventKind.FOLLOWED_UP, "m-5", "لين الحين ما وصلني شي عن INV-9"),
            (EventKind.FOLLOWED_UP, "m-6", "وبعد ما رديتوا"),
        ]

    async def test_the_same_message_at_once_makes_one_event(self, store: CaseStore) -> None:
        case = await store.open(2026, opening())
        saved = await asyncio.gather(
            *(store.save(followed_up(case, "وين الرد؟", "m-5")) for _ in range(10))
        )
        assert {one.version for one in saved} == {1}
        assert len(await store.timeline(case.number)) == 2

    async def test_counts_what_it_would_list_and_knows_what_is_due(self, store: CaseStore) -> None:
        soon, later = NOON + timedelta(days=1), NOON + timedelta(days=9)
        for place, due in enumerate((soon, later, None), start=1):
            await store.open(
                2026,
                opening(
                    caused_by=f"m-{place}",
                    clocks=Due(contact_due_at=None, resolve_due_at=due),
                    confidential=place == 2,
                ),
            )
        due = CaseQuery(due_before=later + timedelta(seconds=1))
        assert [case.clocks.resolve_due_at for case in await store.list(due)] == [soon]
        assert await store.count(due) == 1
        assert await store.count(replace(due, with_confidential=True)) == 2
        assert await store.count(CaseQuery(with_confidential=True, limit=1)) == 3

    async def test_what_waits_for_others_is_due_only_if_it_was_late_before(
        self, store: CaseStore
    ) -> None:
        due, waits = NOON + timedelta(days=1), CaseState.WAITING_ENTITY
        for place, since in enumerate((due - timedelta(hours=1), due + timedelta(hours=1))):
            still = Course(
                owner="unit:DPS",
                promises=(Promise(kind=CaseKind.COMPLAINT, priority=Priority.P2, since=NOON),),
                pauses=(Pause(state=waits, since=since),),
            )
            clocks = Due(contact_due_at=None, resolve_due_at=due)
            fresh = opening(caused_by=f"m-{place}", clocks=clocks, state=waits, course=still)
            await store.open(2026, fresh)
        late = CaseQuery(due_before=due + timedelta(days=3))
        assert [case.caused_by for case in await store.list(late)] == ["m-1"]
        assert await store.count(late) == 1
        assert all(case.overdue(due + timedelta(days=3)) for case in await store.list(late))
