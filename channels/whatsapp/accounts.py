"""Whose account a message comes from: a business-scoped user id, a phone number, or both.

Since 2026 a person may come without a phone number, so the user id is what a thread is
known by where there is one. It changes when the phone does; a ``system`` message says so.
Source: W/business-scoped-user-ids and its changelog of 11 August 2026.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from channels.whatsapp.messages import text_of
from conversations.arrivals import Rename
from conversations.model import Address

NAME = "whatsapp"
PHONE, USER_ID = "phone", "user_id"

_LONGEST_ID = 200

Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Account:
    """Every address the service gives for one account, the one to know it by first."""

    addresses: tuple[Address, ...]
    profile_name: str = ""
    renames: tuple[Rename, ...] = ()


def account_of(message: Told, contacts: object) -> Account:
    """Return the sender of a message; without addresses if nothing names it."""
    phone, user = text_of(message.get("from")), text_of(message.get("from_user_id"))
    contact = _contact(phone, user, contacts)
    phone = phone or text_of(contact.get("wa_id"))
    user = user or text_of(contact.get("user_id"))
    profile = contact.get("profile")
    name = text_of(profile.get("name")) if isinstance(profile, Mapping) else ""
    system = message.get("system")
    renames: tuple[Rename, ...] = ()
    if isinstance(system, Mapping):
        renames = _renames(system, phone)
        phone, user = _now_known_by(system, phone, user)
    return Account(_addresses(phone, user), name, renames)


def receiver_of(echo: Told) -> Account:
    """Return the person to whom our own side wrote on another device."""
    phone = text_of(echo.get("to"))
    user = text_of(echo.get("to_user_id")) or text_of(echo.get("recipient_user_id"))
    return Account(_addresses(phone, user))


def renames_in(value: Told) -> list[Rename]:
    """Return the changes of id that come without a message (the shape of June 2026)."""
    updates = value.get("user_id_update")
    found = []
    for one in updates if isinstance(updates, list) else [updates]:
        ids = one.get("user_id") if isinstance(one, Mapping) else None
        if isinstance(ids, Mapping):
            found += _rename(USER_ID, text_of(ids.get("previous")), text_of(ids.get("current")))
    return found


def is_phone(value: str) -> bool:
    """Tell a phone number from a user id, which begins with a country: ``AE.1A2B``."""
    return value.lstrip("+").isdecimal()


def _contact(phone: str, user: str, contacts: object) -> Told:
    """Return the contact that belongs to the sender; the only one if nothing names the sender."""
    if not isinstance(contacts, Sequence):
        return {}
    known = [one for one in contacts if isinstance(one, Mapping)]
    for one in known:
        if (user and one.get("user_id") == user) or (phone and one.get("wa_id") == phone):
            return one
    return known[0] if len(known) == 1 and not phone and not user else {}


def _addresses(phone: str, user: str) -> tuple[Address, ...]:
    if phone and not is_phone(phone):
        user, phone = user or phone, ""
    found = []
    if user:
        found.append(Address(NAME, USER_ID, user[:_LONGEST_ID]))
    if phone:
        found.append(Address(NAME, PHONE, phone.lstrip("+")[:_LONGEST_ID]))
    return tuple(found)


def _renames(system: Told, phone: str) -> tuple[Rename, ...]:
    changed = _rename(PHONE, phone, _new_phone(system, phone))
    changed += _rename(
        USER_ID, text_of(system.get("previous_user_id")), text_of(system.get("user_id"))
    )
    update = system.get("user_id_update")
    return (*changed, *(renames_in(system) if update is not None else ()))


def _rename(kind: str, previous: str, current: str) -> list[Rename]:
    if not previous or not current or previous == current:
        return []
    return [Rename(Address(NAME, kind, previous), Address(NAME, kind, current))]


def _new_phone(system: Told, phone: str) -> str:
    if text_of(system.get("type")) not in ("user_changed_number", "customer_changed_number"):
        return phone
    return text_of(system.get("wa_id")) or text_of(system.get("new_wa_id")) or phone


def _now_known_by(system: Told, phone: str, user: str) -> tuple[str, str]:
    update = system.get("user_id_update")
    ids = update.get("user_id") if isinstance(update, Mapping) else None
    current = text_of(ids.get("current")) if isinstance(ids, Mapping) else ""
    return _new_phone(system, phone), text_of(system.get("user_id")) or current or user
