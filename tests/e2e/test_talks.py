"""Whole conversations with the real Rasa and the real actions go as they are written down."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
import pytest_asyncio

from tests.e2e.talking import Room, a_room, talks

pytestmark = pytest.mark.asyncio(loop_scope="module")

WRITTEN = list(talks())
NAMES = [f"{talk['file']}: {talk['talk']}" for talk in WRITTEN]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def room(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Room]:
    async with a_room(tmp_path_factory.mktemp("room")) as open_room:
        yield open_room


@pytest.mark.parametrize("told", WRITTEN, ids=NAMES)
async def test_a_talk_goes_as_told(room: Room, told: Mapping[str, Any]) -> None:
    talk = await room.talk(told)
    for turn in told["turns"]:
        [(does, what)] = turn.items()
        await getattr(talk, does)(what)
    ends = told.get("ends", {})
    found = await talk.own_cases()
    if "cases" in ends:
        assert [f"{case.kind} {case.department} {case.priority}" for case in found] == ends["cases"]
    for place, notes in ends.get("notes", {}).items():
        timeline = await talk.cases.timeline(found[place - 1].number)
        kept = [event.note for event in timeline if event.note]
        assert kept == [await talk.filled(note) for note in notes]
    escalated = talk.escalated or {}
    assert escalated.get("reason") == ends.get("escalated")


async def test_both_languages_have_their_talks() -> None:
    for file in ("ar", "en"):
        assert sum(talk["file"] == file for talk in WRITTEN) >= 20
    assert len(set(NAMES)) == len(NAMES)
