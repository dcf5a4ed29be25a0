"""What an action may read of the turn it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker

from kernel.language import Language

KINDS = ("complaint", "suggestion", "consultation")
NOT_UNDERSTOOD = frozenset({"nlu_fallback", "out_of_scope"})


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a person, as Rasa understood it, and what is remembered."""

    tracker: Tracker

    @property
    def _message(self) -> Mapping[str, Any]:
        return self.tracker.latest_message or {}

    @property
    def metadata(self) -> Mapping[str, Any]:
        """Return what the app sent along: mid, channel, person_id, contact."""
        return self._message.get("metadata") or {}

    @property
    def text(self) -> str:
        """Return the message; empty for a pressed button."""
        text = str(self._message.get("text") or "")
        if self.intent == "refer":
            return self.entity("said") or ""
        return "" if text.startswith("/") else text.lstrip("\u200b")

    @property
    def intent(self) -> str:
        """Return the name of the intent."""
        return str((self._message.get("intent") or {}).get("name") or "")

    @property
    def confidence(self) -> float:
        """Return the confidence of the intent, 0..1."""
        return float((self._message.get("intent") or {}).get("confidence") or 0.0)

    @property
    def language(self) -> Language:
        """Return the language to answer in."""
        return Language(self.slot("language") or Language.AR.value)

    @property
    def message_id(self) -> str:
        """Return the app's id of the message; Rasa's own where nobody sent one (rasa shell)."""
        return str(self.metadata.get("mid") or self._message.get("message_id") or "")

    @property
    def person_id(self) -> str:
        """Return who writes; the conversation where the app did not say."""
        return str(self.metadata.get("person_id") or self.tracker.sender_id)

    @property
    def care(self) -> str | None:
        """Return what the app heard in the words that asks for care, such as ``grievance``."""
        return self.metadata.get("care")

    @property
    def handover(self) -> str | None:
        """Return why a colleague takes over at the end of this turn; the app says it then."""
        return self.metadata.get("handover")

    @property
    def form(self) -> str | None:
        """Return the name of the form that is open."""
        return (self.tracker.active_loop or {}).get("name")

    @property
    def requested(self) -> str | None:
        """Return the slot the open form asked for last."""
        return self.slot("requested_slot") if self.form else None

    def slot(self, name: str) -> Any:
        """Return a slot's value, None when unset or unknown."""
        return self.tracker.slots.get(name)

    def entity(self, name: str) -> str | None:
        """Return what a button carried under ``name``."""
        for one in self._message.get("entities") or ():
            if one.get("entity") == name:
                return str(one.get("value"))
        return None

    @property
    def department(self) -> tuple[str | None, float]:
        """Return the classifier's department and its confidence."""
        guess = self._message.get("department") or {}
        return guess.get("name"), float(guess.get("confidence") or 0.0)

    @property
    def departments(self) -> list[str]:
        """Return the likeliest departments, best first."""
        return [str(one["name"]) for one in self._message.get("department_ranking") or ()]

    @property
    def candidates(self) -> list[str]:
        """Return what an unclear message may have meant: intents and ``faq/<id>``."""
        return [str(one["name"]) for one in self._message.get("candidates") or ()]

    @property
    def best_answer(self) -> tuple[str | None, float]:
        """Return the likeliest ``faq/<id>`` and its confidence among the answers."""
        found = (self._message.get("response_selector") or {}).get("default") or {}
        ranking = found.get("ranking") or ()
        if not ranking:
            return None, 0.0
        return str(ranking[0]["intent_response_key"]), float(ranking[0]["confidence"])

    def spoken(self) -> list[Mapping[str, Any]]:
        """Return the person's messages and presses, oldest first, this one last."""
        return [event for event in self.tracker.events if event.get("event") == "user"]

    def missed_before(self) -> bool:
        """Tell whether the message before this one was not understood either."""
        earlier = self.spoken()[:-1]
        parsed = earlier[-1].get("parse_data") if earlier else None
        return ((parsed or {}).get("intent") or {}).get("name") in NOT_UNDERSTOOD

    def asked_last(self) -> str | None:
        """Return the response name of the last thing said to the person."""
        for event in reversed(self.tracker.events):
            if event.get("event") == "bot":
                return (event.get("metadata") or {}).get("utter_action")
        return None
