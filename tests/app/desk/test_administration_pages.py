"""Service health and the block list at the desk."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.model import Role
from app.bootstrap import now
from kernel.language import Language
from phrases.catalogue import Catalogue
from stores import rt_case_system, webhook_case_system
from tests.app.desk.staff import at_the_desk
from tests.app.webchat_house import Client, Running
from watch.model import Problem, Trouble


async def test_everything_of_administration_is_reached_from_the_navigation(
    running: Running,
) -> None:
    async with at_the_desk(running, "noura", Role.ADMIN) as staff:
        _, page = await staff.see("/desk/me")
        assert 'href="/desk/administration"' in page
        status, _ = await staff.see("/desk/administration")
        assert status == 303
        _, page = await staff.see("/desk/administration/health")
        for path in ("people", "audit", "administration/blocks"):
            assert f'href="/desk/{path}"' in page
    async with at_the_desk(running, "khalid", Role.AGENT) as staff:
        _, page = await staff.see("/desk/me")
        assert "/desk/administration" not in page


async def test_a_supervisor_sees_health_and_blocks_and_no_accounts(running: Running) -> None:
    async with at_the_desk(running, "noura", Role.SUPERVISOR) as staff:
        status, page = await staff.see("/desk/administration/health")
        assert status == 200
        assert 'href="/desk/people"' not in page
        assert 'href="/desk/administration/blocks"' in page


async def test_health_shows_channels_and_workers_as_they_are(running: Running) -> None:
    async with Client(running.url) as citizen:
        await citizen.say("أين الفاتورة INV-9؟")
        await citizen.until(lambda: bool(citizen.heard))
    sending = running.house.conversations
    await sending.stop_channel("whatsapp", code="190", check_at=None, at=now())  # type: ignore[attr-defined]
    async with at_the_desk(running, "noura", Role.ADMIN) as staff:
        status, page = await staff.see("/desk/administration/health/live")
    assert status == 200
    assert "متوقفة عن الإرسال" in page
    assert '<bdi class="ref xs">190</bdi>' in page
    for worker in ("relay", "outbox", "mail", "watch"):
        assert f'<bdi class="ref xs">{worker}</bdi>' in page
    assert "الرد على الرسائل <bdi" in page
    assert "لم يُضبط خادم بريد" in page
    assert "<html" not in page


@pytest.mark.parametrize("system", [rt_case_system.NAME, webhook_case_system.NAME])
def test_what_runs_beside_another_case_system_has_a_name_in_both_languages(system: str) -> None:
    for language in Language:
        assert f"desk_part_mirroring_{system}" in Catalogue.load().keys(language)


async def test_a_stopped_channel_is_let_go_on_by_hand(running: Running) -> None:
    sending = running.house.conversations
    await sending.stop_channel("webchat", code="190", check_at=None, at=now())  # type: ignore[attr-defined]
    place = "/desk/administration/health/channels/webchat/resume"
    async with Client(running.url) as citizen:
        await citizen.say("أين الفاتورة INV-9؟")
        async with at_the_desk(running, "noura", Role.SUPERVISOR) as staff:
            _, page = await staff.see("/desk/administration/health")
            assert f'action="{place}"' in page
            assert citizen.heard == []
            assert (await staff.send(place, {}))[0] == 303
            await citizen.until(lambda: bool(citizen.heard))
            _, page = await staff.see("/desk/administration/health")
            assert place not in page
            assert (await staff.send(place, {}))[0] == 404
    async with at_the_desk(running, "huda", Role.ADMIN) as huda:
        _, page = await huda.see("/desk/audit?action=channel_resumed")
        assert "webchat" in page


async def test_health_lists_incidents(running: Running) -> None:
    store = running.house.back_office._incidents
    begun = datetime(2026, 11, 25, 6, tzinfo=UTC)
    facts = {"code": "<b>190</b>", "pending": 3}
    await store.see(Problem(Trouble.CHANNEL_STOPPED, "whatsapp", facts), at=begun)
    [incident] = await store.open()
    await store.told(incident.id, [("a@f.example", "ar")], at=begun)
    async with at_the_desk(running, "noura", Role.ADMIN) as staff:
        _, page = await staff.see("/desk/administration/health")
    assert "توقف الإرسال عبر قناة" in page
    assert "2026-11-25 10:00" in page
    assert "<b>190" not in page


async def test_a_block_has_a_reason_a_name_and_an_end_and_can_be_lifted(running: Running) -> None:
    async with at_the_desk(running, "noura", Role.SUPERVISOR) as staff:
        form = {"target": "203.0.113.7", "reason": "إزعاج متكرر", "span": "week"}
        status, _ = await staff.send("/desk/administration/blocks", form)
        assert status == 303
        _, page = await staff.see("/desk/administration/blocks")
        for expected in ("203.0.113.7/32", "إزعاج متكرر", "نورة المزروعي"):
            assert expected in page
        [block] = await running.house.back_office._blocks.in_force(now())
        assert timedelta(days=6, hours=23) < block.until - now() < timedelta(days=7)
        status, _ = await staff.send(f"/desk/administration/blocks/{block.id}/lift", {})
        assert status == 303
        _, page = await staff.see("/desk/administration/blocks")
        assert "لا أحد محظور حاليًا" in page
        status, _ = await staff.send(f"/desk/administration/blocks/{block.id}/lift", {})
        assert status == 404
    async with at_the_desk(running, "admin", Role.ADMIN) as staff:
        _, page = await staff.see("/desk/audit?action=block")
        assert "203.0.113.7/32" in page


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"target": "0.0.0.0/0", "reason": "x", "span": "day"}, "target"),
        ({"target": "نورة", "reason": "x", "span": "day"}, "target"),
        ({"target": "203.0.113.7", "reason": " ", "span": "day"}, "reason"),
        ({"target": "203.0.113.7", "reason": "x", "span": "ever"}, "span"),
    ],
)
async def test_a_block_that_cannot_be_comes_back(
    running: Running, form: dict[str, str], field: str
) -> None:
    async with at_the_desk(running, "noura", Role.ADMIN) as staff:
        status, page = await staff.send("/desk/administration/blocks", form)
        assert status == 422
        assert f'id="wrong-{field}"' in page
        assert await running.house.back_office._blocks.in_force(now()) == []
