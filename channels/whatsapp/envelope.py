"""One webhook body of the Cloud API, all of it: entries, changes, messages, statuses.

A body may bring a thousand updates of several kinds. What is not a message is left out;
what should be one and cannot be read is told with a reason, so that nothing is dropped.
Source: W/webhooks/overview, W/webhooks/create-webhook-endpoint.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from channels.errors import PayloadNotUnderstood
from channels.whatsapp.accounts import Account, account_of, receiver_of, renames_in
from channels.whatsapp.clean_json import clean_json
from channels.whatsapp.ids import IDS
from channels.whatsapp.messages import said_in, text_of
from channels.whatsapp.options import LONGEST_CHOICE, chosen
from conversations.arrivals import Arrival, Rename, Unreadable
from conversations.model import InboundMessage, MessageKind
from kernel.masked_data import mask_data

MESSAGES, ECHOES = "messages", "smb_message_echoes"


NOT_JSON, NOT_AN_OBJECT, NO_ID, NO_SENDER, OTHER_NUMBER = (
    "not_json",
    "not_an_object",
    "no_id",
    "no_sender",
    "other_number",
)
_LONGEST_ID = 255

Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StatusTold:
    """How far one message of ours is, as the service says it."""

    provider_id: str
    status: str
    at: datetime
    our_id: str | None = None
    code: str | None = None
    problem: str | None = None


@dataclass(slots=True)
class Envelope:
    """What one body brings; ``fields`` are the other webhooks in it, for the log."""

    masked_body: str
    arrivals: list[Arrival] = field(default_factory=list)
    statuses: list[StatusTold] = field(default_factory=list)
    renames: list[Rename] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)

    @property
    def brings_more_than_statuses(self) -> bool:
        """Tell whether there is anything else to keep."""
        return bool(self.arrivals or self.renames or self.unreadable)


def read_envelope(body: bytes, *, phone_number_id: str, received_at: datetime) -> Envelope:
    """Return everything in a body.

    Raises:
        PayloadNotUnderstood: it is no JSON object; ``problem`` says which.
    """
    try:
        told = clean_json(body)
    except ValueError as error:
        raise PayloadNotUnderstood(channel="whatsapp", problem=NOT_JSON) from error
    if not isinstance(told, dict):
        raise PayloadNotUnderstood(channel="whatsapp", problem=NOT_AN_OBJECT)
    envelope = Envelope(masked_text(told))
    for name, value in _changes(told):
        if name == MESSAGES:
            metadata = value.get("metadata")
            number = metadata.get("phone_number_id") if isinstance(metadata, Mapping) else None
            whose = partial(account_of, contacts=value.get("contacts"))
            ours = number in (None, phone_number_id)
            _read_messages(envelope, value.get("messages"), whose, received_at, ours=ours)
            _read_statuses(envelope, value, received_at)
            if value.get("errors"):
                envelope.fields.append("messages.errors")
        elif name == ECHOES:
            echoes = value.get("message_echoes")
            _read_messages(envelope, echoes, receiver_of, received_at, own_side=True)
        else:
            envelope.fields.append(name[:64])
        envelope.renames += renames_in(value)
    return envelope


def masked_text(told: Any) -> str:
    """Return JSON-like data as text, without what must not be kept."""
    return json.dumps(mask_data(told, keep=IDS), ensure_ascii=False, separators=(",", ":"))


def _changes(told: Told) -> Iterator[tuple[str, Told]]:
    for entry in _items(told.get("entry")):
        for change in _items(entry.get("changes")):
            value = change.get("value")
            if isinstance(value, Mapping):
                yield text_of(change.get("field")), value


def _items(given: object) -> list[Told]:
    return [one for one in given if isinstance(one, Mapping)] if isinstance(given, list) else []


def _read_messages(
    envelope: Envelope,
    given: object,
    whose: Callable[[Told], Account],
    received_at: datetime,
    *,
    ours: bool = True,
    own_side: bool = False,
) -> None:
    for message in given if isinstance(given, list) else []:
        problem = _problem(message, ours=ours)
        account = whose(message) if problem is None else Account(())
        if problem is None and not account.addresses:
            problem = NO_SENDER
        if problem is not None:
            envelope.unreadable.append(_unreadable(message, problem))
        else:
            envelope.arrivals.append(_arrival(message, account, received_at, own_side=own_side))


def _problem(message: object, *, ours: bool) -> str | None:
    if not isinstance(message, Mapping):
        return NOT_AN_OBJECT
    if not 0 < len(text_of(message.get("id"))) <= _LONGEST_ID:
        return NO_ID
    return None if ours else OTHER_NUMBER


def _unreadable(message: object, problem: str) -> Unreadable:
    known = text_of(message.get("id")) if isinstance(message, Mapping) else ""
    return Unreadable(problem, masked_text(message), known[:_LONGEST_ID] or None)


def _arrival(
    message: Told, account: Account, received_at: datetime, *, own_side: bool = False
) -> Arrival:
    said = said_in(message)
    facts = mask_data(said.facts, keep=IDS)
    if account.profile_name:
        facts["profile_name"] = account.profile_name[:128]
    phones = [one.value for one in account.addresses if one.kind == "phone"]
    if phones and account.addresses[0].kind != "phone":
        facts["phone"] = phones[0]
    first, *others = account.addresses
    inbound = InboundMessage(
        address=first,
        provider_id=message["id"],
        text=said.words,
        sent_at=_time(message.get("timestamp"), received_at),
        payload=said.payload,
        kind=said.kind,
        metadata=facts,
    )
    may_choose = (
        said.kind is MessageKind.TEXT
        and said.payload is None
        and len(said.words) <= LONGEST_CHOICE
        and not own_side
    )
    return Arrival(
        inbound=inbound,
        aliases=tuple(others),
        renames=account.renames,
        own_side=own_side,
        choose=(lambda asked: chosen(asked, said.words)) if may_choose else None,
    )


def _read_statuses(envelope: Envelope, value: Told, received_at: datetime) -> None:
    for told in _items(value.get("statuses")):
        provider_id, status = text_of(told.get("id")), text_of(told.get("status"))
        if not provider_id or not status:
            envelope.unreadable.append(_unreadable(told, NO_ID))
            continue
        errors = _items(told.get("errors"))
        data = errors[0].get("error_data") if errors else None
        details = text_of(data.get("details")) if isinstance(data, Mapping) else ""
        envelope.statuses.append(
            StatusTold(
                provider_id=provider_id,
                status=status,
                at=_time(told.get("timestamp"), received_at),
                our_id=text_of(told.get("biz_opaque_callback_data")) or None,
                code=str(errors[0].get("code")) if errors else None,
                problem=(details or text_of(errors[0].get("title"))) if errors else None,
            )
        )


def _time(given: object, received_at: datetime) -> datetime:
    """Return the provider's time; ours where it is none, or lies in our future."""
    try:
        told = datetime.fromtimestamp(int(str(given)), UTC)
    except (ValueError, OverflowError, OSError):
        return received_at
    return min(told, received_at)
