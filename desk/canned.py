"""The ready replies that ship, and what their fields are filled with."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from accounts.model import Account
from cases.departments import DEPARTMENTS
from conversations.agents import Agent
from conversations.canned import CannedReply
from conversations.model import Conversation
from conversations.queues import Transcript
from kernel.language import Language

PROFILE_NAME = "profile_name"


@dataclass(frozen=True, slots=True)
class FilledReply:
    """A reply ready to be put into the composer."""

    short: str
    title: str
    text: str


def shipped() -> Sequence[CannedReply]:
    """Read ``canned.toml`` beside this module; a reply's key is its id and its short name."""
    found: dict[str, Any] = tomllib.loads(files("desk").joinpath("canned.toml").read_text("utf-8"))
    return [
        CannedReply(
            id=f"shipped-{key}",
            short=key,
            title_ar=one["title_ar"],
            title_en=one["title_en"],
            text_ar=one["ar"],
            text_en=one["en"],
        )
        for key, one in found.items()
    ]


def fields_of(transcript: Transcript, agent: Agent, *, number: str) -> Mapping[str, str]:
    """Return what the fields stand for in a conversation, in the customer's language."""
    conversation, spell = transcript.conversation, transcript.spell
    unit = DEPARTMENTS.get(spell.department or "") if spell else None
    return {
        "case": number,
        "name": _name(transcript),
        "agent": agent.name(conversation.language),
        "department": unit.name(conversation.language) if unit else "",
    }


def offered(
    replies: Sequence[CannedReply],
    conversation: Conversation,
    facts: Mapping[str, str],
    account: Account,
    screen: Language,
) -> Sequence[FilledReply]:
    """Return the replies of an account's departments whose fields are all known here."""
    filled = [
        (one, one.filled(conversation.language, facts))
        for one in replies
        if account.serves(one.department)
    ]
    return [
        FilledReply(one.short, one.title(screen), text) for one, text in filled if text is not None
    ]


def _name(transcript: Transcript) -> str:
    """Return what the person calls themselves on the channel, newest first; empty: unknown."""
    for message in reversed(transcript.messages):
        name = message.metadata.get(PROFILE_NAME)
        if isinstance(name, str) and name.strip():
            return name.strip()
    return ""
