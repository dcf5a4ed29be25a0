"""WhatsApp at the desk: the window is shown, closed when it is, and a template goes through."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from accounts.model import Role
from conversations.floor import Reason
from conversations.handover import Escalation
from conversations.model import Address
from desk.viewer import agent_of
from tests.app.desk.staff import Staff, at_the_desk
from tests.app.whatsapp_house import WithMeta, house_with_meta

MARIAM = Address("whatsapp", "phone", "971501234567")
DAY_S = 86_400


@asynccontextmanager
async def claimed(both: WithMeta, *, ago_s: int) -> AsyncIterator[tuple[Staff, str]]:
    """Have a message of so long ago, and an agent who has claimed its conversation."""
    running = both.running
    written = str(int(time.time()) - ago_s)
    words = "السلام عليكم، وين فاتورتي INV-9؟"
    assert await both.meta.write(words, timestamp=written) == 200
    conversation = await running.house.conversations.find(MARIAM)
    assert conversation is not None
    async with at_the_desk(running, "noura", Role.AGENT) as noura:
        await running.house.desk.agents.enrol(agent_of(noura.account))
        await noura.send("/desk/available", {"available": "yes"})
        await running.house.floor.handover.escalate(
            conversation.id, Escalation(Reason.ASKED), actor="system:test"
        )
        status, _ = await noura.send(f"/desk/inbox/{conversation.id}/claim", {})
        assert status == 303
        yield noura, conversation.id


async def test_inside_the_window_the_time_is_shown(sqlite_url: str, tmp_path: Path) -> None:
    async with (
        house_with_meta(sqlite_url, tmp_path, undo_s=0.0) as both,
        claimed(both, ago_s=60) as (noura, id_),
    ):
        _, page = await noura.see(f"/desk/inbox/{id_}")
        assert "يقبل واتساب الرسائل الحرة حتى" in page
        assert 'id="reply"' in page
        assert "+971501234567" not in page  # hidden as everywhere


async def test_after_the_window_only_a_template_goes_through(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with (
        house_with_meta(sqlite_url, tmp_path, undo_s=0.0) as both,
        claimed(both, ago_s=DAY_S + 60) as (noura, id_),
    ):
        _, page = await noura.see(f"/desk/inbox/{id_}")
        assert 'id="reply"' not in page
        form = {"text": "حيّاك الله", "seen": "99", "line": "l-1"}
        status, told = await noura.send(f"/desk/inbox/{id_}/reply", form)
        assert (status, "يلزم قالب معتمد" in told) == (409, True)
        place = f"/desk/inbox/{id_}/template"
        assert (await noura.send(place, {"name": "no such"}))[0] == 400
        before = len(both.meta.taken)
        assert (await noura.send(place, {"name": "continue_conversation"}))[0] == 303
        taken = await both.taken(before + 1)
        assert taken[-1]["template"]["name"] == "continue_conversation"
