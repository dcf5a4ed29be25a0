"""The assistant as Rasa's REST channel gives it, over HTTP on loopback."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout
from yarl import URL

from conversations.errors import AssistantError, AssistantUnreachable
from conversations.model import Answer, Button
from conversations.understanding import Understood, understood_from

LISTENS = "action_listen"
REWIND = "rewind"


class RasaAssistant:
    """Speaks to Rasa 3.6.21 at ``url``. Closing a call would cancel the turn, so be patient.

    Args:
        timeout_s: for one call; longer than anybody waits for an answer.
    """

    def __init__(self, http: ClientSession, *, url: str, timeout_s: float = 60.0) -> None:
        self._http = http
        self._url = URL(url)
        self._timeout = ClientTimeout(total=timeout_s, sock_connect=5)

    async def reply(
        self, conversation_id: str, text: str, metadata: Mapping[str, Any]
    ) -> Sequence[Answer]:
        """Return the answers to one message; Rasa says ``200 []`` when something failed."""
        told = {"sender": conversation_id, "message": text, "metadata": dict(metadata)}
        said = await self._call("POST", self._url / "webhooks/rest/webhook", json=told)
        if not isinstance(said, list):
            raise AssistantError(problem="not a list")
        return merged(said)

    async def recall(self, conversation_id: str, message_id: str) -> Sequence[Answer] | None:
        """Return what was said to a message; None when its turn is not finished.

        Reads the whole history, so ask only before a retry.
        """
        return _said_to(message_id, await self._events(conversation_id))

    async def take_back(self, conversation_id: str, message_id: str) -> None:
        """Rewind the last turn if it is this message's; it may have changed slots and forms.

        Rasa also takes back the listening before it, so we listen again.
        Source: ``rasa/shared/core/trackers.py`` of 3.6.21, ``applied_events``.
        """
        turns = [
            event
            for event in await self._events(conversation_id)
            if event.get("event") in ("user", REWIND)
        ]
        if not turns or _mid(turns[-1]) != message_id:
            return
        place = self._url / "conversations" / conversation_id / "tracker" / "events"
        back = [{"event": REWIND}, {"event": "action", "name": LISTENS}]
        await self._call("POST", place, json=back)

    async def of_turn(self, conversation_id: str, message_id: str) -> Understood | None:
        """Return what was understood when a message was answered; its tracker keeps that."""
        for event in reversed(await self._events(conversation_id)):
            if event.get("event") == "user" and _mid(event) == message_id:
                parse = event.get("parse_data")
                told = isinstance(parse, dict) and parse.get("intent")
                return understood_from(parse, at_the_time=True) if told else None
        return None

    async def of_text(self, text: str) -> Understood:
        """Return what a text is understood as now; no conversation learns of it."""
        parse = await self._call("POST", self._url / "model" / "parse", json={"text": text})
        if not isinstance(parse, dict):
            raise AssistantError(problem="no parse")
        return understood_from(parse, at_the_time=False)

    async def _events(self, conversation_id: str) -> list[dict[str, Any]]:
        place = self._url / "conversations" / conversation_id / "tracker"
        tracker = await self._call("GET", place % {"include_events": "ALL"})
        events = tracker.get("events") if isinstance(tracker, dict) else None
        if not isinstance(events, list):
            raise AssistantError(problem="no events")
        return events

    async def asking(self, conversation_id: str) -> bool:
        """Tell whether a form waits for an answer."""
        place = self._url / "conversations" / conversation_id / "tracker"
        tracker = await self._call("GET", place % {"include_events": "NONE"})
        loop = tracker.get("active_loop") if isinstance(tracker, dict) else None
        return isinstance(loop, dict) and bool(loop.get("name"))

    async def reset(self, conversation_id: str) -> None:
        """Begin a new session in Rasa: no form, no slot but the language."""
        place = self._url / "conversations" / conversation_id / "tracker"
        tracker = await self._call("GET", place % {"include_events": "NONE"})
        slots = tracker.get("slots") if isinstance(tracker, dict) else None
        language = slots.get("language") if isinstance(slots, dict) else None
        events: list[dict[str, Any]] = [
            {"event": "action", "name": "action_session_start"},
            {"event": "session_started"},
            {"event": "action", "name": LISTENS},
        ]
        if language is not None:
            events.insert(2, {"event": "slot", "name": "language", "value": language})
        await self._call("POST", place / "events", json=events)

    async def loaded(self) -> bool:
        """Tell whether Rasa answers and has a model."""
        try:
            status = await self._call("GET", self._url / "status")
        except AssistantError:
            return False
        return isinstance(status, dict) and bool(status.get("model_file"))

    async def _call(self, method: str, url: URL, **more: Any) -> Any:
        try:
            async with self._http.request(method, url, timeout=self._timeout, **more) as answer:
                if answer.status != 200:
                    raise AssistantError(status=answer.status)
                return await answer.json(content_type=None)
        except ClientConnectorError as error:
            raise AssistantUnreachable(url=str(url.origin())) from error
        except TimeoutError as error:
            raise AssistantError(problem="timeout") from error
        except (ClientError, ValueError) as error:
            raise AssistantError(problem=type(error).__name__) from error


def merged(items: Iterable[Any]) -> list[Answer]:
    """Return Rasa's items as answers.

    An item without a text tells facts of the text before it (a card, an image): they
    go into its metadata. Facts without a text before them make an answer of their own.
    """
    answers: list[Answer] = []
    for item in items:
        if not isinstance(item, dict):
            continue
        text = item.get("text")
        facts = dict(item["custom"]) if isinstance(item.get("custom"), dict) else {}
        if item.get("image"):
            facts["image"] = str(item["image"])
        if isinstance(text, str) and text.strip():
            answers.append(Answer(text, _buttons(item.get("buttons")), facts))
        elif facts and answers:
            last = answers[-1]
            answers[-1] = Answer(last.text, last.buttons, {**last.metadata, **facts})
        elif facts:
            answers.append(Answer("", (), facts))
    return answers


def _buttons(told: Any) -> tuple[Button, ...]:
    if not isinstance(told, list):
        return ()
    return tuple(
        Button(str(one["title"]), str(one.get("payload") or one["title"]))
        for one in told
        if isinstance(one, dict) and one.get("title")
    )


def _mid(event: Mapping[str, Any]) -> str | None:
    """Return the id of the message that a user event is about."""
    mid = (event.get("metadata") or {}).get("mid")
    return None if mid is None else str(mid)


def _said_to(message_id: str, events: Sequence[Mapping[str, Any]]) -> list[Answer] | None:
    """Return what the tracker says after the last user event that carries the id.

    Source: shared/design/RASA.md, point 8, run on SQLite.
    """
    asked = [
        index
        for index, event in enumerate(events)
        if event.get("event") == "user" and _mid(event) == message_id
    ]
    if not asked:
        return None
    after = (event.get("event") for event in events[asked[-1] + 1 :])
    if next((one for one in after if one in ("user", REWIND)), None) == REWIND:
        return None
    said: list[dict[str, Any]] = []
    for event in events[asked[-1] + 1 :]:
        if event.get("event") == "user":
            break
        if event.get("event") == "bot":
            said.append({"text": event.get("text"), **(event.get("data") or {})})
        if event.get("event") == "action" and event.get("name") == LISTENS:
            break
    return merged(said)
