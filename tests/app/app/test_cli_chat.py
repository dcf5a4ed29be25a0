"""The terminal talks to the same house as the web."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from app.cli_chat import Chat
from app.terminal import Terminal
from conversations.fake_rasa import Item
from kernel.language import Language
from tests.app.webchat_house import Running, free_port, running_house

REFER = "/refer"


def choices(_sender: str, text: str, _metadata: Mapping[str, Any]) -> Sequence[Item]:
    if text.startswith(REFER):  # a bare number reaches the assistant as a pointer
        text = json.loads(text.removeprefix(REFER))["said"]
    if text.startswith("/"):
        return [{"text": f"اخترت {text[1:]}"}]
    return [
        {
            "text": f"سمعت: {text}",
            "buttons": [
                {"title": "تقديم شكوى", "payload": "/complaint"},
                {"title": "تقديم اقتراح", "payload": "/suggestion"},
            ],
        }
    ]


@pytest.fixture
async def running(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Running]:
    async with running_house(sqlite_url, tmp_path, answering=choices) as house:
        yield house


async def talk(url: str, *typed: str, language: Language = Language.AR) -> tuple[int, str]:
    """Type the lines and return the exit code and all that was shown."""
    lines, shown = list(typed), list[str]()

    async def read() -> str | None:
        return lines.pop(0) if lines else None

    chat = Chat(
        url,
        language=language,
        terminal=Terminal(raw=True, width=80),
        read=read,
        show=shown.append,
        turn_s=10,
    )
    return await chat.run(), "\n".join(shown)


async def test_a_question_and_its_answer(running: Running) -> None:
    code, shown = await talk(running.url, "أين الفاتورة INV-9؟")
    assert code == 0
    assert "سمعت: أين الفاتورة INV-9؟" in shown


@pytest.mark.parametrize("number", ["2", "٢", "۲", " 2 "])
async def test_a_choice_is_made_by_its_number(running: Running, number: str) -> None:
    _, shown = await talk(running.url, "مرحبا", number)
    assert "2) تقديم اقتراح" in shown
    assert "اخترت suggestion" in shown


async def test_a_number_that_is_no_choice_is_a_message(running: Running) -> None:
    _, shown = await talk(running.url, "مرحبا", "7", "2")
    assert "سمعت: 7" in shown
    assert "اخترت suggestion" in shown


async def test_a_refusal_is_shown(running: Running) -> None:
    _, shown = await talk(running.url, "m" * 4_001, language=Language.EN)
    assert "longer than" in shown


async def test_nobody_there_is_told_in_words() -> None:
    code, shown = await talk(f"http://127.0.0.1:{free_port()}", "hello", language=Language.EN)
    assert code == 1
    assert "make run" in shown
