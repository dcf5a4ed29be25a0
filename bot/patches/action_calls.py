"""Calls of custom actions are small and use one kept connection.

Rasa sends the whole session with each call and opens a new connection for it. Here go the
last few messages, what was said to them, and all events of the present turn; what a message
was understood as goes in full once, as ``latest_message``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import islice
from typing import Any

import aiohttp
import rasa
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.utils.endpoints import DEFAULT_REQUEST_TIMEOUT, EndpointConfig

from bot.patches.event_kinds import EventKinds

MESSAGES = 4
"""The person's messages whose events go with a call: this one and three before it."""

RANKED = 5
"""Of what a message may have meant, this many of each sort go with it as an event."""

KINDS = EventKinds(UserUttered, BotUttered)

LETTERS_AS_THEY_ARE = json.JSONEncoder(ensure_ascii=False)
"""An Arabic letter takes two bytes so, and six as an escape."""

IDLE_S = 15.0
"""Shorter than any server keeps an idle connection, so that none is used as it closes."""


def call_format(
    self: RemoteAction, tracker: DialogueStateTracker, domain: Domain
) -> dict[str, Any]:
    """Return the body of a call, with the events of the last few messages."""
    state = tracker.current_state(EventVerbosity.NONE)
    state["events"] = told_events(recent_events(tracker))
    state["latest_message"] = in_full(state["latest_message"])
    call = {
        "next_action": self._name,
        "sender_id": tracker.sender_id,
        "tracker": state,
        "version": rasa.__version__,
    }
    if not self._is_selective_domain_enabled() or domain.does_custom_action_explicitly_need_domain(
        self.name()
    ):
        call["domain"] = domain.as_dict()
    return call


def recent_events(tracker: DialogueStateTracker) -> list[Event]:
    """Return the events from the person's last few messages on; all where there are fewer."""
    heard = 0
    for back, event in enumerate(reversed(tracker.events), start=1):
        heard += KINDS[type(event)] is UserUttered
        if heard == MESSAGES:
            return list(islice(tracker.events, len(tracker.events) - back, None))
    return list(tracker.events)


def told_events(events: list[Event]) -> list[dict[str, Any]]:
    """Return what goes along: of earlier turns what people and the assistant said."""
    now = max((at for at, one in enumerate(events) if KINDS[type(one)] is UserUttered), default=0)
    told = []
    for place, event in enumerate(events):
        kind = KINDS[type(event)]
        if place >= now or kind is not object:
            one = event.as_dict()
            if kind is UserUttered:
                one["parse_data"] = in_brief(one["parse_data"])
            told.append(one)
    return told


def in_full(parsed: dict[str, Any]) -> dict[str, Any]:
    """Return what a message was understood as, without the places of its words, no answer twice."""
    kept = {name: value for name, value in parsed.items() if name != "text_tokens"}
    selected = parsed.get("response_selector") or {}
    if "default" in selected:
        kept["response_selector"] = {"default": selected["default"]}
    return kept


def in_brief(parsed: dict[str, Any]) -> dict[str, Any]:
    """Return the same with the best few of each ranking."""
    kept = in_full(parsed)
    for name, value in parsed.items():
        if name.endswith("_ranking"):
            kept[name] = value[:RANKED]
    best = (kept.get("response_selector") or {}).get("default") or {}
    if best:
        kept["response_selector"] = {"default": {"ranking": best.get("ranking", [])[:RANKED]}}
    return kept


class KeptConnector(aiohttp.TCPConnector):
    """Keeps connections between calls, and goes quietly with its loop."""

    def __del__(self, _warnings: Any = None) -> None:
        """Close what is open."""
        if not self.closed:
            self._close()


@asynccontextmanager
async def kept_session(self: EndpointConfig) -> AsyncIterator[aiohttp.ClientSession]:
    """Give a session with the endpoint's credentials; its connection outlives it."""
    loop = asyncio.get_running_loop()
    known = self.__dict__.get("_kept")
    if known is None or known[0] is not loop or known[1].closed:
        known = self.__dict__["_kept"] = (loop, KeptConnector(keepalive_timeout=IDLE_S))
    auth = None
    if self.basic_auth:
        auth = aiohttp.BasicAuth(self.basic_auth["username"], self.basic_auth["password"])
    async with aiohttp.ClientSession(
        headers=self.headers,
        auth=auth,
        timeout=aiohttp.ClientTimeout(total=DEFAULT_REQUEST_TIMEOUT),
        connector=known[1],
        connector_owner=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        json_serialize=LETTERS_AS_THEY_ARE.encode,
    ) as session:
        yield session


def apply() -> None:
    """Send less, on a connection that stays."""
    RemoteAction._action_call_format = call_format
    EndpointConfig.session = kept_session
