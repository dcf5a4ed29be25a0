"""A long conversation costs as much a turn as a short one, and forgets nothing."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.tracker_store import SQLTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

from bot.episodes import AT_HAND, LIMIT, MemoryEpisodes, SqlEpisodes, episode_length
from bot.event_rows import EventRows, SqlEventRows, SqliteEventRows

TURNS = 300
SENDER = "web-لمى-7"
EPISODE_START = 12


def talk(store: TrackerStore, turns: int, *, finished: bool = True) -> list[int]:
    """Live through ``turns`` as Rasa stores them; return how many events each turn replayed."""

    async def live() -> list[int]:
        loaded = []
        for number in range(turns):
            tracker = await store.get_or_create_tracker(SENDER)
            loaded.append(episode_length(tracker))
            tracker.update_with_events(a_turn(number, finished=finished), store.domain)
            await store.save(tracker)
        return loaded

    return asyncio.run(live())


def a_turn(number: int, *, finished: bool = True) -> list[Event]:
    said: list[Event] = [
        UserUttered(f"وين طلبي DF-26-{number}", {"name": "faq"}),
        SlotSet("language", "ar"),
        ActionExecuted("utter_faq"),
        BotUttered(f"answer {number}", metadata={"utter_action": "utter_faq/working_hours"}),
    ]
    return [*said, ActionExecuted("action_listen")] if finished else said


def loaded(store: TrackerStore) -> DialogueStateTracker:
    tracker = asyncio.run(store.retrieve(SENDER))
    assert tracker is not None
    return tracker


def texts_of(tracker: DialogueStateTracker) -> list[str]:
    return [event.text for event in tracker.events if isinstance(event, UserUttered)]


@pytest.fixture
def sql(tiny_domain: Domain, tmp_path: Path) -> SqlEpisodes:
    return SqlEpisodes(tiny_domain, dialect="sqlite", db=str(tmp_path / "rasa.sqlite"))


def test_three_hundred_turns_never_load_more_than_an_episode(sql: SqlEpisodes) -> None:
    counts = talk(sql, TURNS)
    assert max(counts) <= LIMIT
    assert max(counts[-50:]) <= max(counts[:50])


def test_stock_rasa_loads_every_turn_again(tiny_domain: Domain, tmp_path: Path) -> None:
    stock = SQLTrackerStore(tiny_domain, dialect="sqlite", db=str(tmp_path / "stock.sqlite"))
    counts = talk(stock, 40)
    assert counts[-1] > 2 * LIMIT


def test_in_memory_the_cost_is_flat_too(tiny_domain: Domain) -> None:
    counts = talk(MemoryEpisodes(tiny_domain), TURNS)
    assert max(counts) <= LIMIT + EPISODE_START


def test_all_that_was_said_stays_readable_in_order(sql: SqlEpisodes) -> None:
    talk(sql, TURNS)
    whole = asyncio.run(sql.retrieve_full_tracker(SENDER))
    assert whole is not None
    assert texts_of(whole) == [f"وين طلبي DF-26-{number}" for number in range(TURNS)]
    answers = [event.text for event in whole.events if isinstance(event, BotUttered)]
    assert list(dict.fromkeys(answers)) == [f"answer {number}" for number in range(TURNS)]


def test_a_turn_that_is_not_over_is_never_cut(sql: SqlEpisodes) -> None:
    counts = talk(sql, 30, finished=False)
    assert counts[-1] > LIMIT
    assert texts_of(loaded(sql)) == [f"وين طلبي DF-26-{number}" for number in range(30)]


def test_a_form_and_its_slots_outlive_a_cut(sql: SqlEpisodes) -> None:
    opening: list[Event] = [
        ActionExecuted("note_form"),
        ActiveLoop("note_form"),
        SlotSet("what", "انخصم المبلغ مرتين INV-9"),
        SlotSet("requested_slot", "reference"),
        SlotSet("language", "en"),
        ActionExecuted("action_listen"),
    ]

    async def open_form() -> None:
        tracker = await sql.get_or_create_tracker(SENDER)
        tracker.update_with_events(opening, sql.domain)
        await sql.save(tracker)

    asyncio.run(open_form())
    talk(sql, 40)
    kept = loaded(sql)
    assert len(texts_of(kept)) < 40
    assert kept.active_loop_name == "note_form"
    assert kept.latest_action_name == "action_listen"
    assert kept.get_slot("what") == "انخصم المبلغ مرتين INV-9"
    assert kept.get_slot("requested_slot") == "reference"
    assert kept.get_slot("language") == "ar"


def test_people_do_not_share_episodes(sql: SqlEpisodes) -> None:
    talk(sql, 40)
    assert asyncio.run(sql.retrieve("someone else")) is None


def test_sqlite_lets_readers_go_on_during_a_write(sql: SqlEpisodes) -> None:
    with sql.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1


def test_a_form_is_finished_after_three_hundred_interruptions(
    tiny_model: Path, sql: SqlEpisodes
) -> None:
    agent = Agent.load(tiny_model, tracker_store=sql)

    def say(text: str) -> list[str]:
        out = CollectingOutputChannel()
        asyncio.run(agent.processor.handle_message(UserMessage(text, out, SENDER)))
        return [str(message.get("text")) for message in out.messages]

    assert say("انخصم مني المبلغ مرتين في نفس العملية") == ["ماذا حدث؟"]
    assert say("معاش الوالد متأخر من شهرين ومحد يرد علينا") == ["ما رقم الطلب؟"]
    pairs: list[tuple[str, list[str]]] = [
        ("متى ينزل المعاش", ["في آخر الشهر", "ما رقم الطلب؟"]),
        ("what are your working hours", ["From half past seven", "Which case number?"]),
        ("many thanks to you", ["You are welcome", "Which case number?"]),
    ]
    most = 0
    for turn in range(TURNS):
        text, answers = pairs[turn % len(pairs)]
        most = max(most, episode_length(loaded(sql)))
        assert say(text) == answers, f"turn {turn}"
    assert most <= LIMIT
    noted = "سُجّل: معاش الوالد متأخر من شهرين ومحد يرد علينا (وين وصل طلبي رقم DF-26-004173)"
    assert say("وين وصل طلبي رقم DF-26-004173") == [noted]


def test_what_the_person_was_asked_last_outlives_a_cut(sql: SqlEpisodes) -> None:
    """A yes means nothing without its question: ``actions.turn`` looks for it."""

    def asked_last(tracker: DialogueStateTracker) -> Any:
        for event in reversed(tracker.events):
            if isinstance(event, BotUttered):
                return event.metadata.get("utter_action")
        return None

    for _ in range(40):
        talk(sql, 1)
        assert asked_last(loaded(sql)) == "utter_faq/working_hours"


# --- the table ---


@pytest.fixture(params=["file", "memory"])
def rows(request: pytest.FixtureRequest, tiny_domain: Domain, tmp_path: Path) -> EventRows:
    """Give the two ways to the table; in memory it is the one that PostgreSQL has too."""
    place = str(tmp_path / "rasa.sqlite") if request.param == "file" else ":memory:"
    store = SqlEpisodes(tiny_domain, dialect="sqlite", db=place)
    assert isinstance(store._rows, SqliteEventRows if request.param == "file" else SqlEventRows)
    return store._rows


def test_what_is_appended_is_read_from_the_session_start_on(rows: EventRows) -> None:
    assert rows.newest(SENDER) is None
    first = rows.append(SENDER, [SessionStarted(), *a_turn(1), *a_turn(2), *a_turn(3)])
    rows.append("web-7", [SessionStarted(), *a_turn(9)])
    last = rows.append(SENDER, [SessionStarted(), *a_turn(4)])
    assert first is not None
    assert last is not None
    assert rows.newest(SENDER) == last > first
    for before, said in ((0, [4]), (2, [2, 3, 4]), (9, [1, 2, 3, 4])):
        told = [json.loads(data) for data in rows.episode(SENDER, before)]
        texts = [event["text"] for event in told if event["event"] == "user"]
        assert texts == [f"وين طلبي DF-26-{number}" for number in said]


def test_of_events_that_cannot_be_stored_none_is(rows: EventRows) -> None:
    rows.append(SENDER, a_turn(1))
    newest = rows.newest(SENDER)
    with pytest.raises(TypeError):
        rows.append(SENDER, [*a_turn(2), SlotSet("what", object())])
    broken = SlotSet("what", "وصف INV-9")
    broken.timestamp = {}  # type: ignore[assignment]
    with pytest.raises(Exception, match=r"'dict' is not supported|unsupported type|not 'dict'"):
        rows.append(SENDER, [*a_turn(2), broken])
    assert rows.newest(SENDER) == newest
    assert rows.append(SENDER, a_turn(3)) == rows.newest(SENDER)


def test_columns_are_those_that_rasa_writes(
    tiny_domain: Domain, tmp_path: Path, sql: SqlEpisodes
) -> None:
    stock = SQLTrackerStore(tiny_domain, dialect="sqlite", db=str(tmp_path / "stock.sqlite"))
    told = [SessionStarted(), *a_turn(1), ActiveLoop("note_form"), SlotSet("language", None)]
    tracker = DialogueStateTracker.from_events(SENDER, told, tiny_domain.slots)
    asyncio.run(stock.save(tracker))
    sql._rows.append(SENDER, told)
    asked = "SELECT sender_id, type_name, timestamp, intent_name, action_name, data FROM events"
    written = [
        engine.connect().exec_driver_sql(asked).fetchall() for engine in (stock.engine, sql.engine)
    ]
    assert written[0] == written[1]


# --- trackers at hand ---


def same(one: DialogueStateTracker, other: DialogueStateTracker) -> bool:
    """Whether two trackers know the same, as far as it can be stored or sent."""
    verbosity = EventVerbosity.ALL
    return json.dumps(one.current_state(verbosity)) == json.dumps(other.current_state(verbosity))


def test_a_tracker_at_hand_is_the_one_that_would_be_read(
    tiny_model: Path, tiny_domain: Domain, sql: SqlEpisodes
) -> None:
    agent = Agent.load(tiny_model, tracker_store=sql)
    reader = SqlEpisodes(tiny_domain, dialect="sqlite", db=sql.engine.url.database)
    texts = [
        "متى ينزل المعاش",
        "انخصم مني المبلغ مرتين في نفس العملية",
        "what are your working hours",
        "معاش الوالد متأخر من شهرين ومحد يرد علينا",
        "many thanks to you",
        "وين وصل طلبي رقم DF-26-004173",
    ]
    compared = 0
    for turn in range(40):
        message = UserMessage(texts[turn % len(texts)], CollectingOutputChannel(), SENDER)
        asyncio.run(agent.processor.handle_message(message))
        kept = sql._at_hand.get(SENDER)
        if kept is not None:
            compared += 1
            assert same(kept[2], loaded(reader)), f"turn {turn}"
    assert compared > 20


def test_a_turn_that_broke_off_is_not_at_hand(sql: SqlEpisodes) -> None:
    talk(sql, 3)
    assert SENDER in sql._at_hand

    async def break_off() -> None:
        tracker = await sql.get_or_create_tracker(SENDER)
        tracker.update(UserUttered("لم يُحفظ INV-9"))

    asyncio.run(break_off())
    assert texts_of(loaded(sql))[-1] == "وين طلبي DF-26-2"
    talk(sql, 1)
    _, _, kept = sql._at_hand[SENDER]
    kept.update(UserUttered("لم يُحفظ INV-9"))
    assert texts_of(loaded(sql))[-1] == "وين طلبي DF-26-0"


def test_what_another_process_stored_is_seen(tiny_domain: Domain, sql: SqlEpisodes) -> None:
    other = SqlEpisodes(tiny_domain, dialect="sqlite", db=sql.engine.url.database)
    talk(sql, 3)
    talk(other, 2)
    assert texts_of(loaded(sql))[-2:] == ["وين طلبي DF-26-0", "وين طلبي DF-26-1"]


def test_a_new_model_reads_again(tiny_domain: Domain, sql: SqlEpisodes) -> None:
    talk(sql, 3)
    _, _, kept = sql._at_hand[SENDER]
    sql.domain = Domain.from_dict(tiny_domain.as_dict())
    assert loaded(sql) is not kept


def test_few_conversations_are_at_hand(sql: SqlEpisodes) -> None:
    async def many() -> None:
        for number in range(AT_HAND + 10):
            for _ in range(2):
                tracker = await sql.get_or_create_tracker(f"web-{number}")
                tracker.update_with_events(a_turn(number), sql.domain)
                await sql.save(tracker)

    asyncio.run(many())
    assert len(sql._at_hand) == AT_HAND
