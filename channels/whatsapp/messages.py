"""What one message of the Cloud API says: its kind, its words, its facts.

Nothing here raises for what a message holds: what has an unknown type or lacks its body
becomes an ``unsupported`` one, which people see as such.
Source: W/webhooks/reference/messages/<type> (docs/channels/whatsapp.md has the pages).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from conversations.model import MessageKind

Told = Mapping[str, Any]

MEDIA = {
    "image": MessageKind.IMAGE,
    "video": MessageKind.VIDEO,
    "document": MessageKind.DOCUMENT,
    "audio": MessageKind.AUDIO,
    "sticker": MessageKind.STICKER,
    "voice": MessageKind.VOICE,  # as the on-premises API said it
}
_MEDIA_FACTS = {
    "id": "media_id",
    "mime_type": "media_type",
    "sha256": "sha256",
    "filename": "file_name",
    "animated": "animated",
    "url": "url",
}
_PLACE_FACTS = ("latitude", "longitude", "name", "address", "url")
_REFERRAL_FACTS = (
    "source_url",
    "source_id",
    "source_type",
    "headline",
    "body",
    "media_type",
    "ctwa_clid",
)


@dataclass(frozen=True, slots=True)
class Said:
    """``words`` are the person's own; empty where there are none."""

    kind: MessageKind
    words: str = ""
    payload: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def said_in(message: Told) -> Said:
    """Return what a message says, of whatever type."""
    type_ = text_of(message.get("type")) or "unknown"
    body = message.get(type_)
    read = _READERS.get(type_)
    if type_ == "contacts":
        said = _contacts(body)
    elif type_ == "request_welcome":
        said = Said(MessageKind.SYSTEM)
    else:
        said = read(body) if read is not None and isinstance(body, Mapping) else None
    if said is None:
        said = Said(MessageKind.UNSUPPORTED, facts=_unsupported(message, type_))
    said.facts.update(_context(message))
    return said


def text_of(value: object) -> str:
    """Return a value if it is a string, else an empty one."""
    return value if isinstance(value, str) else ""


def _text(body: Told) -> Said | None:
    return Said(MessageKind.TEXT, body["body"]) if isinstance(body.get("body"), str) else None


def _media(kind: MessageKind) -> Callable[[Told], Said]:
    def read(body: Told) -> Said:
        facts = {ours: body[theirs] for theirs, ours in _MEDIA_FACTS.items() if theirs in body}
        voice = kind is MessageKind.AUDIO and body.get("voice") is True
        return Said(
            MessageKind.VOICE if voice else kind,
            text_of(body.get("caption")),
            facts={"media": facts},
        )

    return read


def _location(body: Told) -> Said:
    place = {name: body[name] for name in _PLACE_FACTS if body.get(name) not in (None, "")}
    return Said(MessageKind.LOCATION, facts={"location": place})


def _contacts(cards: object) -> Said | None:
    if not isinstance(cards, list):
        return None
    return Said(
        MessageKind.CONTACTS,
        facts={"contacts": [_card(one) for one in cards if isinstance(one, Mapping)]},
    )


def _card(card: Told) -> dict[str, Any]:
    name = card.get("name")
    phones = card.get("phones")
    return {
        "name": text_of(name.get("formatted_name")) if isinstance(name, Mapping) else "",
        "phones": [
            text_of(one.get("phone")) or text_of(one.get("wa_id"))
            for one in (phones if isinstance(phones, list) else [])
            if isinstance(one, Mapping)
        ],
        **{name: card[name] for name in ("emails", "org", "addresses", "vcard") if name in card},
    }


def _interactive(body: Told) -> Said | None:
    match body:
        case {"button_reply": {"title": str(title), "id": str(payload)}}:
            return Said(MessageKind.TEXT, title, payload)
        case {"list_reply": {"title": str(title), "id": str(payload)}}:
            return Said(MessageKind.TEXT, title, payload)
        case {"nfm_reply": Mapping() as reply}:
            return Said(MessageKind.FORM, facts={"form": _form(reply)})
    return None


def _form(reply: Told) -> Any:
    """Return the fields of a filled-in flow; ``response_json`` may be broken, or no object."""
    given = reply.get("response_json")
    try:
        return json.loads(given) if isinstance(given, str) else given
    except ValueError:
        return given


def _button(body: Told) -> Said | None:
    if not isinstance(body.get("text"), str):
        return None
    return Said(MessageKind.TEXT, body["text"], text_of(body.get("payload")) or None)


def _reaction(body: Told) -> Said | None:
    """Read a reaction; without an emoji it takes an earlier one back."""
    if not isinstance(body.get("message_id"), str):
        return None
    emoji = text_of(body.get("emoji"))
    return Said(MessageKind.REACTION, facts={"to": body["message_id"], "emoji": emoji})


def _order(body: Told) -> Said:
    items = body.get("product_items")
    order = {"catalog_id": body.get("catalog_id"), "items": items if items else []}
    return Said(MessageKind.ORDER, text_of(body.get("text")), facts={"order": order})


def _edit(body: Told) -> Said | None:
    if not isinstance(body.get("original_message_id"), str):
        return None
    new = body.get("message")
    said = said_in(new) if isinstance(new, Mapping) else None
    words = said.words if said is not None else ""
    return Said(MessageKind.EDIT, words, facts={"to": body["original_message_id"]})


def _revoke(body: Told) -> Said | None:
    if not isinstance(body.get("original_message_id"), str):
        return None
    return Said(MessageKind.REVOKE, facts={"to": body["original_message_id"]})


def _system(body: Told) -> Said:
    about = {name: value for name, value in body.items() if isinstance(value, str)}
    return Said(MessageKind.SYSTEM, facts={"system": about})


def _unsupported(message: Told, type_: str) -> dict[str, Any]:
    facts: dict[str, Any] = {"type": type_[:64]}
    inner = message.get("unsupported")
    if isinstance(inner, Mapping) and inner.get("type"):
        facts["type"] = text_of(inner["type"])[:64]
    if isinstance(message.get("errors"), list):
        facts["errors"] = message["errors"][:5]
    return facts


def _context(message: Told) -> dict[str, Any]:
    """Return what a message refers to: another one, a product, an advertisement."""
    facts: dict[str, Any] = {}
    context = message.get("context")
    if isinstance(context, Mapping):
        if text_of(context.get("id")):
            facts["reply_to"] = context["id"]
        if context.get("forwarded") or context.get("frequently_forwarded"):
            facts["forwarded"] = True
        if isinstance(context.get("referred_product"), Mapping):
            facts["product"] = dict(context["referred_product"])
    referral = message.get("referral")
    if isinstance(referral, Mapping):
        facts["referral"] = {name: referral[name] for name in _REFERRAL_FACTS if name in referral}
    if text_of(message.get("group_id")):
        facts["group_id"] = message["group_id"]
    return facts


_READERS: dict[str, Callable[[Any], Said | None]] = {
    "text": _text,
    "location": _location,
    "interactive": _interactive,
    "button": _button,
    "reaction": _reaction,
    "order": _order,
    "edit": _edit,
    "revoke": _revoke,
    "system": _system,
    **{name: _media(kind) for name, kind in MEDIA.items()},
}
