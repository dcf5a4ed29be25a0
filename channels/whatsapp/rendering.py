"""A message of ours as the Cloud API wants it.

Source: W/messages/text-messages, interactive-reply-buttons-messages,
interactive-list-messages, template-messages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from channels.errors import DeliveryFailed
from channels.whatsapp.accounts import NAME, PHONE
from channels.whatsapp.options import LONGEST_TEXT, Offer, numbered, offer_for
from conversations.attachments import Attachment
from conversations.model import Address, Button, Message
from kernel.language import Language

Payload = dict[str, Any]
Say = Callable[[str, Language], str]

CHOOSE, TYPE_A_NUMBER = "whatsapp_choose", "whatsapp_type_a_number"
LONGEST_CAPTION = 1024
_MEGABYTE = 1024 * 1024
_SHOWN = {
    "image/jpeg": 5 * _MEGABYTE,
    "image/png": 5 * _MEGABYTE,
    "video/mp4": 16 * _MEGABYTE,
    "audio/mpeg": 16 * _MEGABYTE,
    "audio/mp4": 16 * _MEGABYTE,
    "audio/ogg": 16 * _MEGABYTE,
}
"""What Meta shows as a picture, a video or a sound, and up to which size."""

TOO_LONG, EMPTY = "own_too_long", "own_empty"


def payload_for(address: Address, message: Message, say: Say) -> Payload:
    """Return the body of the sending; raises DeliveryFailed for what cannot be said."""
    return {**envelope(address, message), **_content(message, say)}


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that Meta has: as what it is sent, its id there, its name."""

    kind: str
    media_id: str
    name: str


def sent_as(attachment: Attachment) -> str:
    """Return the type of message for a file; what Meta does not show goes as a document."""
    most = _SHOWN.get(attachment.media_type, 0)
    return attachment.kind.value if attachment.size <= most else "document"


def payloads_for(
    address: Address, message: Message, say: Say, files: Sequence[SentFile]
) -> list[Payload]:
    """Return the bodies of the sendings of one message: its files, the words with the last.

    Words that are no caption (too long, with options, of a sound) follow by themselves.
    """
    if not files:
        return [payload_for(address, message, say)]
    last = files[-1]
    text = message.text.strip()
    fits = not message.buttons and len(text) <= LONGEST_CAPTION and last.kind != "audio"
    told = [
        {**envelope(address, message), **_file(one, text if fits and one is last else "")}
        for one in files
    ]
    if text and not fits:
        told.append(payload_for(address, message, say))
    return told


def _file(file: SentFile, caption: str) -> Payload:
    told: Payload = {"id": file.media_id}
    if caption:
        told["caption"] = caption
    if file.kind == "document":
        told["filename"] = file.name
    return {"type": file.kind, file.kind: told}


def envelope(address: Address, message: Message) -> Payload:
    """Return what every sending carries: to whom, in answer to what, and our own id.

    A phone number goes into ``to``, a business-scoped user id into ``recipient``; our id
    comes back with every status.
    """
    told: Payload = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "biz_opaque_callback_data": message.id,
    }
    if address.kind == PHONE:
        told["to"] = f"+{address.value.lstrip('+')}"
    else:
        told["recipient"] = address.value
    reply_to = message.metadata.get("reply_to")
    if isinstance(reply_to, str):
        told["context"] = {"message_id": reply_to}
    return told


def _content(message: Message, say: Say) -> Payload:
    template = message.metadata.get("template")
    if isinstance(template, Mapping):
        return {"type": "template", "template": _template(template)}
    text, buttons = message.text.strip(), message.buttons
    match offer_for(message.text, buttons):
        case Offer.BUTTONS:
            return _interactive("button", text, {"buttons": [_button(one) for one in buttons]})
        case Offer.LIST:
            action = {"button": say(CHOOSE, message.language), "sections": [_section(buttons)]}
            return _interactive("list", text, action)
        case Offer.NUMBERED:
            text = f"{numbered(text, buttons)}\n\n{say(TYPE_A_NUMBER, message.language)}"
    if not text:
        raise DeliveryFailed(retryable=False, provider_code=EMPTY, channel=NAME)
    if len(text) > LONGEST_TEXT:
        raise DeliveryFailed(retryable=False, provider_code=TOO_LONG, channel=NAME)
    return {"type": "text", "text": {"preview_url": False, "body": text}}


def _interactive(kind: str, text: str, action: Payload) -> Payload:
    told = {"type": kind, "body": {"text": text}, "action": action}
    return {"type": "interactive", "interactive": told}


def _button(button: Button) -> Payload:
    return {"type": "reply", "reply": {"id": button.payload, "title": button.title.strip()}}


def _section(buttons: Sequence[Button]) -> Payload:
    return {"rows": [{"id": one.payload, "title": one.title.strip()} for one in buttons]}


def _template(template: Mapping[str, Any]) -> Payload:
    told: Payload = {
        "name": template["name"],
        "language": {"policy": "deterministic", "code": template["language"]},
    }
    parameters = template.get("parameters") or []
    if parameters:
        body = [{"type": "text", "text": str(one)} for one in parameters]
        told["components"] = [{"type": "body", "parameters": body}]
    return told
