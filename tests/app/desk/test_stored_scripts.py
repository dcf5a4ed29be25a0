"""What people type stays text, wherever it is shown: in pages, and in JSON for scripts."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser

import pytest
from aiohttp import ClientSession

from accounts.model import Role
from desk.access import ACCESS
from tests.app.desk.staff import Staff, at_the_desk
from tests.app.desk.test_access import path_of, routes
from tests.app.webchat_house import Client, Running

MARK = "zqx"
CORPUS = (
    f"<script>{MARK}1()</script>",
    f"<img src=x onerror={MARK}2()>",
    f'"><svg/onload={MARK}3()>',
    f"'><iframe src=javascript:{MARK}4()></iframe>",
    f"</textarea><script>{MARK}5()</script>",
    f"</title><script>{MARK}6()</script>",
    f"javascript:{MARK}7()",
    f"{{{{ {MARK}8 }}}}{{% for x in y %}}",
    f'" autofocus onfocus={MARK}9() x="',
    f"' onmouseover='{MARK}10()",
    f'<a href="javascript:{MARK}11()">نورة</a>',
    f"\\u003cscript\\u003e{MARK}12()\\u003c/script\\u003e",
    f"<!--<script>{MARK}13()//-->",
    f"<math><mtext></mtext><style><img src=x onerror={MARK}14()></style></math>",
    f"\u202e<script>{MARK}15()</script>\u2066 نورة",
    f"&lt;script&gt;{MARK}16()&lt;/script&gt;",
    f"`${{{MARK}17()}}`",
    f"</script><script>{MARK}18()</script>",
)
ALL = " ".join(CORPUS)


class Traps(HTMLParser):
    """Finds what would run: elements, handlers and addresses made of what somebody typed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sprung: list[str] = []
        self._script = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._script = tag in ("script", "style")
        for name, value in attributes:
            if MARK in name or (MARK in (value or "") and name.startswith(("on", "hx-"))):
                self.sprung.append(f"<{tag} {name}={value}>")
            if name in ("href", "src", "action", "formaction", "srcdoc") and re.match(
                r"\s*(javascript|data|vbscript):.*" + MARK, value or "", re.I | re.S
            ):
                self.sprung.append(f"<{tag} {name}={value}>")

    def handle_endtag(self, tag: str) -> None:
        self._script = False

    def handle_data(self, data: str) -> None:
        if self._script and MARK in data:
            self.sprung.append(f"script: {data}")

    def handle_comment(self, data: str) -> None:
        if MARK in data:
            self.sprung.append(f"comment: {data}")


def sprung(page: str) -> list[str]:
    """Return the traps that a page would spring."""
    traps = Traps()
    traps.feed(page)
    traps.close()
    return traps.sprung


@pytest.mark.parametrize("attack", CORPUS)
def test_an_attack_that_is_not_escaped_is_seen(attack: str) -> None:
    raw = f'<p title="{attack}">{attack}</p><p title=\'{attack}\'></p><a href="{attack}">x</a>'
    harmless = (f"{{{{ {MARK}8", f"\\u003cscript\\u003e{MARK}12", f"&lt;script&gt;{MARK}16",
                f"`${{{MARK}17")  # fmt: skip
    assert bool(sprung(raw)) is not attack.startswith(harmless)
    assert sprung(f'<p title="{html.escape(attack)}">{html.escape(attack)}</p>') == []


async def fields_of(page: str) -> list[str]:
    """Return the names of what can be typed into the forms of a page."""
    return re.findall(r'<(?:input|textarea)[^>]*\bname="(\w+)"', page)


async def test_the_corpus_stays_text_on_every_screen_of_the_desk(running: Running) -> None:
    async with Client(running.url) as citizen:
        for attack in CORPUS:
            await citizen.say(attack)
        await citizen.until(lambda: len(citizen.heard) >= len(CORPUS))
    async with at_the_desk(running, "noura", *Role) as staff:
        await _fill_in_everything(running, staff)
        shown = 0
        for path in await _pages(running, staff):
            status, page = await staff.see(path)
            assert status != 500, path
            assert sprung(page) == [], path
            shown += MARK in page
        assert shown >= 5  # the corpus does reach screens


async def test_the_corpus_stays_text_in_what_scripts_get(running: Running) -> None:
    async with Client(running.url) as citizen:
        for attack in CORPUS:
            await citizen.say(attack)
        await citizen.until(lambda: len(citizen.heard) >= len(CORPUS))
    async with Client(running.url, session=citizen.session) as again:
        await again.until(lambda: bool(again.history))
        told = json.dumps(again.history, ensure_ascii=False)
    for attack in CORPUS[:3]:
        assert json.dumps(attack, ensure_ascii=False)[1:-1] in told  # as it was typed, as text
    async with at_the_desk(running, "noura", *Role) as staff:
        async with staff.http.get("/desk/events?after=0") as stream:
            first = (await stream.content.readuntil(b"\n\n")).decode()
        assert MARK not in first  # events name conversations, never words
    widget = (await _text(running, "/static/chat.js")) + (await _text(running, "/widget.js"))
    assert not re.search(r"\.(inner|outer)HTML\s*=(?!=)|insertAdjacentHTML|document\.write", widget)


async def _text(running: Running, path: str) -> str:
    async with ClientSession(running.url) as http, http.get(path) as answer:
        return await answer.text() if answer.status == 200 else ""


async def _fill_in_everything(running: Running, staff: Staff) -> None:
    """Send the corpus through every field of every form that a page of the desk shows."""
    access = running.house.desk.application[ACCESS]
    typed = {path_of(route): await _form_fields(staff, path_of(route)) for route in routes(running)
             if route.method == "GET" and route.handler in access
             and path_of(route) != "/desk/events"}  # fmt: skip
    names = sorted({name for fields in typed.values() for name in fields} - {"csrf"})
    conversations = await _conversations(running)
    for route in routes(running):
        path = path_of(route)
        if route.method != "POST" or path.endswith(("/sign-out", "/leave", "/me/sessions")):
            continue
        for attack in (ALL, CORPUS[2]):
            form = dict.fromkeys(names, attack)
            form |= {"role": "agent", "capacity": "4", "active": "on", "span": "day",
                     "language": "ar", "theme": "auto", "kind": "complaint", "csrf": staff.token,
                     "email": f"a{abs(hash((path, attack)))}@f.example"}  # fmt: skip
            for id_ in conversations or [""]:
                place = path.replace("00000000-0000-4000-8000-000000000000", id_ or "none")
                status, page = await staff.send(place, form)
                assert status != 500, place
                assert sprung(page) == [], place
    form = {"target": f"web:x:{CORPUS[1]}", "reason": ALL[:400], "span": "day"}
    await staff.send("/desk/administration/blocks", form)
    case = {"kind": "complaint", "channel": "phone", "text": CORPUS[4] + " فاتورة " + CORPUS[0],
            "contact": "0501234567", "unit": "DPS", "language": "ar", "segment": ""}  # fmt: skip
    await staff.send("/desk/cases/new", case)


async def _form_fields(staff: Staff, path: str) -> list[str]:
    _, page = await staff.see(path)
    return await fields_of(page)


async def _conversations(running: Running) -> list[str]:
    events = await running.house.conversations.events_after(0)
    return sorted({one.conversation_id for one in events if one.conversation_id})[:1]


async def _pages(running: Running, staff: Staff) -> list[str]:
    """Return every page: of each route, of each thing that a list links to, and of filters."""
    paths = {path_of(route) for route in routes(running) if route.method == "GET"}
    paths -= {"/desk/events"}
    for id_ in await _conversations(running):
        paths |= {path.replace("00000000-0000-4000-8000-000000000000", id_) for path in paths}
    seen: set[str] = set()
    for path in sorted(paths):
        _, page = await staff.see(path)
        seen |= set(re.findall(r'href="(/desk/[^"#]*)"', page))
    extra = {html.unescape(path) for path in seen if "static" not in path}
    extra |= {f"/desk/audit?subject={CORPUS[0]}", f"/desk/cases?kind={CORPUS[1]}",
              f"/desk/administration/erasure?named={CORPUS[2]}"}  # fmt: skip
    return sorted(paths | extra)
