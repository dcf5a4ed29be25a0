"""Who is asked: the same seed draws the same people, whoever draws and in whatever order."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from kernel.language import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who may be asked, and the case because of which."""

    person_id: str
    conversation_id: str
    case_number: str
    department: str
    language: Language


def drawn(people: Sequence[Candidate], *, seed: str, size: int | None) -> Sequence[Candidate]:
    """Return ``size`` of them by chance, all when there are not more; None: all.

    Each gets a number from the digest of the seed and their id, and the lowest are drawn:
    everybody has the same chance, and who joins or leaves moves nobody else's number.
    """
    in_order = sorted(people, key=lambda one: _number(seed, one.person_id))
    return in_order if size is None else in_order[:size]


def _number(seed: str, person_id: str) -> bytes:
    return hashlib.sha256(f"{seed}:{person_id}".encode()).digest()
