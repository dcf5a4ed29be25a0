"""The inbox: conversations in every state, on both channels, and one with everything in it."""

from __future__ import annotations

import time

from conversations.floor import Reason
from conversations.handover import Escalation
from conversations.model import Address, MessageState
from tests.app.desk.staff import Staff
from tests.app.desk.test_files_at_the_desk import given, put_into, the_file
from tests.app.desk.test_inbox_pages import address, the_seen
from tests.app.desk.test_understanding_pages import PARSE
from tests.app.webchat_house import Client
from tests.e2e.visit import Furnished, Place, Visit

ENDLESS = ("/desk/events",)
QUEUES = ("mine", "snoozed", "closed")
DAY_S = 86_400
SEIF, SHAMMA = "971501234567", "971551234567"


async def furnish(visit: Visit) -> Furnished:
    running, staff = visit.running, visit.staff
    running.rasa.understanding = PARSE
    full = await _full(visit)
    for words, reason, unit in (
        ("I want to talk to somebody about invoice INV-77", Reason.ASKED, "ACC"),
        ("هذا ثالث مرة أكتب ولا أحد يرد! INV-20931", Reason.ANGRY, "DPS"),
    ):
        await _wanted(visit, words, reason, unit)
    theirs = await _wanted(visit, "وين وصل طلب المعاش MIL-30021؟", Reason.UNSURE_TWICE, "MIL")
    await _does(visit.colleague, theirs, "claim")
    waiting = await _wanted(visit, "كلموني بكرة عن الفاتورة INV-8", Reason.ASKED, "REV")
    await _does(staff, waiting, "claim")
    await _does(staff, waiting, "snooze", until="morning")
    closed = await _wanted(visit, "شكرا على رد INV-7", Reason.ASKED, "REV")
    await _does(staff, closed, "claim")
    done = {"outcome": "resolved", "department": "REV", "summary": "رُدّ المبلغ"}
    await _does(staff, closed, "close", **done)
    open_window = await _on_whatsapp(visit, SEIF, ago_s=20 * 3600)
    shut_window = await _on_whatsapp(visit, SHAMMA, ago_s=DAY_S + 60)
    visit.numbers["conversation"] = full
    return {
        "/desk/inbox": [
            Place(f"/desk/inbox?queue={one}", one) for one in ("mine", "snoozed", "closed")
        ],
        "/desk/inbox/{id}": [
            Place(f"/desk/inbox/{full}", "mine"),
            Place(f"/desk/inbox/{theirs}", "colleagues"),
            Place(f"/desk/inbox/{waiting}", "snoozed"),
            Place(f"/desk/inbox/{closed}", "assistant"),
            Place(f"/desk/inbox/{open_window}", "whatsapp"),
            Place(f"/desk/inbox/{shut_window}", "window-closed"),
        ],
        **{
            f"/desk/inbox/{{id}}/{part}": [f"/desk/inbox/{full}/{part}{query}"]
            for part, query in (
                ("live", ""),
                ("earlier", "?before=3"),
                ("understood", "?seq=1"),
                ("suggestions", ""),
            )
        },
        "/desk/inbox/{id}/files/{file}": [visit.numbers["file"]],
        "/desk/files/{id}": ["/desk/files/" + visit.numbers["file"].rpartition("/")[2]],
    }


async def _full(visit: Visit) -> str:
    """Return a conversation with replies, a file, notes, a failure, a rating and a case."""
    running, staff = visit.running, visit.staff
    client = await visit.stays.enter_async_context(Client(running.url))
    await client.say("السلام عليكم، انخصمت الفاتورة INV-20931 مرتين وأبغي أكلم موظف")
    await client.until(lambda: len(client.heard) == 1)
    found = await running.house.conversations.find(address(client))
    assert found is not None
    id_ = found.id
    escalation = Escalation(Reason.ASKED, department="DPS")
    await running.house.floor.handover.escalate(id_, escalation, actor="system:test")
    await _does(staff, id_, "claim")
    _, page = await staff.see(f"/desk/inbox/{id_}")
    status, chip = await given(staff, id_)
    assert status == 200
    _, unsent = await given(staff, id_, name="كشف INV-20931.pdf")
    visit.numbers["file"] = f"/desk/inbox/{id_}/files/{the_file(unsent)}"
    lines = (
        {"text": "حيّاك الله، هذا إيصال الفاتورة INV-20931", "file": the_file(chip)},
        {"text": "هل وصلك؟"},
    )
    for number, line in enumerate(lines):
        form = {"seen": the_seen(page), "line": f"line-{number}", **line}
        assert (await staff.send(f"/desk/inbox/{id_}/reply", form))[0] == 200
    await client.until(lambda: any(one["text"] == "هل وصلك؟" for one in client.heard))
    transcript = await running.house.conversations.history(id_, after=0, limit=50)
    await put_into(running, transcript[0][-1].id, MessageState.FAILED)
    await _does(visit.colleague, id_, "note", status=200, text="Please check the bank's IBAN first")
    case = {"kind": "complaint", "text": "خُصم مبلغ الفاتورة INV-20931 مرتين", "once": "case-1"}
    await staff.send(f"/desk/inbox/{id_}/case", case)
    await client.say("وصل، شكرا. and the second invoice INV-20932?")
    return id_


async def _wanted(visit: Visit, words: str, reason: Reason, unit: str) -> str:
    """Return a conversation that waits for people."""
    client = await visit.stays.enter_async_context(Client(visit.running.url))
    await client.say(words)
    await client.until(lambda: len(client.heard) == 1)
    found = await visit.running.house.conversations.find(address(client))
    assert found is not None
    escalation = Escalation(reason, department=unit)
    await visit.running.house.floor.handover.escalate(found.id, escalation, actor="system:test")
    return found.id


async def _on_whatsapp(visit: Visit, number: str, *, ago_s: int) -> str:
    written = str(int(time.time()) - ago_s)
    words = "السلام عليكم، وين فاتورتي INV-9؟"
    assert await visit.both.meta.write(words, from_=number, timestamp=written) == 200
    found = await visit.running.house.conversations.find(Address("whatsapp", "phone", number))
    assert found is not None
    handover = visit.running.house.floor.handover
    await handover.escalate(found.id, Escalation(Reason.ASKED), actor="system:test")
    await _does(visit.staff, found.id, "claim")
    return found.id


async def _does(staff: Staff, id_: str, move: str, *, status: int = 303, **form: str) -> None:
    told, page = await staff.send(f"/desk/inbox/{id_}/{move}", form)
    assert told == status, (move, page[-2000:])
