import asyncio
from pathlib import Path

import pytest

from app.cli import main
from app.ledgers import open_deliveries
from app.running import migrate
from app.settings import Settings
from channels.errors import DeliveryFailed
from conversations.model import Message
from stores.database import engine_for
from tests.app.conversations.parts import NOON, all_parts


@pytest.fixture
def failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Message, Message]:
    """Give a question and its answer, which the service refused."""
    monkeypatch.setenv("BADDALA_DATA_DIR", str(tmp_path))
    settings = Settings(data_dir=tmp_path)
    migrate(settings)

    async def talk() -> tuple[Message, Message]:
        engine = engine_for(settings.database)
        async with all_parts(engine) as parts:
            parts.channel.failures.append(DeliveryFailed(retryable=False, channel="fake"))
            await parts.hear("أين الفاتورة INV-9؟")
            await parts.answer_all()
            await parts.send_all()
            asked, answer = await parts.messages()
        await engine.dispose()
        return asked, answer

    return asyncio.run(talk())


def test_shows_the_whole_life_of_a_message(
    failed: tuple[Message, Message], capsys: pytest.CaptureFixture[str]
) -> None:
    asked, answer = failed
    assert main(["message", "fake:p-0", "--raw"]) == 0
    shown = capsys.readouterr().out
    assert f"id: {asked.id}" in shown
    assert "أين الفاتورة INV-9؟" in shown
    assert "answered by" in shown
    assert f"id: {answer.id}" in shown
    assert "state: failed, channel_delivery_failed" in shown
    assert main(["message", answer.id]) == 0


def test_says_when_there_is_no_such_message(
    failed: tuple[Message, Message], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["message", "m-none"]) == 1
    assert "No message is called m-none." in capsys.readouterr().err


def test_lists_failures_until_they_are_cleared(
    failed: tuple[Message, Message], capsys: pytest.CaptureFixture[str]
) -> None:
    _, answer = failed
    assert main(["failures"]) == 0
    assert f"{answer.id}  fake  bot  failed" in capsys.readouterr().out
    assert main(["failures", "--clear", answer.id]) == 0
    assert main(["failures", "--clear", answer.id]) == 1
    capsys.readouterr()
    assert main(["failures"]) == 0
    assert capsys.readouterr().out == "Nothing needs a look.\n"


def test_lets_a_failed_message_be_sent_once_more(
    failed: tuple[Message, Message], capsys: pytest.CaptureFixture[str]
) -> None:
    _, answer = failed
    assert main(["failures", "--retry", answer.id]) == 0
    assert main(["failures", "--retry", answer.id]) == 1
    capsys.readouterr()
    assert main(["message", answer.id]) == 0
    assert "state: pending" in capsys.readouterr().out


def test_lists_stopped_channels_and_lets_them_go_on(
    failed: tuple[Message, Message], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["channels"]) == 0
    assert capsys.readouterr().out == "No channel is stopped.\n"

    async def stop() -> None:
        async with open_deliveries(Settings(data_dir=tmp_path)) as (_, sending):
            await sending.stop_channel("fake", code="190", check_at=NOON, at=NOON)

    asyncio.run(stop())
    assert main(["channels"]) == 0
    assert "fake  stopped 2026-03-02 16:00:00  190" in capsys.readouterr().out
    assert main(["channels", "--resume", "fake"]) == 0
    assert main(["channels", "--resume", "fake"]) == 1
