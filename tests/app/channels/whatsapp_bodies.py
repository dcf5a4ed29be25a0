"""Bodies as Meta sends them: every documented message, from whomever, in whatever company."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any

from channels.whatsapp.fake_graph import envelope_of, wamid_of

Told = dict[str, Any]

FOLDER = Path(__file__).parent / "whatsapp_messages"
MESSAGES: dict[str, Told] = {
    path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))
}
MARIAM, BSUID = "971501234567", "AE.1A2B3C4D5E6F"
AT = 1_772_452_800


class Writing:
    """Gives messages ids and times, each later than the last."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def message(
        self, name: str = "text", *, phone: str = MARIAM, user: str = "", **more: Any
    ) -> Told:
        number = next(self._numbers)
        told: Told = {"id": wamid_of(f"{name}-{number}"), "timestamp": str(AT + number)}
        if phone:
            told["from"] = phone
        if user:
            told["from_user_id"] = user
        return {**told, **MESSAGES[name], **more}


def body_of(*messages: Told, phone: str = MARIAM, user: str = "", **value: Any) -> Told:
    contact: Told = {"profile": {"name": "مريم"}}
    if phone:
        contact["wa_id"] = phone
    if user:
        contact["user_id"] = user
    return envelope_of({"messages": list(messages), "contacts": [contact], **value})


def as_meta_writes(told: object) -> bytes:
    """Return JSON with every letter beyond ASCII escaped, as Meta sends and signs it."""
    return json.dumps(told, ensure_ascii=True).replace("/", "\\/").encode()
