"""Hash, check and judge passwords."""

from __future__ import annotations

import unicodedata
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from accounts.errors import PasswordTooWeak

SHORTEST = 12
LONGEST = 256
FEWEST_LETTERS = 5
"""Different characters: «aaaaaaaaaaaa» is long and no password."""


class Passwords:
    """Argon2id as the library recommends it (RFC 9106, low-memory profile)."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    def hashed(self, password: str) -> str:
        """Return what to store."""
        return self._hasher.hash(_same_on_every_keyboard(password))

    def fits(self, password: str, stored: str | None) -> bool:
        """Tell whether a password is the stored one.

        Takes the same time when there is none, so that nobody learns which accounts exist.
        """
        nobodys = self._nobodys  # made by the first question, whatever is stored
        try:
            self._hasher.verify(stored or nobodys, _same_on_every_keyboard(password[: LONGEST + 1]))
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("nobody has this password")

    def outdated(self, stored: str) -> bool:
        """Tell whether a stored hash was made with weaker settings than today's."""
        return self._hasher.check_needs_rehash(stored)


def judge(password: str, *, email: str) -> None:
    """Refuse what is easily guessed.

    Length counts, not kinds of characters (NIST SP 800-63B, 5.1.1.2): any script,
    spaces too.

    Raises:
        PasswordTooWeak: with the key of the sentence that says why.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordTooWeak(rule="password_rule_length")
    if len(set(password)) < FEWEST_LETTERS:
        raise PasswordTooWeak(rule="password_rule_variety")
    name = email.partition("@")[0].casefold()
    if len(name) >= 4 and name in password.casefold():
        raise PasswordTooWeak(rule="password_rule_name")


def _same_on_every_keyboard(password: str) -> str:
    """Return one spelling of letters that keyboards compose differently."""
    return unicodedata.normalize("NFKC", password)
