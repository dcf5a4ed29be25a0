"""What a person points at: one of the choices, answers or cases they were shown."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from rasa_sdk import Tracker

from actions.turn import Turn
from kernel.folding import fold
from kernel.pointing import LAST, read_place

TURNS_BACK = 4
PAYLOAD = re.compile(r"/(?P<intent>\w+)(?P<facts>\{.*\})?")
YES_NO = ("/affirm", "/deny", "/feedback", "/correct")


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that was shown and can be chosen; ``title`` is empty where it had none."""

    title: str
    payload: str


def pressed(tracker: Tracker) -> Tracker:
    """Return the turn as if the button that the text names had been pressed.

    For the answer to a form: a place in the list shown last, or one of its titles. A text
    that names none gives the turn as it is.
    """
    turn = Turn(tracker)
    shown = next(_lists_of(next(_turns(tracker), [])), [])
    if not turn.text or not shown:
        return tracker
    named = [offer for offer in shown if fold(offer.title) == fold(turn.text)]
    chosen = named[0] if named else _at(read_place(turn.text), shown)
    return as_pressed(tracker, chosen.payload) if chosen else tracker


def pointed_at(tracker: Tracker) -> Offer | None:
    """Return what the text points at among the lists of the last turns, newest first.

    A bare number takes the list shown last, whatever it is; "and the second one?" after
    "did this help?" means what was listed before.
    """
    text = Turn(tracker).text
    place = read_place(text)
    turns = list(islice(_turns(tracker), TURNS_BACK))
    latest = next(_lists_of(turns[0]), []) if turns else []
    if text.strip(" .)").isdigit():
        return _at(place, latest)
    lists = [shown for said in turns for shown in _lists_of(said)]
    meant = [shown for shown in lists if not shown[0].payload.startswith(YES_NO)]
    found = [offer for shown in meant if (offer := _at(place, shown))]
    return found[0] if found else _at(place, latest)


def as_pressed(tracker: Tracker, payload: str) -> Tracker:
    """Return the same turn with a pressed button in place of what was said."""
    found = PAYLOAD.fullmatch(payload)
    facts = json.loads(found["facts"] or "{}") if found else {}
    message = {
        "text": payload,
        "intent": {"name": found["intent"] if found else "", "confidence": 1.0},
        "entities": [{"entity": name, "value": value} for name, value in facts.items()],
        "metadata": Turn(tracker).metadata,
    }
    copied = copy.copy(tracker)
    copied.latest_message = message
    return copied


def _at(place: int | None, shown: Sequence[Offer]) -> Offer | None:
    if place is None or not shown:
        return None
    if place == LAST:
        return shown[-1]
    return shown[place - 1] if place <= len(shown) else None


def _turns(tracker: Tracker) -> Iterator[list[Mapping[str, Any]]]:
    """Yield what the assistant said in each turn before this one, the last turn first."""
    said: list[Mapping[str, Any]] = []
    for event in reversed(tracker.events[: _place_of_now(tracker)]):
        if event.get("event") == "user":
            yield said[::-1]
            said = []
        elif event.get("event") == "bot":
            said.append(event)
    yield said[::-1]


def _place_of_now(tracker: Tracker) -> int:
    for place in range(len(tracker.events) - 1, -1, -1):
        if tracker.events[place].get("event") == "user":
            return place
    return len(tracker.events)


def _lists_of(said: Sequence[Mapping[str, Any]]) -> Iterator[list[Offer]]:
    """Yield the lists of one turn: buttons, then answers, then cases; two or more of each."""
    data = [event.get("data") or {} for event in said]
    buttons = [one["buttons"] for one in data if one.get("buttons")]
    answers = [str((event.get("metadata") or {}).get("utter_action") or "") for event in said]
    cards = [(one.get("custom") or {}).get("card") for one in data]
    lists = [
        [Offer(str(b["title"]), str(b.get("payload"))) for b in buttons[-1]] if buttons else [],
        [_choice(name.removeprefix("utter_")) for name in answers if name.startswith("utter_faq/")],
        [_choice(f"case/{card['number']}") for card in cards if card],
    ]
    yield from (shown for shown in lists if len(shown) > 1)


def _choice(name: str) -> Offer:
    return Offer("", f'/choose{{"choice": "{name}"}}')
