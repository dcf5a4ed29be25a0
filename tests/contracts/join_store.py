"""The contract of a store that keeps several cases in one go. Give the ``store`` fixture."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from cases.errors import CaseChanged, CaseNotFound
from cases.join_ports import JoinStore
from cases.joining import linked, merged
from cases.model import Case, CaseKind, CaseState, EventKind
from cases.ports import Change
from cases.timeline import noted
from tests.contracts.case_store import AGENT, NOON, a_case, numbers, opening


async def two(store: JoinStore) -> tuple[Case, Case]:
    first = await store.open(2026, opening())
    return first, await store.open(2026, opening(caused_by="m-2", text="نفس الفاتورة INV-9"))


class JoinStoreContract:
    @pytest.fixture
    def store(self) -> JoinStore:
        raise NotImplementedError("give the store under test")

    async def test_keeps_how_cases_belong_together(self, store: JoinStore) -> None:
        facts = {"subject": "خصم مكرر INV-9", "split_from": "DF-26-000019", "reopened_at": NOON}
        case = await store.open(2026, opening(related=("DF-26-000019", "DF-26-000020"), **facts))
        assert await store.get(case.number) == case
        assert case.related == ("DF-26-000019", "DF-26-000020")
        plain = await store.open(2026, opening(caused_by="m-2"))
        stored = await store.get(plain.number)
        assert (stored.related, stored.subject, stored.merged_into) == ((), None, None)

    async def test_saves_all_of_them_in_the_order_given(self, store: JoinStore) -> None:
        first, second = await two(store)
        saved = await store.save_all(merged(second, first, at=NOON, actor=AGENT))
        assert numbers(saved) == [second.number, first.number]
        ended = await store.get(first.number)
        assert (ended.state, ended.merged_into) == (CaseState.CLOSED, second.number)
        assert numbers(await store.merged_into(second.number)) == [first.number]
        assert await store.merged_into(first.number) == []
        for number in (first.number, second.number):
            *_, event = await store.timeline(number)
            assert (event.kind, event.version) == (EventKind.MERGED, 1)

    async def test_saves_none_of_them_when_one_was_changed(self, store: JoinStore) -> None:
        first, second = await two(store)
        await store.save(noted(second, "قبلكم", at=NOON, actor=AGENT))
        for pair in ((first, second), (second, first)):
            with pytest.raises(CaseChanged):
                await store.save_all(merged(*pair, at=NOON, actor=AGENT))
        assert await store.get(first.number) == first
        assert len(await store.timeline(first.number)) == 1
        unknown = a_case("DF-26-004173")
        with pytest.raises(CaseNotFound):
            await store.save_all(linked(first, unknown, at=NOON, actor=AGENT))
        assert (await store.get(first.number)).related == ()
        assert await store.save_all([]) == []

    async def test_of_joins_at_once_one_wins(self, store: JoinStore) -> None:
        first, second = await two(store)
        ways = ((first, second), (second, first)) * 5
        outcomes = await asyncio.gather(
            *(store.save_all(merged(*way, at=NOON, actor=AGENT)) for way in ways),
            return_exceptions=True,
        )
        lost = [one for one in outcomes if isinstance(one, CaseChanged)]
        assert len(lost) == len(ways) - 1
        ends = [await store.get(case.number) for case in (first, second)]
        assert sorted(case.finished for case in ends) == [False, True]

    async def test_opens_a_case_with_what_others_know_of_it(self, store: JoinStore) -> None:
        case = await store.open(2026, opening())

        def make(sequence: int) -> tuple[Change, Sequence[Change]]:
            fresh = opening(caused_by="split:1", kind=CaseKind.SUGGESTION)(sequence)
            knows = replace(case, related=(fresh.case.number,))
            return fresh, [Change(knows, noted(case, "x", at=NOON, actor=AGENT).event)]

        fresh = await store.open_beside(2026, make)
        assert (await store.get(case.number)).related == (fresh.number,)
        assert await store.open_beside(2026, make) == fresh  # the same cause, sent again
        assert len(await store.timeline(case.number)) == 2

        def stale(sequence: int) -> tuple[Change, Sequence[Change]]:
            change, others = make(sequence)
            return replace(change, case=replace(change.case, caused_by="split:2")), others

        with pytest.raises(CaseChanged):
            await store.open_beside(2026, stale)
        assert await store.find_caused("split:2", CaseKind.SUGGESTION) is None
        after = await store.open(2026, opening(caused_by="m-9"))
        assert after.number[6:-1] == f"{int(fresh.number[6:-1]) + 1:05d}"  # no number is lost
