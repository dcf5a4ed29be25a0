import asyncio
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.event_follower import EventFollower
from conversations.ports import Event
from conversations.wakeup import Wakeup
from stores.sql_event_log import SqlEventLog
from tests.app.conversations.parts import Parts, all_parts


class Heard:
    """A follower that can be waited for."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._news = asyncio.Event()

    async def follow(self, events: Sequence[Event]) -> None:
        self.events.extend(events)
        self._news.set()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(30):
            while len(self.events) < count:
                self._news.clear()
                await self._news.wait()


async def test_tells_every_event_from_its_start_on_once_and_in_order(engine: AsyncEngine) -> None:
    heard = Heard()

    async def failing(_events: Sequence[Event]) -> None:
        raise ZeroDivisionError

    async with all_parts(engine) as parts:
        await parts.hear("قبل البداية")
        log = SqlEventLog(engine)
        after = await log.last_cursor()
        following = EventFollower(
            log, news=Wakeup(), followers=[failing, heard.follow], look_s=0.02, after=after
        )
        following.start()
        await asyncio.gather(*(_said(parts, n) for n in range(15)))
        await heard.until(15)
        await following.stop()
        assert not following.running
        assert [one.data["seq"] for one in heard.events] == list(range(2, 17))


async def test_postgresql_tells_at_once_that_there_are_news(engine: AsyncEngine) -> None:
    heard = Heard()
    news, log = Wakeup(), SqlEventLog(engine)
    listen = log.listening(news.wake)
    if engine.dialect.name != "postgresql":
        assert listen is None
        return
    async with all_parts(engine) as parts:
        following = EventFollower(
            log, news=news, followers=[heard.follow], listen=listen, look_s=600, after=0
        )
        following.start()
        await asyncio.sleep(0.5)  # it listens by now
        await parts.hear("أين الفاتورة INV-9؟")
        await heard.until(1)
        await following.stop()


async def _said(parts: Parts, n: int) -> None:
    await parts.hear(f"سؤال {n}")
