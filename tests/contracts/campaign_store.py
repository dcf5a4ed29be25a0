"""The contract every store of campaigns keeps. Subclass it and give the ``store`` fixture."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from surveys.campaigns import Campaign, CampaignState, Every, Group, Plan
from surveys.errors import CampaignChanged, CampaignNotFound, CampaignOver
from surveys.ports import CampaignStore
from surveys.questions import Both, Question, QuestionKind, Questionnaire

AT = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
HUDA = "agent:huda"
ASKED = Questionnaire(
    title=Both("رأيك في الخدمة", "Your view"),
    intro=Both("سؤال واحد عن INV.", "One question about INV."),
    questions=(
        Question(
            id="q1",
            kind=QuestionKind.CHOICE,
            words=Both("أي قناة تفضل؟", "Which channel?"),
            options=(Both("واتساب", "WhatsApp"), Both("الهاتف", "Telephone")),
            required=False,
        ),
    ),
)
PLAN = Plan(
    group=Group(departments=frozenset({"DPS", "ACC"}), languages=frozenset({"ar"})),
    every=Every.QUARTER,
    starts_on=date(2026, 12, 1),
    most=None,
)


def a_draft(id_: str = "c-1", **changes: object) -> Campaign:
    draft = Campaign(
        id=id_,
        name="رضا الموردين Q4",
        asked=ASKED,
        plan=PLAN,
        state=CampaignState.DRAFT,
        version=0,
        changes=0,
        created_at=AT,
        created_by=HUDA,
    )
    return replace(draft, **changes)  # type: ignore[arg-type]


class CampaignStoreContract:
    @pytest.fixture
    def store(self) -> CampaignStore:
        raise NotImplementedError("give the store under test")

    async def test_gives_back_what_it_was_given_newest_first(self, store: CampaignStore) -> None:
        await store.add(a_draft())
        await store.add(a_draft(name="مرة ثانية"))  # the same id: once
        later = a_draft("c-2", created_at=AT + timedelta(hours=1))
        await store.add(later)
        assert await store.all() == [later, a_draft()]
        with pytest.raises(CampaignNotFound):
            await store.get("c-3")

    async def test_of_two_writers_the_second_hears_of_the_first(self, store: CampaignStore) -> None:
        await store.add(a_draft())
        outcomes = await asyncio.gather(
            *(store.save(a_draft(name=f"اسم {n}"), actor=HUDA, at=AT) for n in range(4)),
            return_exceptions=True,
        )
        assert len([one for one in outcomes if isinstance(one, CampaignChanged)]) == 3
        saved = await store.get("c-1")
        assert (saved.changes, saved.name[:4]) == (1, "اسم ")

    async def test_what_is_published_stays_while_the_draft_goes_on(
        self, store: CampaignStore
    ) -> None:
        await store.add(a_draft())
        now = await store.publish("c-1", seen=0, actor=HUDA, at=AT)
        assert (now.state, now.version, now.published_at) == (CampaignState.RUNNING, 1, AT)
        shorter = replace(now, plan=replace(PLAN, most=50))
        saved = await store.save(shorter, actor=HUDA, at=AT)
        [first] = await store.versions("c-1")
        assert (first.plan, first.asked, first.published_by) == (PLAN, ASKED, HUDA)
        await store.publish("c-1", seen=saved.changes, actor=HUDA, at=AT)
        assert [one.version for one in await store.versions("c-1")] == [2, 1]
        with pytest.raises(CampaignChanged):
            await store.publish("c-1", seen=saved.changes, actor=HUDA, at=AT)

    async def test_what_was_stopped_changes_no_more(self, store: CampaignStore) -> None:
        await store.add(a_draft())
        await store.publish("c-1", seen=0, actor=HUDA, at=AT)
        stopped = await store.stop("c-1", actor=HUDA, at=AT)
        assert stopped.over
        assert await store.stop("c-1", actor=HUDA, at=AT) == stopped
        with pytest.raises(CampaignOver):
            await store.save(stopped, actor=HUDA, at=AT)
        with pytest.raises(CampaignOver):
            await store.publish("c-1", seen=stopped.changes, actor=HUDA, at=AT)
        with pytest.raises(CampaignNotFound):
            await store.stop("c-9", actor=HUDA, at=AT)
        assert await store.waves("c-1") == []
