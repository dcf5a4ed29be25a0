"""One person on two channels, joined only by proof: a code sent on the other channel comes back."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from conversations.model import Address, Conversation
from kernel.folding import fold_digits

DIGITS = 6


class ProofState(StrEnum):
    """What became of a code. The value is what stores keep."""

    OPEN = "open"
    PROVED = "proved"
    FAILED = "failed"


class Outcome(StrEnum):
    """What a person is told; each is a phrase ``proof_<outcome>``.

    ``sent`` is said whether or not anybody is known by that number: who asks about
    somebody else's number learns nothing.
    """

    SENT = "sent"
    NO_NUMBER = "no_number"
    TOO_MANY = "too_many"
    PROVED = "proved"
    WRONG = "wrong"
    SPENT = "spent"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofLimits:
    """How long a code is good, how often it may be guessed, how many are sent in a day."""

    good_for: timedelta = timedelta(minutes=10)
    most_attempts: int = 5
    asked_hourly: int = 5
    sent_daily: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProof:
    """A code on its way to ``target``, asked for in a conversation. The code itself is not kept."""

    id: str
    conversation_id: str
    target: Address
    code_hash: str
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A conversation that belongs to the proved person from now on."""

    person_id: str
    before: str


class ProofStore(Protocol):
    """Keeps proofs; joining is one transaction with its audit row."""

    async def begin(self, new: NewProof, *, limits: ProofLimits) -> bool:
        """Keep a proof, the only open one of its conversation; False when there were too many
        from the conversation in an hour, or for the target in a day."""

    async def attempt(
        self, conversation_id: str, check: Callable[[str, str], bool], *, most: int, at: datetime
    ) -> tuple[Outcome, Joined | None]:
        """Count one attempt at the open proof of a conversation, then compare.

        Args:
            check: compares the code with a proof's id and hash.

        Returns:
            ``proved`` with what was joined; ``wrong``; or ``spent`` when there is no open
            proof, its time is over, or this was the last attempt and wrong.
        """

    async def numbers_of(self, person_id: str, *, limit: int = 5) -> Sequence[str]:
        """Return the numbers of a person's newest open cases."""


class SendCode(Protocol):
    """Sends a code on the other channel; never stores it."""

    async def __call__(self, target: Address, code: str) -> bool:
        """Tell whether it went; False also when nobody is known there."""


class Proving:
    """Sends codes and takes them back.

    Args:
        secret: at least 32 bytes; without it the kept hashes say nothing of six digits.
        new_code: six random digits.
        read_phone: ``cases.contact.read_contact``; E.164 or a mail address, or None.
    """

    def __init__(
        self,
        store: ProofStore,
        send: SendCode,
        *,
        secret: bytes,
        limits: ProofLimits,
        read_phone: Callable[[str], str | None],
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        new_code: Callable[[], str],
    ) -> None:
        if len(secret) < 32:
            raise ValueError("the secret is shorter than 32 bytes")
        self._store = store
        self._send = send
        self._secret = secret
        self._limits = limits
        self._read_phone = read_phone
        self._now = now
        self._new_id = new_id
        self._new_code = new_code

    async def begin(self, conversation: Conversation, number: str) -> Outcome:
        """Send a code to a number on WhatsApp, if somebody is known by it there."""
        phone = self._read_phone(number)
        if phone is None or not phone.startswith("+"):
            return Outcome.NO_NUMBER
        target = Address("whatsapp", "phone", phone.removeprefix("+"))
        now, code, proof_id = self._now(), self._new_code(), self._new_id()
        new = NewProof(
            id=proof_id,
            conversation_id=conversation.id,
            target=target,
            code_hash=self._hashed(proof_id, code),
            at=now,
            until=now + self._limits.good_for,
        )
        if not await self._store.begin(new, limits=self._limits):
            return Outcome.TOO_MANY
        await self._send(target, code)
        return Outcome.SENT

    async def check(self, conversation: Conversation, typed: str) -> tuple[Outcome, Sequence[str]]:
        """Take a code back; with ``proved`` come the numbers of the person's open cases."""
        code = read_code(typed)
        if code is None:
            return Outcome.WRONG, ()

        def same(proof_id: str, code_hash: str) -> bool:
            return hmac.compare_digest(self._hashed(proof_id, code), code_hash)

        outcome, joined = await self._store.attempt(
            conversation.id, same, most=self._limits.most_attempts, at=self._now()
        )
        if joined is None:
            return outcome, ()
        return outcome, await self._store.numbers_of(joined.person_id)

    def _hashed(self, proof_id: str, code: str) -> str:
        told = f"proof:{proof_id}:{code}".encode()
        return hmac.new(self._secret, told, hashlib.sha256).hexdigest()


def read_code(typed: str) -> str | None:
    """Return six digits of either script, however they are spaced; None for anything else."""
    plain = "".join(fold_digits(typed).split()).replace("-", "")
    plain = "".join(one for one in plain if one.isprintable())
    return plain if len(plain) == DIGITS and plain.isascii() and plain.isdecimal() else None
