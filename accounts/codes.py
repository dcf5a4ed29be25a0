"""Second factors: time-based codes of an authenticator app, and recovery codes on paper."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence
from datetime import datetime

import pyotp

from kernel.folding import fold_digits

STEP_S = 30
TOLERATED_STEPS = 1
"""Either way: a phone's clock may be half a minute off."""

RECOVERY_CODES = 8
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters and digits that look alike on paper."""


def provisioning_uri(secret: str, *, email: str, issuer: str) -> str:
    """Return what the QR code says to an authenticator app."""
    return pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=email, issuer_name=issuer)


def accepted_step(secret: str, typed: str, *, at: datetime, after: int) -> int | None:
    """Return the time step whose code was typed; None when none fits.

    A step up to ``after`` was used before and fits no more (RFC 6238, 5.2).

    Args:
        typed: as typed: spaces and Arabic-Indic digits are fine.
    """
    code = fold_digits("".join(typed.split()))
    now = int(at.timestamp()) // STEP_S
    totp = pyotp.TOTP(secret, interval=STEP_S)
    for step in range(now - TOLERATED_STEPS, now + TOLERATED_STEPS + 1):
        right = totp.at(step * STEP_S)
        if step > after and hmac.compare_digest(right.encode(), code.encode()):
            return step
    return None


def new_recovery_codes(choose: Callable[[str], str]) -> list[str]:
    """Return fresh recovery codes, for example ``k7m2p-x9d4q``.

    Args:
        choose: returns one character of a string at random, from a secure source.
    """
    codes = []
    for _ in range(RECOVERY_CODES):
        letters = "".join(choose(_ALPHABET) for _ in range(10))
        codes.append(f"{letters[:5]}-{letters[5:]}")
    return codes


def hashed_code(code: str) -> str:
    """Return what to store of a recovery code; its 49 random bits need no slow hash."""
    plain = "".join(letter for letter in fold_digits(code).casefold() if letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def without_used(stored: Sequence[str], typed: str) -> tuple[str, ...] | None:
    """Return the recovery codes that are left after ``typed``; None when it is none of them."""
    wanted = hashed_code(typed)
    left = tuple(one for one in stored if not hmac.compare_digest(one, wanted))
    return left if len(left) < len(stored) else None
